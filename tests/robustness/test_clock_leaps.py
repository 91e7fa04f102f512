"""The system clock leaps under a server that runs: two minutes back, a month ahead, to the year 2200, and back.

`libfaketime` shows the server a wall clock of our own; the monotonic one stays. The test itself lives in real time.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import col, select

from bot.app import build
from bot.demo import seed
from bot.outbox import queue
from bot.screen import Screen
from bot.settings import Settings
from bot.transports.webchat.sign_in import create_sign_in_link
from models.database import Database, migrate
from models.tables import Agency, Case, Officer, OutboundMessage, RungSent, WebCall
from tests.robustness.browser import Browser, Street
from tests.robustness.test_alerts_kill import PACK, deadline
from tests.support.need import need

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 5.0  # seconds until the server must have answered, whatever its clock shows
GRACE = 20.0  # seconds until what is due has been told, on a machine that is busy
TICK = 0.5
HOLD = 6.0  # seconds for which a leap ahead is not believed
BACK, MONTH, YEAR_2200 = "-120", "+30d", "+174y"


@dataclass
class Town:
    """A server whose clock `shift` sets, and a browser that is signed in."""

    folder: Path
    port: int
    database: Database
    case: Case
    browser: Browser
    slowest: float = 0.0
    seen: list[int] = field(default_factory=list)

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    async def shift(self, by: str) -> None:
        """Set the server's clock off by so much, in one step; the server has seen it then."""
        new = self.clock.with_suffix(".new")
        new.write_text(f"{by}\n")
        new.replace(self.clock)
        await asyncio.sleep(2 * TICK)  # what had looked at it before has ended

    async def owe(self, due_in: float) -> int:
        """A deadline that ends so many seconds from now, by real time; its id."""
        due = datetime.now(UTC) + timedelta(seconds=due_in)
        async with self.database.transaction() as session:
            term = deadline(self.case, len(self.seen) + 1, due)
            session.add(term)
            await session.flush()
        assert term.id is not None
        self.seen.append(term.id)
        return term.id

    async def say(self, text: str) -> int:
        """A message owed by another process, whose clock is right; its id."""
        async with self.database.transaction() as session:
            message = await queue(session, "webchat", self.case.officer_id, Screen(text))
            await session.flush()
        assert message.id is not None
        return message.id

    async def told(self, term_id: int) -> Counter[str]:
        """The steps of a deadline that have reached the officer."""
        query = select(RungSent.rung).where(
            col(RungSent.term_id) == term_id,
            col(RungSent.officer_id) == self.case.officer_id,
            col(RungSent.message_id) == col(OutboundMessage.id),
            col(OutboundMessage.state) == "sent",
        )
        async with self.database.reading() as session:
            return Counter((await session.exec(query)).all())

    async def was_sent(self, message_id: int) -> bool:
        async with self.database.reading() as session:
            return (await session.get_one(OutboundMessage, message_id)).state == "sent"

    async def watch_health(self) -> None:
        """Ask again and again whether the server is well; note how long it took at worst."""
        async with aiohttp.ClientSession() as http:
            while True:
                asked = time.monotonic()
                async with http.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                    assert answer.status in (200, 503), "it answers, and may say that reminders wait"
                self.slowest = max(self.slowest, time.monotonic() - asked)
                await asyncio.sleep(0.1)


async def until(what: Callable[[], Awaitable[object]], seconds: float, say: str) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await what():
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"not within {seconds} s: {say}")


def library() -> Path:
    """What shows a program another clock; skips (fails in CI) where it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    need(found, "libfaketime (Debian package faketime)")
    return found[0]


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    settings = Settings(data=folder, _env_file=None)
    await asyncio.to_thread(migrate, settings.database)
    application = build(settings)
    for bot in application.bots.values():
        await bot.session.close()
    database, now = application.database, datetime.now(UTC)
    async with database.transaction() as session:
        await seed(await application.make_work(session))
        agency = (await session.exec(select(Agency).where(col(Agency.pack) == PACK.id))).first()
        assert agency is not None
        people = (await session.exec(select(Officer).where(col(Officer.agency_id) == agency.id))).all()
        officer = next(each for each in people if "officer" in each.roles)
        link = await create_sign_in_link(session, officer.id or 0, now, 60)
        named = f"{PACK.id}@{PACK.version}"
        session.add(case := Case(agency_id=agency.id, pack=named, state="open", officer_id=officer.id, opened_at=now))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    street = Street(f"http://127.0.0.1:{port}", database, random.Random(1))
    one = Town(folder, port, database, case, Browser(street, officer.id or 0, officer.name))
    await one.shift("+0")
    try:
        async with serving(one):
            await one.browser.sign_in(link)
            yield one
    finally:
        await one.browser.close()
        await database.close()


@asynccontextmanager
async def serving(one: Town) -> AsyncIterator[None]:
    """The real server, as `tests.robustness.serve` starts it, under the clock of the town."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(one.clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "ZHILU_TICK_SECONDS": str(TICK),
        "ZHILU_JUMP_SECONDS": "60",
        "ZHILU_JUMP_HOLD_SECONDS": str(HOLD),
        "ZHILU_SESSION_DAYS": "60",
    }
    with (one.folder / "server.log").open("ab") as log:
        starter = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.robustness.serve", str(one.folder), str(one.port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment,
            cwd=ROOT,
        )
    assert starter.stdin is not None and starter.stdout is not None
    pid = 0
    try:
        assert await starter.stdout.readline() == b"ready\n"
        starter.stdin.write(b"start\n")
        pid = int(await starter.stdout.readline())
        await until(lambda: _answers(one.port), 60, "the server answers")
        yield
    finally:
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        starter.stdin.close()
        await starter.wait()


