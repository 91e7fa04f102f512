"""Every deadline of every pack on a real database: opened, reminded of at each rung of its table, and ended."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.schedule.tick import tick
from bot.shelf import Shelf
from bot.use_cases.events import emit
from dialogs.packs.loader import load_pack
from models.tables import CaseFact, OpenTerm, RungSent
from tests.deadlines.walk import PACKS, event_of, table
from tests.demands.written import moment
from tests.schedule.conftest import Office

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=PACKS)
async def office(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> AsyncIterator[Office]:
    shutil.copy(empty_database, tmp_path / "zhilu.db")
    office = Office(tmp_path)
    await office.fill()
    pack = load_pack(request.param)
    office.shelf = Shelf({pack.id: pack})
    yield office
    await office.database.close()


async def test_each_opens_reminds_and_ends_as_its_table_says(office: Office) -> None:
    [pack] = office.shelf.on_disk.values()
    for number, (name, entry) in enumerate(table(pack).items(), start=2):
        row = entry["ends"][0]
        event = event_of(entry, row)
        office.now = event.at
        async with office.work() as work:
            case = await office.add_case(work, f"〔2026〕{number}号")
            case.pack = f"{pack.id}@{pack.version}"
            work.session.add(case)
            for fact, value in entry.get("case", {}).items():
                work.session.add(CaseFact(case_id=case.id or 0, name=fact, value=value))
            await work.session.flush()
            for before in entry.get("happened", ()):
                await emit(work, case, before, subject="0")
            changes = await emit(work, case, event.name, subject="1", answers=event.answers)
            [term] = [each for each in changes.opened if each.deadline == name]
            for other in changes.opened:  # one event may open several; this walk is about one
                other.next_at = other.next_at if other is term else None
        assert term.due_at == moment(row["due"]), name
        for rung, at in sorted(entry["rungs"].items(), key=lambda each: str(each[1])):
            assert rung not in await _sent(office, term), (name, rung)
            office.now = moment(at) - MINUTE
            async with office.work() as work:
                await tick(work)
            assert rung not in await _sent(office, term), (name, rung, "early")
            office.now = moment(at)
            async with office.work() as work:
                await tick(work)
            assert rung in await _sent(office, term), (name, rung)
        [stated] = [each for each in pack.deadlines if each.id == name]
        async with office.work(after=MINUTE) as work:
            await emit(work, case, stated.closes_on[0], subject="1")
        async with office.database.reading() as session:
            ended = await session.get_one(OpenTerm, term.id)
        assert (ended.state, ended.next_at) == ("met", None), name


async def _sent(office: Office, term: OpenTerm) -> set[str]:
    async with office.database.reading() as session:
        return set((await session.exec(select(RungSent.rung).where(col(RungSent.term_id) == term.id))).all())
