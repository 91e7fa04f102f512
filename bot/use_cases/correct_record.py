"""Correcting a sealed record: a new version beside it, which names it and says why."""

from __future__ import annotations

import hashlib

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.departures import carry_over
from bot.use_cases.record_versions import newer_version
from bot.use_cases.start_record import resume_record
from bot.views import prompts
from bot.work import Person, Work
from dialogs import engine
from models.errors import InvalidInput, Stale
from models.tables import Record

MODE = "correction_reason"


async def ask_correction(work: Work, person: Person, record_id: int) -> None:
    """Ask why; the person's next text is the reason. A correction begun before is gone on with instead.

    Raises Stale `record.corrected` when a newer version stands, InvalidInput `case.archived`.
    """
    record, begun = await _correctable(work, person, record_id)
    if begun is not None:
        await resume_record(work, person, begun)
        return
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, record=record.id)
    work.session.add(conversation)
    await work.reply(person, prompts.correction_prompt(person.t))


async def correct_record(work: Work, person: Person, record_id: int, reason: str) -> Record:
    """A new version of a sealed record: its answers are carried over, the sealed one stays as it is.

    Raises what `ask_correction` raises.
    """
    record, begun = await _correctable(work, person, record_id)
    if begun is not None:
        await resume_record(work, person, begun)
        return begun
    draft = draft_of(record)
    version = Record(
        agency_id=record.agency_id,
        case_id=record.case_id,
        pack=record.pack,
        form=record.form,
        answers=engine.draft_to_json(draft),
        revision=draft.revision,
        maker_id=person.id,
        created_at=work.now,
        corrects_id=record.id,
        correction_reason=reason,
    )
    work.session.add(version)
    await work.session.flush()
    await carry_over(work, record, version)
    # The reason may name people, so the ledger holds its hash; the row holds the text.
    leaf = {"corrects": record.id, "reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
    await work.record_change("record.correction_begun", f"record:{version.id}", leaf, person)
    await resume_record(work, person, version)
    return version


async def _correctable(work: Work, person: Person, record_id: int) -> tuple[Record, Record | None]:
    """The sealed record and its correction in work: two versions that both replace it would contradict each other."""
    record, case = await record_for(work, person, record_id, to_change=True, state="sealed")
    if case.state == "archived" and not form_of(work, record).after_archive:
        raise InvalidInput("case.archived")
    newer = await newer_version(work.session, record)
    if newer is not None and newer.state != "draft":
        raise Stale("record.corrected")
    return record, newer
