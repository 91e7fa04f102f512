"""Keeping a file: bytes in the vault, a row, a leaf in the ledger, and what follows from them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.received import ReceivedFile
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.events import emit
from bot.use_cases.inspect_upload import Upload
from bot.views import evidence as view
from bot.work import Person, Work
from dialogs.packs.schema import Question
from models.errors import Unavailable
from models.object_lock import storing
from models.tables import Case, Evidence, Record

RECORDED = "evidence.recording_received"  # the event that opens the term for handing a recording over
_ALBUM_LOOKED_AT = 60


@dataclass(frozen=True)
class Arrival:
    """Where the file came from. `key` names the chat message; `origin`: from whom it was forwarded."""

    key: str
    origin: str | None = None
    album: str | None = None
    caption: str = ""


@dataclass(frozen=True)
class Incoming:
    """A file that was looked into. `path` holds its bytes until the unit of work ends."""

    path: Path
    sha256: str
    size: int
    file_name: str
    media_type: str
    upload: Upload
    received_at: datetime
    wall_at: datetime


def look_into(work: Work, received: ReceivedFile) -> Incoming:
    """What a file that just arrived was found to be; nothing is kept yet. Raises what `inspect_upload` raised."""
    if received.upload is None:
        raise received.refusal or Unavailable("upload.not_fetched")
    return Incoming(
        path=received.path,
        sha256=received.sha256,
        size=received.size,
        file_name=received.file_name[:200],
        media_type=received.media_type[:100],
        upload=received.upload,
        received_at=work.now,
        wall_at=datetime.now(UTC),
    )


async def to_vault(work: Work, incoming: Incoming) -> None:
    """Keep the bytes; they are on disk when this returns. Raises Unavailable `vault.cannot_write`."""
    await storing(work.session)
    await asyncio.to_thread(work.vault.take, incoming.path, incoming.sha256)


async def by_key(work: Work, key: str) -> Evidence | None:
    return (await work.session.exec(select(Evidence).where(col(Evidence.key) == key))).first()


async def store(
    work: Work,
    person: Person,
    case: Case,
    record: Record | None,
    question: Question | None,
    incoming: Incoming,
    arrival: Arrival,
) -> Evidence:
    """The bytes into the vault, the row, the ledger's leaf."""
    await to_vault(work, incoming)
    upload = incoming.upload
    said: dict[str, Any] = {"origin": arrival.origin, "album": arrival.album, "caption": arrival.caption[:1000]}
    assert case.id is not None
    evidence = Evidence(
        agency_id=case.agency_id,
        case_id=case.id,
        record_id=record.id if record else None,
        question=question.id if question else None,
        key=arrival.key,
        kind=upload.kind,
        sha256=incoming.sha256,
        size=incoming.size,
        file_name=incoming.file_name,
        media_type=incoming.media_type,
        seconds=upload.seconds,
        captured_at=upload.captured_at,
        place=upload.place,
        received_at=incoming.received_at,
        wall_at=incoming.wall_at,
        officer_id=person.id,
        details={**upload.details, **{name: value for name, value in said.items() if value}},
    )
    work.session.add(evidence)
    await work.session.flush()
    await work.record_change("evidence.received", f"evidence:{evidence.id}", _receipt(evidence), person)
    return evidence


def _receipt(evidence: Evidence) -> dict[str, Any]:
    """What the ledger says of it."""
    return {
        "sha256": evidence.sha256,
        "size": evidence.size,
        "kind": evidence.kind,
        "case": evidence.case_id,
        "record": evidence.record_id,
        "received_at": evidence.received_at.isoformat(),
    }


async def say_received(
    work: Work,
    person: Person,
    case: Case,
    evidence: Evidence,
    still_asked: Question | None = None,
    *,
    transcribable: bool = False,
) -> None:
    """The receipt. `transcribable`: offer to make a draft of the record's dialogue from it."""
    album = await _album(work, evidence)
    asked = still_asked.ask if still_asked else None
    await work.reply(person, view.received_screen(person.t, case, evidence, album, asked, transcribable=transcribable))


async def _album(work: Work, evidence: Evidence) -> list[Evidence]:
    """All of an album received so far: an album arrives as separate messages and gets one card."""
    album = evidence.details.get("album")
    if album is None:
        return [evidence]
    recent = await work.session.exec(
        select(Evidence)
        .where(col(Evidence.case_id) == evidence.case_id, col(Evidence.officer_id) == evidence.officer_id)
        .order_by(col(Evidence.id).desc())
        .limit(_ALBUM_LOOKED_AT)
    )
    return sorted((one for one in recent.all() if one.details.get("album") == album), key=lambda one: one.id or 0)


async def follow_up(
    work: Work, person: Person, case: Case, record: Record | None, evidence: Evidence, *, dictated: bool = False
) -> None:
    """The term a recording opens, the view a photo gets.

    `dictated`: an officer spoke an answer instead of typing it. That is no recording of the enforcement itself, so
    the regulations' term for handing recordings over does not run for it; the bytes are kept all the same.
    """
    if evidence.kind == "recording" and not dictated:
        await emit(work, case, RECORDED, at=recording_ended(case, evidence), subject=str(evidence.id), person=person)
    if evidence.kind == "photo":
        place = evidence.place or declared_place(work, record)
        await enqueue(
            work,
            "watermark",
            officer_id=person.id,
            agency_id=case.agency_id,
            record_id=record.id if record else None,
            evidence_id=evidence.id,
            arguments={"lines": view.watermark_lines(person.t, case, evidence, person.officer.name, place)},
        )


def recording_ended(case: Case, evidence: Evidence) -> datetime:
    """From when a recording is owed to the archive: its end, not its upload, and never before the case.

    The end is as declared; of an upload what the file says of itself, while that makes the term no later.
    """
    ended = evidence.ended_at
    if ended is None and evidence.captured_at is not None and evidence.seconds is not None:
        ended = evidence.captured_at + timedelta(seconds=evidence.seconds)
    return max(case.opened_at, min(ended or evidence.received_at, evidence.received_at))


def declared_place(work: Work, record: Record | None) -> str | None:
    """What the record's first answered question for a place says."""
    if record is None:
        return None
    answers = draft_of(record).answers
    for question in form_of(work, record).questions:
        given = answers.get(question.id)
        if question.type == "place" and given is not None and isinstance(given.value, dict):
            return str(given.value.get("text") or "") or None
    return None
