"""Processes that remind are killed again and again; every reminder is owed once, and reaches its chat, in order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from dialogs.packs.loader import load_pack
from models.database import Database
from models.tables import Agency, AlertChannel, Case, ChatAccount, Officer, OpenTerm, OutboundMessage, RungSent
from tests.robustness.alerts import POINTS

DEADLINES = 5000
MINUTE = 60.0  # in which they all come due
OFFICERS, AGENCIES = 100, 10
EXACT = 3  # kills at each point
SEED = 20261128
ROOT = Path(__file__).resolve().parents[2]
PACK = load_pack("xigang-finance")


Reminder = tuple[int | None, str, int, str]  # term, step, person, channel


async def people(database: Database) -> list[Case]:
    """Agencies and their people, a case for each officer; and one deadline, for the processes to rehearse with."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        everybody = []
        for n in range(AGENCIES):
            agency = Agency(
                code=f"a{n}",
                name=f"第{n}局",
                pack=PACK.id,
                created_at=now,
                duty={"from": "00:00", "until": "00:00"},
                transports=["telegram"],
                channels={"webhook": {"url": "https://example.org"}},
            )
            session.add(agency)
            await session.flush()
            roles = ["supervisor"] + ["officer"] * (OFFICERS // AGENCIES)
            everybody += [Officer(agency_id=agency.id, name=f"第{i}人", roles=[role]) for i, role in enumerate(roles)]
        session.add_all(everybody)
        await session.flush()
        for one in everybody:
            account = {"transport": "telegram", "user_id": one.id, "chat_id": one.id, "officer_id": one.id}
            session.add(ChatAccount(**account, bound_at=now))
            if one.roles == ["supervisor"]:
                session.add(AlertChannel(officer_id=one.id, channel="webhook", set_at=now))
        named = f"{PACK.id}@{PACK.version}"
        cases = [
            Case(agency_id=one.agency_id, pack=named, state="open", officer_id=one.id, opened_at=now)
            for one in everybody
            if one.roles == ["officer"]
        ]
        session.add_all(cases)
        await session.flush()
        session.add(deadline(cases[0], 0, now))
    return cases


def deadline(case: Case, number: int, due: datetime) -> OpenTerm:
    return OpenTerm(
        case_id=case.id,
        agency_id=case.agency_id,
        deadline="recording_handover",
        subject=str(number),
        opened_by="x.y",
        opened_at=due - timedelta(hours=1),
        due_at=due,
        next_at=due,
    )


async def deadlines(database: Database, cases: list[Case], *, in_a_row: int) -> set[Reminder]:
    """All that come due within the next minute, `in_a_row` of one officer; what must be owed for them."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        for term in (await session.exec(select(OpenTerm))).all():
            await session.delete(term)
        officers = await session.exec(select(Officer.agency_id, Officer.id).where(col(Officer.name) == "第0人"))
        supervisor = dict(officers.all())
        terms = []
        for n in range(DEADLINES):
            due = now + timedelta(seconds=n * MINUTE / DEADLINES)
            terms.append((deadline(case := cases[n // in_a_row % len(cases)], n + 1, due), case))
        session.add_all(term for term, _ in terms)
        await session.flush()
    meant: set[Reminder] = set()
    for term, case in terms:
        meant.add((term.id, "due", case.officer_id, "telegram"))
        meant |= {(term.id, "due", supervisor[case.agency_id], channel) for channel in ("telegram", "webhook")}
    return meant


@dataclass
class Fleet:
    """The processes; a dead one is started again, told where to die as long as such deaths are wanted."""

    folder: Path
    url: str
    size: int
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    wanted: list[str] = field(default_factory=list)
    kills: int = 0
    pids: list[int] = field(default_factory=list)
    starter: asyncio.subprocess.Process | None = None

    async def prepare(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.starter = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.robustness.alerts", self.url, str(self.folder)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
            )
        assert self.starter.stdout is not None
        assert await self.starter.stdout.readline() == b"ready\n"

    async def start(self) -> None:
        self.pids = [await self._start() for _ in range(self.size)]

    async def _start(self) -> int:
        assert self.starter is not None and self.starter.stdin is not None and self.starter.stdout is not None
        left = [point for point, count in Counter(self.wanted).items() if self.deaths()[point] < count]
        where = f"{self.chance.choice(left)} {self.chance.randint(1, 3)}" if left else "-"
        self.starter.stdin.write(f"{where}\n".encode())
        return int(await self.starter.stdout.readline())

    async def kill_one(self) -> None:
        """Somebody is killed wherever it is just then."""
        number = self.chance.randrange(self.size)
        with suppress(ProcessLookupError):
            os.kill(self.pids[number], signal.SIGKILL)
            self.kills += 1
        await self.raise_the_dead()

    async def raise_the_dead(self) -> None:
        await asyncio.sleep(0.01)  # until the killed are gone
        for number, pid in enumerate(self.pids):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                self.pids[number] = await self._start()

    def deaths(self) -> Counter[str]:
        """Who died where it was told to."""
        file = self.folder / "deaths"
        return Counter(file.read_text().splitlines()) if file.exists() else Counter()

    async def close(self) -> None:
        if self.starter is None:
            return
        assert self.starter.stdin is not None
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.starter.stdin.close()
        await self.starter.wait()


@asynccontextmanager
async def fleet(folder: Path, url: str, size: int) -> AsyncIterator[tuple[Fleet, Database]]:
    one, database = Fleet(folder, url, size), Database(url)
    try:
        yield one, database
    finally:
        await one.close()
        await database.close()


async def survive(one: Fleet, database: Database, *, kills: int, every: float, patience: float) -> None:
    """Kills at random, then exactly at each point, then rest until all is done."""
    async with asyncio.timeout(patience):
        while one.kills < kills:
            await asyncio.sleep(every)
            await one.kill_one()
        one.wanted = [point for point in POINTS for _ in range(EXACT)]
        await one.kill_one()
        while any(one.deaths()[point] < EXACT for point in POINTS):
            await asyncio.sleep(0.1)
            await one.raise_the_dead()
            assert await left(database) > 0, f"nothing left to do before all had died: {one.deaths()}"
        one.wanted = []
        while await left(database):
            await one.raise_the_dead()
            await asyncio.sleep(0.2)


async def left(database: Database) -> int:
    """Deadlines nobody was reminded of yet, and messages that wait."""
    untold = ~select(RungSent.id).where(col(RungSent.term_id) == col(OpenTerm.id)).exists()
    waiting = select(func.count()).where(col(OutboundMessage.state) == "queued")
    async with database.reading() as session:
        terms = (await session.exec(select(func.count()).select_from(OpenTerm).where(untold))).one()
        return terms + (await session.exec(waiting)).one()


def delivered(folder: Path) -> list[tuple[int, float]]:
    """(message, when), in order."""
    lines = (line.split() for line in (folder / "delivered").read_text().splitlines())
    return [(int(message_id), float(at)) for message_id, at in lines]


async def prove(one: Fleet, database: Database, meant: set[Reminder]) -> str:
    """Nothing is lost, nothing is owed twice, and nothing came again but for a kill."""
    async with database.reading() as session:
        sent = (await session.exec(select(RungSent))).all()
        messages = {message.id: message for message in (await session.exec(select(OutboundMessage))).all()}
    owed = Counter((row.term_id, row.rung, row.officer_id, row.channel) for row in sent)
    assert set(owed) == meant
    assert set(owed.values()) == {1}
    assert {message.state for message in messages.values()} == {"sent"}
    times = Counter(message_id for message_id, _ in delivered(one.folder))
    assert set(times) == {row.message_id for row in sent} == set(messages), "an owed message never came"
    repeats = times.total() - len(times)
    killed = one.kills + one.deaths().total()
    assert repeats <= killed
    return (
        f"{len(owed)} reminders of {DEADLINES} deadlines in {len(messages)} messages; {one.kills} kills at random, "
        f"{', '.join(f'{count} {point}' for point, count in sorted(one.deaths().items()))}: {repeats} repeats"
    )


def in_order(folder: Path, chat_of: dict[int, tuple[str, int]], committed: dict[int, float]) -> None:
    """No message overtook an older one of its chat that was there for all to see.

    Two transactions side by side take their numbers before they commit, so the later number may be seen first.
    """
    first: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    seen = set()
    for message_id, at in delivered(folder):
        if message_id not in seen:
            first[chat_of[message_id]].append((message_id, at))
        seen.add(message_id)
    for chat, came in first.items():
        for number, (message_id, at) in enumerate(came):
            for later_id, _ in came[number + 1 :]:
                assert later_id > message_id or committed[later_id] > at - 0.5, f"{later_id} was overtaken in {chat}"


@pytest.mark.slow
@pytest.mark.postgres
async def test_four_processes_die_and_every_reminder_comes(postgres_url: str, tmp_path: Path) -> None:
    began = time.monotonic()
    async with fleet(tmp_path, postgres_url, 4) as (one, database):
        cases = await people(database)
        await one.prepare()
        meant = await deadlines(database, cases, in_a_row=2)
        await one.start()
        await survive(one, database, kills=80, every=0.3, patience=500)
        told = await prove(one, database, meant)
        async with database.reading() as session:
            chats = await session.exec(select(OutboundMessage.id, OutboundMessage.transport, OutboundMessage.chat_id))
            chat_of = {message_id: (transport, chat_id) for message_id, transport, chat_id in chats.all()}
            moments = text(
                "SELECT DISTINCT message_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM rungsent"
            )
            committed = {message_id: float(at) for message_id, at in (await session.execute(moments)).all()}
        in_order(tmp_path, chat_of, committed)
    print(f"\nPostgreSQL, 4 processes, {time.monotonic() - began:.0f} s: {told}")


@pytest.mark.slow
async def test_one_process_dies_and_every_reminder_comes(tmp_path: Path, empty_database: Path) -> None:
    began = time.monotonic()
    (tmp_path / "zhilu.db").write_bytes(empty_database.read_bytes())
    async with fleet(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'zhilu.db'}", 1) as (one, database):
        cases = await people(database)
        await one.prepare()
        meant = await deadlines(database, cases, in_a_row=10)
        await one.start()
        await survive(one, database, kills=25, every=1.0, patience=500)
        told = await prove(one, database, meant)
        async with database.reading() as session:
            chats = await session.exec(select(OutboundMessage.id, OutboundMessage.transport, OutboundMessage.chat_id))
            chat_of = {message_id: (transport, chat_id) for message_id, transport, chat_id in chats.all()}
        in_order(tmp_path, chat_of, dict.fromkeys(chat_of, 0.0))
    print(f"\nSQLite, 1 process, {time.monotonic() - began:.0f} s: {told}")
