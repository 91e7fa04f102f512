"""One file of a declared recording, taken from a folder: the row that was owed its bytes has them now."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.recording_files import RecordingFile
from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import draft_of, form_of, store_given
from bot.use_cases.transcripts import dialogue_of
from bot.views import declared as view
from bot.work import Person, Work
from dialogs.questions.collecting import ids
from dialogs.values import Draft
from models import ledger
from models.errors import Stale
from models.tables import Agency, Case, Device, Evidence, Officer, Record

_BLOCK = 1 << 20
_OF_THE_DECLARATION = (
    "agency_id", "case_id", "record_id", "question", "kind", "captured_at", "ended_at", "place", "device_id",
    "officer_id", "received_at", "wall_at",
)  # fmt: skip


def copied(source: Path, target: Path) -> str:
    """Copy and return the SHA-256 of what was written. Blocking; raises OSError."""
    with source.open("rb") as original, target.open("w+b") as copy:
        shutil.copyfileobj(original, copy, _BLOCK)
        copy.seek(0)
        return hashlib.file_digest(copy, "sha256").hexdigest()


async def take_recording(work: Work, file: RecordingFile, declared: int) -> Evidence:
    """The row of a file whose bytes lie in the vault: the declaration's own, or for a further file one beside it.

    Raises Stale `evidence.withdrawn`.
    """
    declaration = await work.session.get_one(Evidence, declared, with_for_update=True)
    if declaration.state == "withdrawn":
        raise Stale("evidence.withdrawn")
    evidence = declaration if declaration.state == "declared" else _part(declaration, file)
    _fill(evidence, file, work.now)
    work.session.add(evidence)
    await work.session.flush()
    leaf = {
        "sha256": evidence.sha256,
        "size": evidence.size,
        "kind": evidence.kind,
        "case": evidence.case_id,
        "record": evidence.record_id,
        "received_at": evidence.received_at.isoformat(),
        "declared": declared,
    }
    subject, agency_id = f"evidence:{evidence.id}", evidence.agency_id
    await ledger.append(work.session, "evidence.received", subject, leaf, now=work.now, agency_id=agency_id)
    record = await work.session.get(Record, evidence.record_id, with_for_update=True) if evidence.record_id else None
    if record is not None and record.state == "draft":
        await _in_draft(work, record, declaration, evidence)
    await _tell(work, record, evidence)
    return evidence


def _part(declaration: Evidence, file: RecordingFile) -> Evidence:
    values = {name: getattr(declaration, name) for name in _OF_THE_DECLARATION}
    key = f"imported:{declaration.id}:{file.sha256}"
    return Evidence(**values, key=key, sha256="", size=0, details={"part_of": declaration.id})


def _fill(evidence: Evidence, file: RecordingFile, now: datetime) -> None:
    assert file.upload is not None and file.began is not None and file.ended is not None
    times = {"file_began": file.began.isoformat(), "file_ended": file.ended.isoformat(), "file_clock": file.clock}
    evidence.sha256, evidence.size, evidence.state = file.sha256, file.size, "received"
    evidence.file_name = file.name.rpartition("/")[2][:200]
    evidence.seconds = file.upload.seconds
    evidence.received_at, evidence.wall_at = now, datetime.now(UTC)
    evidence.details = {**evidence.details, **file.upload.details, **times}


async def _in_draft(work: Work, record: Record, declaration: Evidence, evidence: Evidence) -> None:
    """The text of a draft changes with it: whoever confirmed has seen another; a further file joins the answer."""
    record.confirmed = {}
    work.session.add(record)
    draft = draft_of(record)
    question = next((each for each in form_of(work, record).questions if each.id == evidence.question), None)
    given = draft.answers.get(evidence.question or "")
    held = ids(given.value) if given else []
    if question is None or given is None or evidence is declaration or str(declaration.id) not in held:
        return
    held = [*held, str(evidence.id)]
    if len(held) > question.most:
        return
    revision = draft.revision + 1
    grown = replace(given, value=held, evidence=tuple(held), revision=revision, at=work.now)
    answers = {**draft.answers, question.id: grown}
    officer = await work.session.get_one(Officer, evidence.officer_id)
    agency = await work.session.get_one(Agency, evidence.agency_id)
    changed = Draft(draft.pack, draft.record, revision, answers)
    await store_given(work, Person(officer, agency), record, changed, question.id, grown)


async def _tell(work: Work, record: Record | None, evidence: Evidence) -> None:
    """Its officers learn that the file is there."""
    case = await work.session.get_one(Case, evidence.case_id)
    device = await work.session.get_one(Device, evidence.device_id)
    draftable = record is not None and record.state == "draft" and dialogue_of(work, record) is not None
    transcribable = draftable and evidence.seconds is not None
    for officer_id in officers_of(case, record) if record is not None else [case.officer_id]:
        await work.tell(
            officer_id, lambda t: view.arrived_screen(t, case, evidence, device, transcribable=transcribable)
        )
