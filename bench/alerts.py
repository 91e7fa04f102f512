"""The schedule on many open deadlines, beside a scheduler with one job a deadline, and the outbox at Telegram's pace.

The peer is APScheduler 3 with its SQLAlchemyJobStore on the same rows, in a SQLite file on the same disk.
`python -m bench.alerts` prints one JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import pickle
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

from bench import draining
from bot.schedule.scheduler import Schedule
from bot.settings import Settings
from bot.shelf import Shelf
from dialogs.packs.loader import load_pack
from models.database import Database, migrate
from models.tables import Agency, Case, ChatAccount, Officer
from models.vault import Vault

SIZES = (10_000, 100_000, 1_000_000)
DUE = 100
ANEW = 300  # jobs scheduled anew; each is a transaction of its own, so all take as many times as long
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
        self._folder = folder
        self.schedule = self.schedule_on(self.database)

    def schedule_on(self, database: Database) -> Schedule:
        settings = Settings(data=self._folder, _env_file=None)
        vault, shelf = Vault(self._folder / "vault"), Shelf({_PACK.id: _PACK})
        return Schedule(database, vault, shelf, settings, after=lambda: None)

    async def fill(self) -> None:
        now = datetime.now(UTC)
        async with self.database.transaction() as session:
            duty = {"from": "00:00", "until": "00:00"}
            agency = Agency(code="xg", name="某局", pack=_PACK.id, duty=duty, created_at=now)
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
        async with self.database.engine.begin() as connection:
            await connection.execute(insert(Case), rows)
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


# --- the peer: one job a deadline -----------------------------------------------------------------------------


async def remind(term_id: int) -> None:
    """A job of the peer's. It says nothing to anybody: only the scheduler's own work is measured."""
    _reminded.append(term_id)


_reminded: list[int] = []


def _scheduler(file: Path) -> AsyncIOScheduler:
    return AsyncIOScheduler(timezone="UTC", jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{file}")})


def _run_date(term_id: int, terms: int) -> datetime:
    due = term_id % (terms // DUE) == 1
    return datetime.now(UTC) + (timedelta(minutes=-1) if due else timedelta(days=30, seconds=term_id))


def _schedule_anew(scheduler: AsyncIOScheduler, term_id: int, terms: int) -> None:
    scheduler.add_job(
        remind,
        "date",
        run_date=_run_date(term_id, terms),
        args=[term_id],
        id=str(term_id),
        replace_existing=True,
        misfire_grace_time=None,
    )


async def _peer(file: Path, terms: int) -> tuple[float, float, float]:
    """Seconds to schedule all anew (reckoned from some), to start on what the store holds, and to fire `DUE`."""
    scheduler = _scheduler(file)
    scheduler.start(paused=True)
    store = scheduler._jobstores["default"]
    _schedule_anew(scheduler, 1, terms)
    like = store.lookup_job("1")
    jobs = []
    for term_id in range(1, terms + 1):  # as adding them one by one would leave them, in one transaction
        like.id = str(term_id)
        like._modify(args=[term_id], next_run_time=_run_date(term_id, terms))
        state = pickle.dumps(like.__getstate__(), store.pickle_protocol)
        jobs.append({"id": like.id, "next_run_time": like.next_run_time.timestamp(), "job_state": state})
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.delete())
        connection.execute(store.jobs_t.insert(), jobs)
    begun = time.perf_counter()
    for term_id in range(2, ANEW + 2):
        _schedule_anew(scheduler, term_id, terms)
    anew = (time.perf_counter() - begun) * terms / ANEW
    scheduler.shutdown()

    scheduler = _scheduler(file)
    begun = time.perf_counter()
    scheduler.start(paused=True)
    store = scheduler._jobstores["default"]
    store.get_next_run_time()
    started = time.perf_counter() - begun
    _reminded.clear()
    begun = time.perf_counter()
    scheduler.resume()
    while len(_reminded) < DUE or store.get_due_jobs(datetime.now(UTC)):
        await asyncio.sleep(0.001)
    fired = time.perf_counter() - begun
    scheduler.shutdown()
    return anew, started, fired


async def _ours(town: Town) -> tuple[float, float]:
    """Seconds to start with nothing due, and to owe `DUE` their reminders."""
    await town.again()
    await town.tick()
    started, fired = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        database = Database(town.database.url)
        assert await town.schedule_on(database).tick_all() == 0
        started.append(time.perf_counter() - begun)
        await database.close()
        await town.again()
        begun = time.perf_counter()
        await town.tick()
        fired.append(time.perf_counter() - begun)
    return median(started), median(fired)


# --- measuring ------------------------------------------------------------------------------------------------


@contextmanager
def _town(terms: int) -> Iterator[Town]:
    with tempfile.TemporaryDirectory(prefix="zhilu-bench-") as folder:
        town = Town(Path(folder), terms)
        migrate(town.database.url)
        yield town


async def _tick_costs(town: Town) -> tuple[float, float]:
    """Milliseconds of CPU of a tick with `DUE` due, and the most memory it takes, in KiB."""
    await town.fill()
    await town.tick()
    taken = []
    for _ in range(ROUNDS):
        await town.again()
        begun = time.process_time()
        await town.tick()
        taken.append((time.process_time() - begun) * 1000)
    await town.again()
    tracemalloc.start()
    await town.tick()
    peak = tracemalloc.get_traced_memory()[1] / 1024
    tracemalloc.stop()
    await town.database.close()
    return median(taken), peak


def _tick_rows() -> list[Row]:
    found: list[Row] = []
    first: tuple[float, float] | None = None
    for size in SIZES:
        with _town(size) as town:
            measured = asyncio.run(_tick_costs(town))
        first = first or measured
        for name, unit, mine, least in zip(("a tick", "its peak memory"), ("ms", "KiB"), measured, first, strict=True):
            row = _row(f"{name}, {DUE} due of {size} open deadlines", mine, least, unit)
            found.append({**row, "note": f"CPU time; peer: the same with {SIZES[0]} open"})
    return sorted(found, key=lambda row: row["unit"])


def _peer_rows() -> list[Row]:
    terms = SIZES[0]

    async def measure(town: Town) -> tuple[tuple[float, float], tuple[float, float, float]]:
        await town.fill()
        ours = await _ours(town)
        await town.database.close()
        return ours, await _peer(town.file.with_name("jobs.db"), terms)

    with _town(terms) as town:
        (start, fire), (anew, load, peer_fire) = asyncio.run(measure(town))
    asked = f"peer: APScheduler 3, a job a deadline scheduled anew as its guide asks of a start, reckoned from {ANEW}"
    stored = "peer: APScheduler 3 on the jobs its store holds already, and nothing done in a job; ours owes messages"
    tasks = (
        (f"start with {terms} deadlines", start, anew, asked),
        (f"start with {terms} deadlines and fire {DUE}", start + fire, anew + peer_fire, asked),
        (f"start with {terms} deadlines, stored", start, load, stored),
        (f"fire {DUE} of {terms}", fire, peer_fire, stored),
    )
    return [{**_row(name, mine * 1000, peer * 1000, "ms"), "note": note} for name, mine, peer, note in tasks]


def _row(name: str, ours: float, peer: float, unit: str) -> Row:
    return {"name": name, "ours": round(ours, 2), "peer": round(peer, 2), "unit": unit, "ratio": round(ours / peer, 5)}


def rows() -> list[Row]:
    """Rows {name, ours, peer, unit, ratio, note}: ticks, the peer's, and the outbox (`bench.draining`)."""
    return [*_tick_rows(), *_peer_rows(), *draining.rows()]


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
