"""Several processes tick at once on PostgreSQL: each reminder goes out once, and none waits for another."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.schedule.tick import BATCH, tick
from bot.use_cases.events import emit
from tests.schedule.conftest import Office

pytestmark = pytest.mark.postgres

URGENT = "case.started_urgently"


async def test_ticks_side_by_side_remind_once(tmp_path: Path, postgres_url: str) -> None:
    office = Office(tmp_path, postgres_url)
    await office.fill()
    async with office.work() as work:
        for number in range(BATCH + 20):
            await emit(work, await office.add_case(work, f"{number}"), URGENT)
    office.now += timedelta(hours=24)
    both_hold = asyncio.Barrier(2)

    async def one_process() -> int:
        async with office.work() as work:
            done = await tick(work)
            await asyncio.wait_for(both_hold.wait(), timeout=20)  # neither has committed yet
            return done

    assert sorted(await asyncio.gather(one_process(), one_process())) == [20, BATCH]
    told = await office.reminded("孙丽")
    assert len(told) == len(set(told)) == BATCH + 20
    await office.database.close()


async def test_one_event_in_two_processes_opens_one_term(tmp_path: Path, postgres_url: str) -> None:
    office = Office(tmp_path, postgres_url)
    await office.fill()

    async def happen(offset: int) -> int:
        async with office.work() as work:
            changes = await emit(work, office.case, URGENT, at=office.now + timedelta(seconds=offset))
            await asyncio.sleep(0.05)
            return len(changes.opened)

    assert sorted(await asyncio.gather(*(happen(offset) for offset in range(4)))) == [0, 0, 0, 1]
    await office.database.close()
