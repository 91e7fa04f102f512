"""The schedule on many open deadlines, beside a scheduler with one job a deadline, and the outbox at Telegram's pace.

The peer is APScheduler 3 with its SQLAlchemyJobStore on the same rows, in a SQLite file on the same disk.
`python -m bench.alerts` prints one JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import insert

from bot.schedule.scheduler import Schedule
from bot.settings import Settings
from bot.shelf import Shelf
from dialogs.packs.loader import load_pack
from models.database import Database, migrate
from models.tables import Agency, Case, ChatAccount, Officer
from models.vault import Vault

SIZES = (10_000, 100_000, 1_000_000)
DUE = 100
ROUNDS = 7
_PACK = load_pack("xigang-finance")
_DEADLINE = "recording_handover"
_OFFICERS = 40
_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
Row = dict[str, Any]


class Town:
    """An agency with many open deadlines, of which `DUE` have just come due; `again` puts them back."""

    def __init__(self, folder: Path, terms: int) -> None:
        self.file = folder / "zhilu.db"
        self.terms = terms
        self.database = Database(f"sqlite+aiosqlite:///{self.file}")
        settings = Settings(data=folder, _env_file=None)
        vault, shelf = Vault(folder / "vault"), Shelf({_PACK.id: _PACK})
        self.schedule = Schedule(self.database, vault, shelf, settings, after=lambda: None)

    async def fill(self) -> None:
        now = datetime.now(UTC)
        async with self.database.transaction() as session:
            agency = Agency(code="xg", name="某局", pack=_PACK.id, duty={"from": "00:00", "until": "00:00"}, created_at=now)
            session.add(agency)
            await session.flush()
            people = [Officer(agency_id=agency.id, name=f"第{n}人", roles=["officer"]) for n in range(_OFFICERS)]
            people.append(Officer(agency_id=agency.id, name="督查", roles=["supervisor"]))
            session.add_all(people)
            await session.flush()
            for one in people:
                account = {"transport": "webchat", "user_id": one.id, "chat_id": one.id, "officer_id": one.id}
                session.add(ChatAccount(**account, bound_at=now))
            cases = range(1, self.terms // 10 + 1)
            common = {"agency_id": agency.id, "pack": f"{_PACK.id}@{_PACK.version}", "state": "open", "opened_at": now}
            rows = [{**common, "id": n, "number": f"〔2026〕{n}号", "officer_id": 1 + n % _OFFICERS} for n in cases]
            await session.execute(insert(Case), rows)
        async with self.database.engine.begin() as connection:
            later = now + timedelta(days=30)
            await connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                "INSERT INTO openterm (id, agency_id, case_id, deadline, subject, state, opened_by, opened_at, due_at, "
                "provisional, next_at) SELECT i, 1, 1 + i % ?, ?, 'r' || i, 'open', 'x.y', "
                "?, ?, 0, strftime('%Y-%m-%d %H:%M:%f000', ?, '+' || i || ' seconds') FROM n",
                (
                    self.terms,
                    self.terms // 10,
                    _DEADLINE,
                    f"{later - timedelta(hours=24):{_FORMAT}}",
                    f"{later:{_FORMAT}}",
                    f"{later - timedelta(hours=6):{_FORMAT}}",
                ),
            )
        await self.again()

    async def again(self) -> None:
        """`DUE` deadlines, from one end of the table to the other, ended a minute ago; nobody was told."""
        ended = datetime.now(UTC) - timedelta(minutes=1)
        async with self.database.engine.begin() as connection:
            for table in ("rungsent", "outboundmessage", "heartbeat"):
                await connection.exec_driver_sql(f"DELETE FROM {table}")
            await connection.exec_driver_sql(
                "UPDATE openterm SET opened_at = ?, due_at = ?, next_at = ? WHERE id % ? = 1",
                (
                    f"{ended - timedelta(hours=1):{_FORMAT}}",
                    f"{ended:{_FORMAT}}",
                    f"{ended:{_FORMAT}}",
                    self.terms // DUE,
                ),
            )

    async def tick(self) -> None:
        assert await self.schedule.tick_all() == DUE


async def main() -> None:
    for size in (10_000,):
        with tempfile.TemporaryDirectory() as folder:
            town = Town(Path(folder), size)
            await asyncio.to_thread(migrate, town.database.url)
            t = time.time()
            await town.fill()
            print("fill", time.time() - t)
            for _ in range(5):
                await town.again()
                t, c = time.perf_counter(), time.process_time()
                await town.tick()
                print(size, "tick", time.perf_counter() - t, time.process_time() - c)
            import cProfile
            await town.again()
            with cProfile.Profile() as p:
                await town.tick()
            import pstats
            pstats.Stats(p).sort_stats("cumtime").print_stats(45)


if __name__ == "__main__":
    asyncio.run(main())
