"""From draft to frozen: the officers confirm, the text is fixed, its number given, its paper ordered."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.jobs.queue import enqueue
from bot.use_cases.access import conversation_of, record_for
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.events import emit
from bot.use_cases.finish_record import finish_if_complete
from bot.use_cases.show_case import show_case
from bot.use_cases.show_record import show_record
from bot.views import records as record_view
from bot.views.review import review_screen
from bot.work import Person, Work
from dialogs import engine
from dialogs.facts import Facts
from dialogs.packs.schema import Record as Form
from models.errors import InvalidInput, Stale
from models.tables import Agency, Case, CaseFact, DocumentNumber, Opinion, Record

_SHANGHAI = ZoneInfo("Asia/Shanghai")


async def show_review(work: Work, person: Person, record_id: int, page: int = 0) -> None:
    """The card with every answer and what is missing, by article."""
    record, case = await record_for(work, person, record_id)
    form = form_of(work, record)
    facts = await load_facts(work, case, record)
    found = engine.review(form, draft_of(record), facts)
    await work.reply(person, review_screen(person.t, record, form, found, page=page, fresh=False))


async def confirm_record(work: Work, person: Person, record_id: int, revision: int) -> None:
    """One officer confirms the text as they saw it; with the last one needed it is frozen.

    Raises Stale `record.changed_meanwhile`; InvalidInput `record.lacking`, `case.second_officer_missing`.
    """
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    if record.revision != revision:
        raise Stale("record.changed_meanwhile")
    form, facts = form_of(work, record), await load_facts(work, case, record)
    found = engine.review(form, draft_of(record), facts)
    if not found.ready:
        await work.reply(person, review_screen(person.t, record, form, found, page=0))
        raise InvalidInput("record.lacking", count=sum(lack.blocks for lack in found.lacking))
    record.confirmed = record.confirmed | {str(person.id): work.now.isoformat()}
    work.session.add(record)
    await work.record_change("record.confirmed", f"record:{record.id}", {"revision": revision}, person)
    if form.second_officer_confirms:
        if case.second_officer_id is None:
            raise InvalidInput("case.second_officer_missing")
        waiting = [i for i in (case.officer_id, case.second_officer_id) if str(i) not in record.confirmed]
        if waiting:
            for officer_id in waiting:
                other = await conversation_of(work, officer_id)
                assert record.id is not None
                if other.record_id is None:
                    other.record_id, other.case_id = record.id, case.id
                    work.session.add(other)
                await work.tell(
                    officer_id, lambda t: record_view.asked_to_confirm(t, record, case, form, person.officer.name)
                )
                await work.tell(officer_id, lambda t: review_screen(t, record, form, found, page=0))
            await work.reply(person, record_view.waiting_screen(person.t, form))
            return
    await work.reply(person, record_view.confirmed_screen(person.t, record, form))
    await _freeze(work, person, record, case, form, facts)


async def _freeze(work: Work, person: Person, record: Record, case: Case, form: Form, facts: Facts) -> None:
    draft = draft_of(record)
    if form.opens_case:
        await _open(work, person, case, engine.submitted_facts(form, draft, facts))
    agency = await work.session.get_one(Agency, case.agency_id)
    if form.numbering and record.number is None:
        assert record.id is not None
        record.number = await allocate_number(work, agency, form.numbering, record.id)
    content = engine.canonical(form, draft, facts)
    content |= {
        "agency": agency.name,
        "case": case.number,
        "number": record.number,
        "version_of": record.corrects_id,
        "correction_reason": record.correction_reason,
        "confirmed": dict(record.confirmed),
    }
    record.content, record.content_hash = content, engine.record_hash(content)
    record.state, record.frozen_at, record.round = "frozen", work.now, record.round + 1
    work.session.add(record)
    await work.record_change(
        "record.frozen",
        f"record:{record.id}",
        {"sha256": record.content_hash, "number": record.number, "round": record.round},
        person,
    )
    await _set_facts(work, case, record, engine.submitted_facts(form, draft, facts))
    if record.corrects_id is None and record.round == 1:
        # A correction or a second submission after a return must not open or close terms again.
        for event, at in engine.emissions(form, draft, facts):
            await emit(work, case, event, at=at, subject=str(record.id), person=person)
    await _ask_opinions(work, record, form)
    if form.paper:
        await enqueue(
            work,
            "paper",
            officer_id=person.id,
            agency_id=case.agency_id,
            record_id=record.id,
            arguments={"stage": "frozen", "round": record.round},
        )
    for make in engine.makes(form, draft, facts):
        await enqueue(
            work,
            make.kind,
            officer_id=person.id,
            agency_id=case.agency_id,
            record_id=record.id,
            arguments={"of": make.of, "round": record.round},
        )
    if await finish_if_complete(work, person, record, case, form):
        if form.opens_case:
            assert case.id is not None
            await show_case(work, person, case.id)
    else:
        await show_record(work, person, record, to_all=True)


async def _open(work: Work, person: Person, case: Case, values: dict[str, object]) -> None:
    officers = values.get("officers")
    if isinstance(officers, list):
        others = [int(i) for i in officers if int(i) != case.officer_id]
        case.second_officer_id = others[0] if others else None
    year = work.now.astimezone(_SHANGHAI).year
    agency = await work.session.get_one(Agency, case.agency_id)
    case.number = await allocate_number(work, agency, "case", None)
    case.state, case.opened_at = "open", work.now
    work.session.add(case)
    await work.session.flush()
    await work.record_change("case.opened", f"case:{case.id}", {"number": case.number, "year": year}, person)


async def allocate_number(work: Work, agency: Agency, series: str, record_id: int | None) -> str:
    """The next 文号 of a series, by the agency's pattern (`{year}`, `{n}`); gaps never come from failures."""
    assert agency.id is not None
    await work.session.get(Agency, agency.id, with_for_update=True)  # one allocation at a time per agency
    year = work.now.astimezone(_SHANGHAI).year
    last = await work.session.exec(
        select(func.max(DocumentNumber.n)).where(
            col(DocumentNumber.agency_id) == agency.id,
            col(DocumentNumber.series) == series,
            col(DocumentNumber.year) == year,
        )
    )
    n = (last.one() or 0) + 1
    pattern = agency.numbering.get(series) or agency.numbering.get("default") or "〔{year}〕{n}号"
    text = pattern.format(year=year, n=n, series=series)
    work.session.add(DocumentNumber(agency_id=agency.id, series=series, year=year, n=n, text=text, record_id=record_id))
    await work.session.flush()
    return text


async def _set_facts(work: Work, case: Case, record: Record, values: dict[str, object]) -> None:
    standing = {
        fact.name: fact
        for fact in (await work.session.exec(select(CaseFact).where(col(CaseFact.case_id) == case.id))).all()
    }
    assert case.id is not None
    for name, value in values.items():
        fact = standing.get(name) or CaseFact(case_id=case.id, name=name)
        fact.value, fact.record_id = value, record.id
        work.session.add(fact)
    await work.session.flush()


async def _ask_opinions(work: Work, record: Record, form: Form) -> None:
    assert record.id is not None
    for step in form.review[:1]:  # the next step is asked when this one is given
        work.session.add(Opinion(record_id=record.id, round=record.round, step=step.id, asked_at=work.now))
    await work.session.flush()
