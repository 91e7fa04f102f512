"""What the reminders of many terms rest on, read with a few statements where term by term it would be some for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import SQLModel, col, select

from bot.memo import Memo
from bot.use_cases.events import keep_sent
from bot.use_cases.secrecy import keep_levels
from bot.work import Work
from models.tables import Acknowledgement, Agency, AlertChannel, Case, ChatAccount, Officer, OpenTerm


async def read_ahead(work: Work, terms: Sequence[OpenTerm]) -> list[SQLModel]:
    """The cases, their officers and agencies; the session has them at hand for as long as the caller keeps them."""
    if not terms:
        return []
    ids = [term.id for term in terms if term.id is not None]
    await keep_sent(work, ids)
    quiet: dict[int, set[int]] = defaultdict(set)
    known = select(Acknowledgement.term_id, Acknowledgement.officer_id).where(
        col(Acknowledgement.term_id).in_(ids), col(Acknowledgement.until) > work.now
    )
    for term_id, officer_id in (await work.session.exec(known)).all():
        quiet[term_id].add(officer_id)
    for term in terms:
        assert term.id is not None
        Memo.of(work.session).keep(acknowledged_key(term), (Acknowledgement,), quiet[term.id])
    cases = (await work.session.exec(select(Case).where(col(Case.id).in_({term.case_id for term in terms})))).all()
    await keep_levels(work, cases)
    people = {case.officer_id for case in cases} | {case.second_officer_id for case in cases}
    officers = (await work.session.exec(select(Officer).where(col(Officer.id).in_(people - {None})))).all()
    agencies = await work.session.exec(select(Agency).where(col(Agency.id).in_({case.agency_id for case in cases})))
    return [*cases, *officers, *agencies.all()]


async def read_people(work: Work, people: Iterable[int]) -> list[SQLModel]:
    """Those who are to be told, with their chats and channels; the caller keeps them as above."""
    ids = sorted(people)
    if not ids:
        return []
    tables: tuple[type[ChatAccount] | type[AlertChannel], ...] = (ChatAccount, AlertChannel)
    for table in tables:
        theirs: dict[int, list[Any]] = {officer_id: [] for officer_id in ids}
        query = select(table).where(col(table.officer_id).in_(ids)).order_by(col(table.id))
        rows: Any = (await work.session.exec(query)).all()
        for row in rows:
            theirs[row.officer_id].append(row)
        for officer_id, found in theirs.items():
            Memo.of(work.session).keep((table, officer_id), (table,), found)
    return list((await work.session.exec(select(Officer).where(col(Officer.id).in_(ids)))).all())


def acknowledged_key(term: OpenTerm) -> tuple[str, int | None]:
    """Under which the unit of work keeps who has said that they know of the term."""
    return "acknowledged", term.id
