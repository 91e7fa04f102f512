"""Approval in chat: an opinion is asked of a role and given with name and time, or the record is returned."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import col, select

from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.events import emit
from bot.use_cases.finish_record import seal, unsigned
from bot.use_cases.show_record import approver_card
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.errors import Denied, InvalidInput, Missing, Stale
from models.tables import Case, Opinion, Record


async def ask_opinion(work: Work, record: Record, case: Case, form: Form) -> None:
    """Show the pending step to everyone who may give it; called when the paper is there to be read."""
    opinion, step = await _pending(work, record, form)
    if opinion is None or step is None:
        return
    asked = [
        each.id for each in await work.with_role(record.agency_id, step.by) if each.id not in officers_of(case, record)
    ]
    card = await approver_card(work, record, case, form, opinion, step)
    for officer_id in asked:
        assert officer_id is not None
        await work.tell(officer_id, card)
    if not asked:
        await work.tell(record.maker_id, lambda t: record_view.nobody_asked(t, record, case, form, step))


async def pending_opinions(work: Work, person: Person) -> list[tuple[Opinion, Record, Case]]:
    """Everything that waits for the person's opinion, oldest first."""
    found = await work.session.exec(
        select(Opinion, Record, Case)
        .where(
            col(Opinion.result) == "pending",
            col(Opinion.record_id) == col(Record.id),
            col(Record.case_id) == col(Case.id),
            col(Record.agency_id) == person.agency.id,
            col(Opinion.round) == col(Record.round),
        )
        .order_by(col(Opinion.id))
    )
    return [
        (opinion, record, case)
        for opinion, record, case in found.all()
        if _step(form_of(work, record), opinion.step).by in person.officer.roles
        and person.id not in officers_of(case, record)
    ]


async def approve_record(work: Work, person: Person, opinion_id: int, text: str) -> None:
    """Give a favourable opinion.

    Raises Denied `role.required`, `opinion.own_record`; Stale `opinion.given`; InvalidInput `record.unsigned`.
    """
    opinion, record, case, form, step = await _open(work, person, opinion_id)
    missing = await unsigned(work, record, case, form)
    if missing:
        raise InvalidInput("record.unsigned", slots="、".join(slot.label for slot in missing))
    opinion.result, opinion.text, opinion.officer_id, opinion.given_at = "approved", text, person.id, work.now
    work.session.add(opinion)
    await work.record_change(
        "record.approved", f"record:{record.id}", {"step": step.id, "content": record.content_hash}, person
    )
    if record.corrects_id is None:  # a correction must not open or close terms again
        await emit(work, case, f"record.{record.form}.approved", subject=str(record.id), person=None)
    await work.reply(person, record_view.approved_screen(person.t, opinion, record, case, form, text))
    for officer_id in officers_of(case, record):  # the deciding person is none of them: see `_open`
        await work.tell(
            officer_id,
            lambda t: record_view.opinion_notice(
                t, record, case, form, step, person.officer.name, text, returned=False
            ),
        )
    following = form.review[form.review.index(step) + 1 :]
    if following:
        assert record.id is not None
        work.session.add(Opinion(record_id=record.id, round=record.round, step=following[0].id, asked_at=work.now))
        await work.session.flush()
        await ask_opinion(work, record, case, form)
        return
    await work.session.flush()
    await seal(work, person, record, case, form)  # every signature and opinion is there


async def return_record(work: Work, person: Person, opinion_id: int, reason: str) -> None:
    """Send the record back to its maker, with a reason; signatures of this round no longer count."""
    opinion, record, case, form, step = await _open(work, person, opinion_id)
    if not step.return_allowed:
        raise Denied("opinion.no_return", step=step.title)
    opinion.result, opinion.text, opinion.officer_id, opinion.given_at = "returned", reason, person.id, work.now
    record.state, record.confirmed, record.content, record.content_hash = "draft", {}, None, None
    work.session.add_all([opinion, record])
    await work.record_change("record.returned", f"record:{record.id}", {"step": step.id, "round": record.round}, person)
    if record.corrects_id is None:
        await emit(work, case, f"record.{record.form}.returned", subject=str(record.id), person=None)
    await work.reply(person, record_view.returned_screen(person.t, opinion, form, case, reason))
    for officer_id in officers_of(case, record):  # the deciding person is none of them: see `_open`
        await work.tell(
            officer_id,
            lambda t: record_view.opinion_notice(
                t, record, case, form, step, person.officer.name, reason, returned=True
            ),
        )


async def check_opinion(work: Work, person: Person, opinion_id: int, *, to_return: bool) -> None:
    """Whether the person may decide, before words are asked for. Raises what giving the opinion raises."""
    _, _, _, _, step = await _open(work, person, opinion_id)
    if to_return and not step.return_allowed:
        raise Denied("opinion.no_return", step=step.title)


async def _open(work: Work, person: Person, opinion_id: int) -> tuple[Opinion, Record, Case, Form, ReviewStep]:
    opinion = await work.session.get(Opinion, opinion_id, with_for_update=True)
    record = await work.session.get(Record, opinion.record_id, with_for_update=True) if opinion else None
    if opinion is None or record is None or record.agency_id != person.agency.id:
        raise Missing("opinion.unknown")
    form = form_of(work, record)
    step = _step(form, opinion.step)
    person.require(step.by)
    case = await work.session.get_one(Case, record.case_id)
    # Nobody decides on a record they made or, as an officer of the case, confirmed.
    if person.id in officers_of(case, record):
        raise Denied("opinion.own_record")
    if opinion.result != "pending" or opinion.round != record.round or record.state != "frozen":
        raise Stale("opinion.given")
    return opinion, record, case, form, step


async def _pending(work: Work, record: Record, form: Form) -> tuple[Opinion | None, ReviewStep | None]:
    query = select(Opinion).where(
        col(Opinion.record_id) == record.id,
        col(Opinion.round) == record.round,
        col(Opinion.result) == "pending",
    )
    opinion = (await work.session.exec(query)).first()
    return opinion, _step(form, opinion.step) if opinion else None


def _step(form: Form, step_id: str) -> ReviewStep:
    return next(step for step in form.review if step.id == step_id)


async def ask_opinion_again(work: Work, person: Person, opinion: Opinion, record: Record, case: Case) -> None:
    """Show a pending decision to one person anew."""
    form = form_of(work, record)
    card = await approver_card(work, record, case, form, opinion, _step(form, opinion.step))
    await work.reply(person, replace(card(person.t), slot=None))
