"""The card of a record that is past its draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import col, select

from bot.i18n import Translator
from bot.screen import Screen
from bot.use_cases.access import officers_of, roles_in
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.compare_transcript import transcripts_of
from bot.use_cases.departures import departures_of
from bot.use_cases.finish_record import opinions_of, signatures_of, slots_of
from bot.use_cases.reading import note_access
from bot.use_cases.record_versions import newer_version
from bot.views import records as record_view
from bot.work import Person, Work
from dialogs.course import steps_of
from dialogs.engine.sheet import read
from dialogs.facts import Facts
from dialogs.packs.schema import Record as Form
from dialogs.packs.schema import ReviewStep
from models.tables import Case, Officer, Opinion, Record


async def show_record(work: Work, person: Person, record: Record, *, to_all: bool = False) -> None:
    """Signatures, opinions and what may be done next, on one card.

    The acting person sees it anew at the end of the chat. With `to_all` the record changed: the other officers' card
    is brought up to date where it stands, so that no button on it is stale.
    """
    case = await work.session.get_one(Case, record.case_id)
    card = await record_card(work, record, case)
    await work.reply(person, card(person.t, person.officer))
    await note_access(work, person.id, case, f"record:{record.id}")
    if not to_all:
        return
    for officer_id in officers_of(case, record):
        if officer_id == person.id:
            continue
        other = await work.session.get_one(Officer, officer_id)
        await work.tell(officer_id, lambda t, reader=other: replace(card(t, reader), fresh=False))  # type: ignore[misc]


async def record_card(work: Work, record: Record, case: Case) -> Callable[[Translator, Officer], Screen]:
    """The record's card for a reader: a function of their language and of who they are."""
    form = form_of(work, record)
    facts = await load_facts(work, case, record)
    slots, signed = slots_of(form, record, facts), await signatures_of(work, record)
    chain = await _chain(work, record, form, facts)
    needs = {need.id: need.says for need in form.needs}
    departures = [(needs.get(each.need, each.need), each.reason) for each in await departures_of(work, record)]
    names = await _names(work, [opinion for _, opinion in chain if opinion is not None])
    newer = await newer_version(work.session, record)
    comparable = bool(await transcripts_of(work, record))
    closed = case.state == "archived" and not form.after_archive
    return lambda t, reader: record_view.record_screen(
        t,
        record,
        case,
        form,
        slots,
        signed,
        chain,
        names,
        departures,
        may_change=bool(set(roles_in(reader, case)) & set(form.by)),
        may_correct=not closed,
        newer=newer,
        comparable=comparable,
    )


async def _chain(work: Work, record: Record, form: Form, facts: Facts) -> list[tuple[ReviewStep, Opinion | None]]:
    """What was returned in former rounds, then every step that applies to the text as it stands."""
    by_id = {step.id: step for step in form.review}
    former = await work.session.exec(
        select(Opinion)
        .where(
            col(Opinion.record_id) == record.id,
            col(Opinion.round) < record.round,
            col(Opinion.result) == "returned",
        )
        .order_by(col(Opinion.id))
    )
    returned = [(by_id[each.step], each) for each in former.all() if each.step in by_id]
    now = await opinions_of(work, record)
    answers = read(form, draft_of(record), facts).answers
    return [*returned, *((step, now.get(step.id)) for step in steps_of(form, facts, answers))]


async def _names(work: Work, opinions: list[Opinion]) -> dict[int, str]:
    ids = {each for opinion in opinions for each in (opinion.officer_id, opinion.stands_for_id) if each is not None}
    found = await work.session.exec(select(Officer).where(col(Officer.id).in_(ids)))
    return {each.id: each.name for each in found.all() if each.id is not None}
