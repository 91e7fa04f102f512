"""Receiving photos, recordings and files: inspected, kept, and only then said to be received."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from sqlmodel import col, or_, select

from bot.received import ReceivedFile
from bot.use_cases.access import case_for, record_for
from bot.use_cases.answer_question import answer_question, current_question, draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.inspect_upload import Upload, inspect_upload
from bot.use_cases.keep_evidence import Arrival, Incoming, by_key, follow_up, look_into, say_received, store, to_vault
from bot.use_cases.transcripts import begin_transcription, dialogue_of
from bot.views import evidence as view
from bot.work import Person, Work
from dialogs import engine
from dialogs.packs.schema import Question
from dialogs.questions import KINDS
from dialogs.values import Answer, Attach, Rejected
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, Conversation, Evidence, LedgerLeaf, Record

SPOKEN_TURN_SECONDS = 60.0  # a longer recording at a dialogue question is the interview itself
LONGEST_ANSWER_SECONDS = 300.0  # a longer one is no answer to a single question
_CASES_OFFERED = 8

Use = Literal["attach", "answer", "dialogue", "keep"]
EvidenceKind = Literal["photo", "recording", "file"]


async def receive_evidence(
    work: Work, person: Person, conversation: Conversation, received: ReceivedFile, arrival: Arrival
) -> Evidence | None:
    """Keep the file, as an answer where the current question asks for one. None when no case could be told.

    Raises InvalidInput `upload.*`, `photo.*`, `audio.*`, `answer.*` (the question asks for something else),
    `evidence.no_case`; nothing is kept then.
    """
    draft = await _draft_at(work, person, conversation)
    if draft is None:  # of a record being filled in, its form says who may
        person.require("officer")
    known = await by_key(work, arrival.key)
    if known is not None:
        return known
    incoming = look_into(work, received)
    record, case = draft or (None, await _open_case(work, person, conversation))
    if case is None:
        await _hold(work, person, received, incoming, arrival)
        return None
    question = (await current_question(work, person, record))[2] if record else None
    use = use_of(question, incoming.upload, received.kind)
    if use == "attach":
        assert record is not None and question is not None
        await would_take(work, case, record, question, incoming.upload.kind, incoming.upload.seconds)
    evidence = await store(work, person, case, record, question if use != "keep" else None, incoming, arrival)
    transcribable = use in ("attach", "keep") and _transcribable(work, record, evidence)
    asked = question if use == "keep" else None
    await say_received(work, person, case, evidence, asked, transcribable=transcribable)
    dictated = use == "answer" and question is not None and question.type != "dialogue"
    await follow_up(work, person, case, record, evidence, dictated=dictated)
    if use == "attach":
        assert record is not None and record.id is not None and question is not None
        sent = Attach(str(evidence.id), incoming.upload.kind, evidence.seconds)
        await answer_question(work, person, record.id, Answer(question.id, sent, str(person.id)))
    elif use != "keep":
        assert question is not None
        await begin_transcription(work, person, case, evidence, use, question.id)
    return evidence


async def keep_photo(work: Work, person: Person, case: Case, record: Record, received: ReceivedFile) -> str:
    """Keep a photograph of a signed paper with its record; its SHA-256. Raises InvalidInput `photo.*`, `upload.*`."""
    incoming = look_into(work, received)
    if incoming.upload.kind != "photo":
        raise InvalidInput("photo.not_an_image")
    arrival = Arrival(f"signed:{record.id}:{record.round}:{incoming.sha256}")
    if await by_key(work, arrival.key) is None:
        await store(work, person, case, record, None, incoming, arrival)
    return incoming.sha256


async def attach_held(work: Work, person: Person, case_id: int, seq: int) -> Evidence:
    """Give a file held since it arrived (ledger leaf `seq`) to a case.

    Raises Missing `evidence.unknown`, Stale `button.stale` once it was given to another case, and what `case_for`
    raises.
    """
    case = await case_for(work, person, case_id, to_change=True)
    leaf = await work.session.get(LedgerLeaf, seq)
    if leaf is None or leaf.kind != "evidence.held" or leaf.officer_id != person.id:
        raise Missing("evidence.unknown")
    arrival = Arrival(leaf.subject.removeprefix("evidence:held:"), origin="?" if leaf.data["forwarded"] else None)
    known = await by_key(work, arrival.key)
    if known is not None and known.case_id != case.id:
        raise Stale("button.stale")  # given to another case before
    if known is not None:
        return known
    path = work.vault.path(leaf.data["sha256"])
    upload = await asyncio.to_thread(_look_again, work, leaf.data)
    media_type = leaf.data["media_type"]
    incoming = Incoming(path, leaf.data["sha256"], leaf.data["size"], "", media_type, upload, leaf.at, leaf.wall_at)
    evidence = await store(work, person, case, None, None, incoming, arrival)
    await work.reply(person, view.attached_screen(person.t, case, seq))
    await say_received(work, person, case, evidence)
    await follow_up(work, person, case, None, evidence)
    return evidence


def _look_again(work: Work, held: Mapping[str, Any]) -> Upload:
    with work.vault.opened(held["sha256"]) as path:
        return inspect_upload(
            path, sent_as=held["sent_as"], file_name="", media_type=held["media_type"], settings=work.settings
        )


def use_of(question: Question | None, upload: Upload, sent_as: str) -> Use:
    """What a file means at the current question."""
    if question is None:
        return "keep"
    if KINDS[question.type].evidence is not None:
        return "attach"
    heard = upload.kind == "recording" and upload.seconds is not None
    if not heard:
        return "keep"
    assert upload.seconds is not None
    if question.type == "dialogue":
        return "answer" if sent_as == "voice" and upload.seconds < SPOKEN_TURN_SECONDS else "dialogue"
    spoken = not upload.details.get("video") and upload.seconds <= LONGEST_ANSWER_SECONDS
    return "answer" if spoken else "keep"


def _transcribable(work: Work, record: Record | None, evidence: Evidence) -> bool:
    sound = evidence.kind == "recording" and evidence.seconds is not None
    return sound and record is not None and dialogue_of(work, record) is not None


async def _draft_at(work: Work, person: Person, conversation: Conversation) -> tuple[Record, Case] | None:
    """The record being filled in and its case; None once its text is fixed, though the chat still stands at it."""
    if conversation.record_id is None:
        return None
    record, case = await record_for(work, person, conversation.record_id, to_change=True)
    return (record, case) if record.state == "draft" else None


async def _open_case(work: Work, person: Person, conversation: Conversation) -> Case | None:
    """The case last worked on, while it is open."""
    if conversation.case_id is None:
        return None
    case = await case_for(work, person, conversation.case_id, to_change=True)
    return case if case.state in ("opening", "open") else None


async def would_take(
    work: Work, case: Case, record: Record, question: Question, kind: EvidenceKind, seconds: float | None
) -> None:
    """Ask the engine before anything is kept, so that a photo sent for a recording leaves no trace.

    Raises InvalidInput with the engine's refusal.
    """
    facts = await load_facts(work, case, record)
    trial = Answer(question.id, Attach("trial", kind, seconds), "trial")
    for effect in engine.answer(form_of(work, record), draft_of(record), trial, facts).effects:
        if isinstance(effect, Rejected):
            raise InvalidInput(effect.code, **effect.params)


async def _hold(work: Work, person: Person, received: ReceivedFile, incoming: Incoming, arrival: Arrival) -> None:
    """Keep a file whose case is not told yet. The leaf is its receipt and all that attaching needs."""
    found = await work.session.exec(
        select(Case)
        .where(
            col(Case.agency_id) == person.agency.id,
            col(Case.state).in_(("opening", "open")),
            or_(col(Case.officer_id) == person.id, col(Case.second_officer_id) == person.id),
        )
        .order_by(col(Case.id).desc())
        .limit(_CASES_OFFERED)
    )
    cases = found.all()
    if not cases:
        raise InvalidInput("evidence.no_case")
    await to_vault(work, incoming)
    leaf = {
        "sha256": incoming.sha256,
        "size": incoming.size,
        "sent_as": received.kind if received.kind != "document" else _sent_as(incoming.upload),
        "media_type": incoming.media_type,
        "forwarded": received.forwarded,
    }
    await work.record_change("evidence.held", f"evidence:held:{arrival.key}", leaf, person)
    newest = await work.session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq).desc()).limit(1))
    await work.reply(person, view.held_screen(person.t, cases, newest.one().seq, incoming.size))


def _sent_as(upload: Upload) -> str:
    """A document is judged by its name, which the ledger does not keep; so what it was found to be is noted."""
    return {"photo": "photo", "recording": "audio", "file": "document"}[upload.kind]
