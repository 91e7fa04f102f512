"""The last steps of a frozen record: what is still owed, and sealing when nothing is."""

from __future__ import annotations

from sqlmodel import col, select

from bot.case_papers import INDEX
from bot.jobs.queue import enqueue
from bot.use_cases.access import conversation_of, expect, officers_of, record_for
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_compliance import compliance_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.case_papers import owe_index
from bot.use_cases.dispose import dispose
from bot.use_cases.events import emit
from bot.use_cases.move_corrected import move_corrected
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs import engine
from dialogs.conditions import compile_condition
from dialogs.course import steps_of
from dialogs.engine.sheet import read
from dialogs.facts import Facts
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep, SignatureSlot
from models.errors import InvalidInput
from models.tables import Case, Opinion, Record, Signature


def slots_of(form: Form, record: Record, facts: Facts) -> list[SignatureSlot]:
    """The places to sign that apply to this record."""
    scope = read(form, draft_of(record), facts).scope()
    return [slot for slot in form.sign_off if slot.when is None or compile_condition(slot.when).holds(scope)]


async def signatures_of(work: Work, record: Record) -> dict[str, Signature]:
    found = await work.session.exec(
        select(Signature).where(col(Signature.record_id) == record.id, col(Signature.round) == record.round)
    )
    return {signature.slot: signature for signature in found.all()}


async def opinions_of(work: Work, record: Record) -> dict[str, Opinion]:
    found = await work.session.exec(
        select(Opinion).where(col(Opinion.record_id) == record.id, col(Opinion.round) == record.round)
    )
    return {opinion.step: opinion for opinion in found.all()}


async def unsigned(work: Work, record: Record, case: Case, form: Form) -> list[SignatureSlot]:
    """Required places nobody has signed, photographed or refused yet."""
    facts = await load_facts(work, case, record)
    signed = await signatures_of(work, record)
    return [slot for slot in slots_of(form, record, facts) if slot.required and slot.id not in signed]


async def next_step(work: Work, record: Record, case: Case, form: Form) -> ReviewStep | None:
    """The first review step that applies and is not approved yet; None when the chain is complete."""
    facts = await load_facts(work, case, record)
    answers = read(form, draft_of(record), facts).answers
    opinions = await opinions_of(work, record)
    approved = {step_id for step_id, opinion in opinions.items() if opinion.result == "approved"}
    return next((step for step in steps_of(form, facts, answers) if step.id not in approved), None)


async def finish_if_complete(work: Work, person: Person, record: Record, case: Case, form: Form) -> bool:
    """Seal at once a record that nobody has to sign and everybody asked has approved."""
    if slots_of(form, record, await load_facts(work, case, record)):
        return False
    if await next_step(work, record, case, form) is not None:
        return False
    await seal(work, person, record, case, form)
    return True


async def seal_record(work: Work, person: Person, record_id: int) -> None:
    """The officer's last tap. Raises InvalidInput `record.unsigned`, `record.not_approved`."""
    record, case = await record_for(work, person, record_id, to_change=True, state="frozen")
    form = form_of(work, record)
    missing = await unsigned(work, record, case, form)
    if missing:
        raise InvalidInput("record.unsigned", slots="、".join(slot.label for slot in missing))
    if await next_step(work, record, case, form) is not None:
        raise InvalidInput("record.not_approved")
    await seal(work, person, record, case, form)


async def seal(work: Work, person: Person, record: Record, case: Case, form: Form) -> None:
    """Fix everything. After this only a correction, as a new version, is possible."""
    record.state, record.sealed_at = "sealed", work.now
    work.session.add(record)
    signed = await signatures_of(work, record)
    await work.record_change(
        "record.sealed",
        f"record:{record.id}",
        {"sha256": record.content_hash, "signatures": sorted(signed), "corrects": record.corrects_id},
        person,
    )
    if form.archives_case and case.state == "open":
        case.state = "archived"
        work.session.add(case)
        await work.record_change("case.archived", f"case:{case.id}", {"record": record.id}, person)
    if form.disposes is not None:
        await dispose(work, person, record, case, form)
    if form.paper:
        await enqueue(
            work,
            "paper",
            officer_id=record.maker_id,
            agency_id=record.agency_id,
            record_id=record.id,
            arguments={"stage": "sealed", "round": record.round},
        )
    if record.corrects_id is None:
        await emit(work, case, f"record.{record.form}.sealed", subject=str(record.id), person=person)
        draft, facts = draft_of(record), await load_facts(work, case, record)
        if form.archives_case or any(make.kind == INDEX for make in engine.makes(form, draft, facts)):
            await owe_index(work, record, case)
        answers = engine.seen_answers(form, draft, facts)
        for event, at in engine.sealed_emissions(form, draft, facts):
            await emit(work, case, event, at=at, subject=str(record.id), answers=answers, person=person)
    else:
        await move_corrected(work, person, record, case)
    await _tell_sealed(work, record, case, form)


async def _tell_sealed(work: Work, record: Record, case: Case, form: Form) -> None:
    """Tell the officers, once all that the sealing brings about has happened, and how the case stands now."""
    found = None if form.opens_case else await compliance_of(work, case)
    for officer_id in officers_of(case, record):
        conversation = await conversation_of(work, officer_id)
        if conversation.record_id == record.id:
            conversation.record_id, conversation.focus = None, None
            expect(conversation)
            work.session.add(conversation)
        if found is not None:
            await work.tell(officer_id, lambda t: record_view.sealed_screen(t, record, case, form, found))
