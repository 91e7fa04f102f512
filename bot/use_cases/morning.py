"""What a person should know when their day begins: terms that end soon, and what waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.i18n import translator
from bot.memo import Memo
from bot.screen import Screen
from bot.use_cases.deciders import waiting_for
from bot.use_cases.own_terms import stated
from bot.use_cases.secrecy import levels_of
from bot.use_cases.stand_ins import absent_for, current
from bot.views import morning as view
from bot.work import Person, Work
from models.tables import Case, Officer, OpenTerm, Opinion, Record

SOON_DAYS = 3
Soon = tuple[datetime, int]  # when a term ends, and its id


async def morning_summary(work: Work, officer: Officer) -> Screen | None:
    """The summary as the person is shown it; None when there is nothing to say, or they are away."""
    if await current(work, officer.id or 0) is not None:
        return None
    summary = await _summary(work, officer)
    return view.summary_screen(translator(officer.language), summary, work.now, SOON_DAYS) if summary else None


async def switch_summaries(work: Work, person: Person, *, wanted: bool) -> None:
    """From now on the person gets summaries, or none."""
    if person.officer.digests != wanted:
        person.officer.digests = wanted
        work.session.add(person.officer)
        await work.record_change("digests.switched", f"officer:{person.id}", {"wanted": wanted}, person)
    await work.reply(person, view.switched(person.t, wanted=wanted))


async def _summary(work: Work, officer: Officer) -> view.Summary:
    people = [officer, *await absent_for(work, officer.id or 0)]
    by_officer = await _soon(work, officer.agency_id)
    terms = sorted({term for each in people for term in by_officer.get(each.id or 0, ())})
    overdue = sum(due_at <= work.now for due_at, _ in terms)
    sign, confirm = (await _unfinished(work, officer.agency_id)).get(officer.id or 0, (0, 0))
    return view.Summary(
        overdue,
        len(terms) - overdue,
        len(await waiting_for(work, officer)),
        sign,
        confirm,
        await _urgent(work, officer, [term_id for _, term_id in terms[: view.URGENT]]),
    )


async def _urgent(work: Work, officer: Officer, ids: Sequence[int]) -> tuple[tuple[OpenTerm, Case, str], ...]:
    if not ids:
        return ()
    query = select(OpenTerm, Case).join(Case, col(Case.id) == col(OpenTerm.case_id)).where(col(OpenTerm.id).in_(ids))
    rows = (await work.session.exec(query.order_by(col(OpenTerm.due_at), col(OpenTerm.id)))).all()
    levels = await levels_of(work, [case for _, case in rows])

    def owed(term: OpenTerm, case: Case) -> str:
        if not levels.clear(case, officer):
            return ""
        known = stated(work, case, term)
        return known[1].owed if known else term.deadline

    return tuple((term, case, owed(term, case)) for term, case in rows)


async def _soon(work: Work, agency_id: int) -> Mapping[int, Sequence[Soon]]:
    """Officer -> the terms of their cases that are overdue or end soon: read once for all of an agency's people."""

    async def read() -> dict[int, list[Soon]]:
        query = (
            select(OpenTerm.due_at, OpenTerm.id, Case.officer_id, Case.second_officer_id)
            .join(Case, col(Case.id) == col(OpenTerm.case_id))
            .where(
                col(OpenTerm.agency_id) == agency_id,
                col(OpenTerm.state) == "open",
                col(OpenTerm.due_at) <= work.now + timedelta(days=SOON_DAYS),
            )
        )
        found: dict[int, list[Soon]] = defaultdict(list)
        for due_at, term_id, officer_id, second_id in (await work.session.exec(query)).all():
            for each in {officer_id, second_id} - {None}:
                found[each or 0].append((due_at, term_id or 0))
        return dict(found)

    return await Memo.of(work.session).get(("soon", agency_id, work.now), (OpenTerm, Case), read)


async def _unfinished(work: Work, agency_id: int) -> Mapping[int, tuple[int, int]]:
    """Officer -> how many of their texts are to be signed or sealed, and how many drafts to be confirmed by them."""

    async def read() -> dict[int, tuple[int, int]]:
        asked = select(Opinion.record_id).where(
            col(Opinion.record_id) == col(Record.id),
            col(Opinion.round) == col(Record.round),
            col(Opinion.result) == "pending",
        )
        fixed = select(Record.maker_id).where(
            col(Record.agency_id) == agency_id, col(Record.state) == "frozen", ~asked.exists()
        )
        drafts = (
            select(Record.confirmed, Case.officer_id, Case.second_officer_id)
            .join(Case, col(Case.id) == col(Record.case_id))
            .where(col(Record.agency_id) == agency_id, col(Record.state) == "draft")
        )
        sign: dict[int, int] = defaultdict(int)
        confirm: dict[int, int] = defaultdict(int)
        for maker_id in (await work.session.exec(fixed)).all():
            sign[maker_id] += 1
        for confirmed, officer_id, second_id in (await work.session.exec(drafts)).all():
            for each in {officer_id, second_id} - {None} if confirmed else ():
                confirm[each or 0] += str(each) not in confirmed
        return {each: (sign[each], confirm[each]) for each in {*sign, *confirm}}

    return await Memo.of(work.session).get(("unfinished", agency_id), (Record, Opinion, Case), read)
