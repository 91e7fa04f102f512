"""The card of a record that is past its draft, and the card its approver sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.i18n import Translator
from bot.screen import Screen
from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.finish_record import opinions_of, signatures_of, slots_of
from bot.use_cases.record_versions import newer_version
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.tables import Case, Officer, Opinion, Record


async def show_record(work: Work, person: Person, record: Record, *, to_all: bool = False) -> None:
    """Signatures, opinions and what may be done next, on one card.

    The acting person sees it anew at the end of the chat. With `to_all` the record changed: the other officers' card
    is brought up to date where it stands, so that no button on it is stale.
    """
    card = await record_card(work, record)
    await work.reply(person, card(person.t, person.id))
    if not to_all:
        return
    case = await work.session.get_one(Case, record.case_id)
    for officer_id in officers_of(case, record):
        if officer_id == person.id:
            continue
        await work.tell(officer_id, lambda t, reader=officer_id: replace(card(t, reader), fresh=False))  # type: ignore[misc]


async def record_card(work: Work, record: Record) -> Callable[[Translator, int], Screen]:
    """The record's card for a reader: a function of their language and officer id."""
    case = await work.session.get_one(Case, record.case_id)
    form = form_of(work, record)
    slots = slots_of(form, record, await load_facts(work, case, record))
    signed, opinions = await signatures_of(work, record), await opinions_of(work, record)
    own = (case.officer_id, case.second_officer_id)
    newer = await newer_version(work.session, record)
    return lambda t, reader: record_view.record_screen(
        t, record, case, form, slots, signed, opinions, may_change=reader in own, newer=newer
    )


async def approver_card(
    work: Work, record: Record, case: Case, form: Form, opinion: Opinion, step: ReviewStep
) -> Callable[[Translator], Screen]:
    """What an approver reads before the buttons: the record's lines as frozen."""
    maker = await work.session.get_one(Officer, record.maker_id)
    return lambda t: record_view.approver_screen(t, record, case, form, opinion, step, maker.name)
