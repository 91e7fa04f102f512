"""Several processes notice the same new day on PostgreSQL: each end moves once and is told once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.schedule.calendar_watch import CalendarWatch
from bot.shelf import Shelf
from bot.use_cases.agency_days import state_days
from bot.use_cases.events import emit
from bot.use_cases.reckoning import BATCH
from bot.use_cases.terms import extend_term
from dialogs.packs.schema import Extension, Within
from models.tables import Agency, OpenTerm, TermChange
from tests.schedule.conftest import PACK, Office
from tests.schedule.test_moved_terms import REPLY

pytestmark = pytest.mark.postgres

MANY = BATCH + 20


async def test_watches_side_by_side_move_each_end_once(tmp_path: Path, postgres_url: str) -> None:
    office = Office(tmp_path, postgres_url)
    await office.fill()
    longer = Extension(by="approver", within=Within(workdays=3), times=50)
    pack = PACK.model_copy(update={"deadlines": (REPLY.model_copy(update={"extension": longer}),)})
    office.shelf = Shelf({pack.id: pack})
    terms = []
    async with office.work() as work:
        for number in range(MANY):
            terms += (await emit(work, await office.add_case(work, f"{number}号"), "x.reply")).opened
    before = terms[0].due_at
    watches = [CalendarWatch(office.database, office.vault, office.shelf, office.settings) for _ in range(4)]
    assert sum(await asyncio.gather(*(watch.look() for watch in watches))) == 0
    async with office.work() as work:
        agency = await work.session.get_one(Agency, office.case.agency_id)
        await state_days(work, agency, date(2026, 3, 6), date(2026, 3, 6), worked=False, name="局庆", by="管理员")

    async def extend(number: int) -> None:
        async with office.work() as work:
            await extend_term(work, office.people["赵强"], terms[number].id or 0, "案情复杂")

    async def close(number: int) -> None:
        async with office.work() as work:
            case_id = terms[number].case_id
            case = await work.session.get_one(type(office.case), case_id)
            await emit(work, case, "y.reply", person=office.people["李明"])

    async def watch_on(watch: CalendarWatch) -> int:
        moved = 0
        for _ in range(20):
            moved += await watch.look()
            await asyncio.sleep(0.01)
        return moved

    moved = asyncio.gather(*(watch_on(watch) for watch in watches))
    await asyncio.gather(*(extend(number) for number in range(8)), *(close(number) for number in range(8, 16)))
    await moved
    async with office.database.reading() as session:
        counted = select(TermChange.term_id, func.count()).where(col(TermChange.kind) == "calendar")
        calendar = dict((await session.exec(counted.group_by(col(TermChange.term_id)))).all())
        after = {each.id: each for each in (await session.exec(select(OpenTerm))).all()}
    assert set(calendar.values()) <= {1}
    assert {term.id for term in terms[16:]} <= set(calendar)
    assert {after[term.id].due_at for term in terms[16:]} == {before + timedelta(days=1)}
    # Five working days, three more, the 6th free: to Friday the 13th, whichever came first.
    assert {after[term.id].due_at for term in terms[:8]} == {before + timedelta(days=4)}
    await office.database.close()