async def _answers(port: int) -> bool:
    with suppress(aiohttp.ClientError, ConnectionError):
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    return False


@pytest.mark.slow
async def test_a_clock_that_leaps_loses_and_repeats_nothing(tmp_path: Path) -> None:
    library()
    async with town(tmp_path) as one:
        health = asyncio.get_running_loop().create_task(one.watch_health())
        try:
            in_ten_days, in_fifty_days = await one.owe(10 * 86400), await one.owe(50 * 86400)
            await two_minutes_back(one)
            await a_month_ahead(one, in_ten_days)
            await the_year_2200(one, in_ten_days, in_fifty_days)
            await nothing_lost_and_nothing_twice(one)
            assert not health.done(), "the server stopped answering"
        finally:
            health.cancel()
            with suppress(asyncio.CancelledError):
                await health
        assert one.slowest < PATIENCE
        print(f"\nclock set by {BACK}, {MONTH}, {YEAR_2200}: /healthz answered within {one.slowest:.2f} s throughout")


async def two_minutes_back(one: Town) -> None:
    due = await one.owe(0)
    await until(lambda: one.told(due), GRACE, "what is due is told while all is well")
    await one.shift(BACK)
    later, by_its_clock = await one.owe(0), await one.owe(-121)
    said = await one.say("对时之前欠下的话")  # from a clock two minutes ahead of the server's
    await until(lambda: one.told(by_its_clock), GRACE, "the schedule ticks on")
    await until(lambda: one.was_sent(said), GRACE, "the message goes out")
    await one.browser.send("/cases")
    assert not await one.told(later)
    await one.shift("+0")
    await until(lambda: one.told(later), HOLD + GRACE, "what waited is told")


async def a_month_ahead(one: Town, in_ten_days: int) -> None:
    await one.shift(MONTH)
    due = await one.owe(0)
    await asyncio.sleep(1)
    await one.shift("+0")  # set right before anybody has believed it
    await until(lambda: one.told(due), GRACE, "what came due meanwhile is told")
    assert not await one.told(in_ten_days), "a clock just set was believed"
    await one.shift(MONTH)
    await until(lambda: one.told(in_ten_days), HOLD + GRACE, "a clock that stays is believed")
    await one.browser.send("/cases")
    await one.shift("+0")
    due = await one.owe(0)
    await until(lambda: one.told(due), GRACE, "what is due once the clock is right again is told")


async def the_year_2200(one: Town, in_ten_days: int, in_fifty_days: int) -> None:
    before = await one.told(in_ten_days)
    await one.shift(YEAR_2200)
    said = await one.say("二二〇〇年")
    await until(lambda: one.was_sent(said), GRACE, "messages go out in the year 2200")
    await until(lambda: one.told(in_fifty_days), HOLD + GRACE, "the schedule ticks on in the year 2200")
    await one.shift("+0")
    due, said = await one.owe(0), await one.say("回来了")
    await until(lambda: one.told(due), GRACE, "the schedule ticks on when the clock is right again")
    await until(lambda: one.was_sent(said), GRACE, "messages go out when the clock is right again")
    await one.browser.send("/cases")  # still signed in
    assert before <= await one.told(in_ten_days)


async def nothing_lost_and_nothing_twice(one: Town) -> None:
    for term_id in one.seen:
        steps = await one.told(term_id)
        assert "due" in steps
        assert set(steps.values()) == {1}
    async with one.database.reading() as session:
        sent = (await session.exec(select(RungSent))).all()
        messages = (await session.exec(select(OutboundMessage))).all()
        calls = (await session.exec(select(WebCall.key).where(col(WebCall.key).endswith(":send")))).all()
    assert {message.state for message in messages} <= {"sent", "superseded"}
    assert {f"outbox:{row.message_id}:send" for row in sent} <= set(calls)
    assert len(sent) == len({(row.term_id, row.rung, row.officer_id, row.channel) for row in sent})
