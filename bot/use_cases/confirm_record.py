"""From draft to frozen: the officers confirm, the text is fixed, its number given, its paper ordered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select

from bot.case_papers import INDEX
from bot.jobs.queue import enqueue
from bot.use_cases.access import conversation_of, record_for
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.ask_opinion import ask_opinion
from bot.use_cases.case_facts import load_facts
from bot.use_cases.compare_transcript import listening_told
from bot.use_cases.departures import checked_reason, depart, departures_of
from bot.use_cases.disposal_items import named_in
from bot.use_cases.dispose import check_disposal
from bot.use_cases.events import emit
from bot.use_cases.finish_record import finish_if_complete
from bot.use_cases.occupations import occupy
from bot.use_cases.show_case import show_case
from bot.use_cases.show_record import show_record
from bot.views import records as record_view
from bot.views.needs import before_submitting
from bot.views.review import review_screen
from bot.work import Person, Work
from dialogs import engine
from dialogs.course import unmet
from dialogs.facts import Facts
from dialogs.packs.schema import Make
from dialogs.packs.schema import Record as Form
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput, Stale
from models.tables import Agency, Case, CaseFact, DocumentNumber, Record


async def show_review(work: Work, person: Person, record_id: int, page: int = 0) -> None:
    """The card with every answer and what is missing, by article."""
    record, case = await record_for(work, person, record_id)
    form = form_of(work, record)
    facts = await load_facts(work, case, record)
    found = engine.review(form, draft_of(record), facts)
    pack, named = work.shelf.get(record.pack), await named_in(work, record, case, form)
    card = review_screen(person.t, record, pack, form, found, page=page, fresh=False, disposal=named)
    await work.reply(person, card)


async def confirm_record(
    work: Work, person: Person, record_id: int, revision: int, *, reason: str | None = None
) -> None:
    """One officer confirms the text as they saw it; with the last one needed it is frozen.

    What is still missing is shown instead; so is what should have happened before, unless `reason` says why it did
    not. Raises Stale `record.changed_meanwhile`; InvalidInput `case.second_officer_missing`, `case.maker_not_named`,
    and what `checked_reason` raises.
    """
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    if record.revision != revision:
        raise Stale("record.changed_meanwhile")
    form, facts = form_of(work, record), await load_facts(work, case, record)
    found = engine.review(form, draft_of(record), facts)
    if not found.ready:
        await work.reply(person, review_screen(person.t, record, work.shelf.get(record.pack), form, found, page=0))
        return
    await check_disposal(work, record, case, form)
    if not await _departs(work, person, record, case, form, facts, reason):
        return
    if str(person.id) in record.confirmed:  # a second tap must not call the other officer twice
        await work.reply(person, record_view.waiting_screen(person.t, form))
        return
    record.confirmed = record.confirmed | {str(person.id): work.now.isoformat()}
    work.session.add(record)
    await work.record_change("record.confirmed", f"record:{record.id}", {"revision": revision}, person)
    if form.second_officer_confirms and record.maker_id in (case.officer_id, case.second_officer_id):
        if case.second_officer_id is None:
            raise InvalidInput("case.second_officer_missing")
        waiting = [i for i in (case.officer_id, case.second_officer_id) if str(i) not in record.confirmed]
        if waiting:
            named = await named_in(work, record, case, form)
            for officer_id in waiting:
                other = await conversation_of(work, officer_id)
                assert record.id is not None
                if other.record_id is None:
                    other.record_id, other.case_id = record.id, case.id
                    work.session.add(other)
                await work.tell(
                    officer_id, lambda t: record_view.asked_to_confirm(t, record, case, form, person.officer.name)
                )
                await work.tell(
                    officer_id,
                    lambda t: review_screen(
                        t, record, work.shelf.get(record.pack), form, found, page=0, disposal=named
                    ),
                )
            await work.reply(person, record_view.waiting_screen(person.t, form))
            return
    await work.reply(person, record_view.confirmed_screen(person.t, record, form))
    await _freeze(work, person, record, case, form, facts)


async def _departs(
    work: Work, person: Person, record: Record, case: Case, form: Form, facts: Facts, reason: str | None
) -> bool:
    """Whether to go on: every need holds, or it was said why not. Otherwise shows what should have happened."""
    known = {each.need for each in await departures_of(work, record)}
    answers = engine.seen_answers(form, draft_of(record), facts)
    needs = [need for need in unmet(form, facts, "submitting", answers) if need.id not in known]
    if needs and reason is not None:
        await depart(work, person, record, needs, checked_reason(reason))
    elif needs:
        pack = work.shelf.get(record.pack)
        await work.reply(person, before_submitting(person.t, pack, case, record, form, needs))
        return False
    return True


async def _freeze(work: Work, person: Person, record: Record, case: Case, form: Form, facts: Facts) -> None:
    draft = draft_of(record)
    values = engine.submitted_facts(form, draft, facts)
    if form.opens_case:
        await _open(work, person, case, values)
    await _fix_text(work, person, record, case, form, engine.canonical(form, draft, facts))
    await _set_facts(work, case, record, values)
    answers = engine.seen_answers(form, draft, facts)
    await occupy(work, record, form, answers)
    if record.corrects_id is None and record.round == 1:
        # A correction or a second submission after a return must not open or close terms again.
        for event, at in engine.emissions(form, draft, facts):
            await emit(work, case, event, at=at, subject=str(record.id), answers=answers, person=person)
    await _owe_files(work, person, record, form, engine.makes(form, draft, facts))
    await ask_opinion(work, record, case, form)
    if await finish_if_complete(work, person, record, case, form):
        if form.opens_case:
            assert case.id is not None
            await show_case(work, person, case.id)
    else:
        await show_record(work, person, record, to_all=True)


async def _fix_text(
    work: Work, person: Person, record: Record, case: Case, form: Form, answered: dict[str, Any]
) -> None:
    """Number, canonical content, its hash and the leaf that proves it."""
    agency = await work.session.get_one(Agency, case.agency_id)
    if form.numbering and record.number is None:
        assert record.id is not None
        record.number = await allocate_number(work, agency, form.numbering, record.id)
    listened = await listening_told(work, record)
    record.content = answered | {
        "agency": agency.name,
        "case": case.number,
        "number": record.number,
        "version_of": record.corrects_id,
        "correction_reason": record.correction_reason,
        "confirmed": dict(record.confirmed),
        **({"listened": listened} if listened else {}),
    }
    record.content_hash = engine.record_hash(record.content)
    record.state, record.frozen_at, record.round = "frozen", work.now, record.round + 1
    work.session.add(record)
    await work.record_change(
        "record.frozen",
        f"record:{record.id}",
        {"sha256": record.content_hash, "number": record.number, "round": record.round},
        person,
    )


async def _owe_files(work: Work, person: Person, record: Record, form: Form, makes: Sequence[Make]) -> None:
    owed = [("paper", {"stage": "frozen"})] if form.paper else []
    owed += [(make.kind, {"of": make.of}) for make in makes if make.kind != INDEX]
    for kind, arguments in owed:
        await enqueue(
            work,
            kind,
            officer_id=person.id,
            agency_id=record.agency_id,
            record_id=record.id,
            arguments=arguments | {"round": record.round},
        )


async def _open(work: Work, person: Person, case: Case, values: dict[str, object]) -> None:
    """Open the case; a corrected opening may change who works on it, but neither its number nor its day."""
    await _name_officers(work, person, case, values.get("officers"))
    if case.state != "opening":
        return
    year = work.now.astimezone(SHANGHAI).year
    agency = await work.session.get_one(Agency, case.agency_id)
    case.number = await allocate_number(work, agency, "case", None)
    case.state, case.opened_at = "open", work.now
    work.session.add(case)
    await work.session.flush()
    await work.record_change("case.opened", f"case:{case.id}", {"number": case.number, "year": year}, person)


async def _name_officers(work: Work, person: Person, case: Case, officers: object) -> None:
    if not isinstance(officers, list):
        return
    if str(case.officer_id) not in officers:
        raise InvalidInput("case.maker_not_named")
    second = next((int(each) for each in officers if int(each) != case.officer_id), None)
    if second != case.second_officer_id:
        case.second_officer_id = second
        work.session.add(case)
        await work.record_change("case.second_officer_named", f"case:{case.id}", {"officer": second}, person)


async def allocate_number(work: Work, agency: Agency, series: str, record_id: int | None) -> str:
    """The next 文号 of a series, by the agency's pattern (`{year}`, `{n}`); gaps never come from failures."""
    assert agency.id is not None
    await work.session.get(Agency, agency.id, with_for_update=True)  # one allocation at a time per agency
    year = work.now.astimezone(SHANGHAI).year
    pattern = agency.numbering.get(series) or agency.numbering.get("default") or "〔{year}〕{n}号"
    if series not in agency.numbering and "{series}" not in pattern:
        series = "default"  # series that share one pattern share its numbers, or two papers would bear the same
    last = await work.session.exec(
        select(func.max(DocumentNumber.n)).where(
            col(DocumentNumber.agency_id) == agency.id,
            col(DocumentNumber.series) == series,
            col(DocumentNumber.year) == year,
        )
    )
    n = (last.one() or 0) + 1
    text = pattern.format(year=year, n=n, series=series)
    work.session.add(DocumentNumber(agency_id=agency.id, series=series, year=year, n=n, text=text, record_id=record_id))
    await work.session.flush()
    return text


async def _set_facts(work: Work, case: Case, record: Record, values: dict[str, object]) -> None:
    """The newest record's word stands: what this one or the version it corrects no longer says is taken back, and a
    correction leaves alone what another record has said since."""
    standing = {
        fact.name: fact
        for fact in (await work.session.exec(select(CaseFact).where(col(CaseFact.case_id) == case.id))).all()
    }
    assert case.id is not None
    own = {record.id, record.corrects_id}
    for name, fact in standing.items():
        if fact.record_id in own and name not in values:
            await work.session.delete(fact)
    for name, value in values.items():
        fact = standing.get(name) or CaseFact(case_id=case.id, name=name, record_id=record.id)
        if record.corrects_id is not None and fact.record_id not in own:
            continue
        fact.value, fact.record_id = value, record.id
        work.session.add(fact)
    await work.session.flush()
