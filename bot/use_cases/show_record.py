"""The card of a record that is past its draft, and the card its approver sees."""

from __future__ import annotations

from collections.abc import Callable

from bot.i18n import Translator
from bot.screen import Screen
from bot.use_cases.answer_question import form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.finish_record import opinions_of, signatures_of, slots_of
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.tables import Case, Officer, Opinion, Record


async def show_record(work: Work, person: Person, record: Record) -> None:
    """Signatures, opinions and what may be done next, on one card that later changes replace."""
    case = await work.session.get_one(Case, record.case_id)
    form = form_of(work, record)
    facts = await load_facts(work, case, record)
    screen = record_view.record_screen(
        person.t,
        record,
        case,
        form,
        slots_of(form, record, facts),
        await signatures_of(work, record),
        await opinions_of(work, record),
        may_change=person.id in (case.officer_id, case.second_officer_id),
    )
    await work.reply(person, screen)


async def approver_card(
    work: Work, record: Record, case: Case, form: Form, opinion: Opinion, step: ReviewStep
) -> Callable[[Translator], Screen]:
    """What an approver reads before the buttons: the record's lines as frozen."""
    maker = await work.session.get_one(Officer, record.maker_id)
    return lambda t: record_view.approver_screen(t, record, case, form, opinion, step, maker.name)
