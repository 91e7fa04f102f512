"""The server is killed thirty times in the middle of its work; nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import col, func, select

from bot.app import build
from bot.demo import seed
from bot.settings import Settings
from bot.transports.webchat.sign_in import create_sign_in_link
from dialogs.engine import draft_from_json, given_from_json
from models.database import Database, migrate
from models.tables import (
    AnswerEvent,
    Evidence,
    InboundUpdate,
    Job,
    Officer,
    OutboundMessage,
    Paper,
    Record,
    WebCall,
    WebMessage,
)
from models.vault import Vault
from models.verify import verify
from tests.robustness.browser import Browser, Street
from tests.stories.xigang import INTERVIEW, OPENING, photo
from tests.support.filling import choose_form, fill

KILLS = 30
SEED = 20260305
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """Killed at random moments after somebody acts; where each kill hit is counted."""

    folder: Path
    port: int
    database: Database
    chance: random.Random
    hit: Counter[str] = field(default_factory=Counter)
    acted: asyncio.Event = field(default_factory=asyncio.Event)
    asking: Callable[[], bool] = lambda: False
    pid: int = 0
    starter: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def prepare(self) -> None:
        log = (self.folder / "server.log").open("ab")
        self.starter = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.robustness.serve", str(self.folder), str(self.port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
        )
        log.close()
        assert self.starter.stdout is not None
        assert await self.starter.stdout.readline() == b"ready\n"

    async def start(self) -> None:
        assert self.starter is not None and self.starter.stdin is not None and self.starter.stdout is not None
        self.starter.stdin.write(b"start\n")
        self.pid = int(await self.starter.stdout.readline())
        async with asyncio.timeout(30), aiohttp.ClientSession() as http:
            while True:
                with suppress(aiohttp.ClientError, ConnectionError):
                    async with http.get(f"{self.address}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    async def keep_dying(self) -> None:
        """Most actions see the server die on their way: while they are accepted, worked off, or answered."""
        while self.hit.total() < KILLS:
            self.acted.clear()
            await self.acted.wait()
            if self.chance.random() < 0.2:
                continue
            phase = self.chance.choice(("accepting", "handling", "sending", "noting", "noting"))
            await self._until(phase)
            if phase != "noting":  # which is over in a moment
                await asyncio.sleep(self.chance.uniform(0.0, 0.02))
            self.kill()
            self.hit[await self._phase()] += 1
            await self.start()

    async def _until(self, phase: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while await self._phase() != phase:
                    await asyncio.sleep(0.002)

    async def _phase(self) -> str:
        """What the server is at, or was at when it died. `noting`: said in the chat, not yet noted as sent."""
        async with self.database.reading() as session:
            if (await session.exec(select(InboundUpdate.id).where(col(InboundUpdate.state) == "new"))).first():
                return "handling"
            owed = select(func.min(OutboundMessage.id)).where(col(OutboundMessage.state) == "queued")
            oldest = (await session.exec(owed)).one()
            if oldest is not None:
                said = select(WebCall.key).where(col(WebCall.key).startswith(f"outbox:{oldest}:"))
                return "noting" if (await session.exec(said)).first() else "sending"
        return "accepting" if self.asking() else "idle"

    async def close(self) -> None:
        if self.starter is not None:
            assert self.starter.stdin is not None
            if self.pid:
                with suppress(ProcessLookupError):
                    self.kill()
            self.starter.stdin.close()
            await self.starter.wait()


@asynccontextmanager
async def worker_beside(server: Server) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """A worker process of its own, as `zhilu worker` on another machine."""
    environment = {**os.environ, "ZHILU_DATA": str(server.folder), "ZHILU_LEASE_SECONDS": "4", "PYTHONPATH": str(ROOT)}
    started: list[asyncio.subprocess.Process] = []

    async def start() -> None:
        command = (sys.executable, "-m", "bot.jobs.worker", "--kinds", "paper", "watermark")
        with (server.folder / "worker.log").open("ab") as log:
            started.append(await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log))

    async def keep_dying() -> None:
        for _ in range(2):
            await _until_a_job_runs(server.database)
            started[-1].kill()
            await start()

    await start()
    dying = asyncio.get_running_loop().create_task(keep_dying())
    try:
        yield started
    finally:
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        for process in started:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _until_a_job_runs(database: Database) -> None:
    while True:
        async with database.reading() as session:
            if (await session.exec(select(Job.id).where(col(Job.state) == "running"))).first():
                return
        await asyncio.sleep(0.01)


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[tuple[Server, Browser, Browser]]:
    """A demo database, its server, and two officers who have signed in."""
    settings = Settings(data=folder, _env_file=None)
    await asyncio.to_thread(migrate, settings.database)
    application = build(settings)
    async with application.database.transaction() as session:
        await seed(await application.make_work(session))
        officers = (await session.exec(select(Officer).order_by(col(Officer.id)).limit(2))).all()
        links = [await create_sign_in_link(session, officer.id or 0, datetime.now(UTC), 60) for officer in officers]
    for bot in application.bots.values():
        await bot.session.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Server(folder, port, application.database, random.Random(SEED))
    street = Street(server.address, application.database, random.Random(SEED + 1), server.acted.set)
    first, second = (Browser(street, officer.id or 0, officer.name) for officer in officers)
    server.asking = lambda: first.asking or second.asking
    try:
        await server.prepare()
        await server.start()
        await first.sign_in(links[0])
        await second.sign_in(links[1])
        yield server, first, second
    finally:
        for browser in (first, second):
            await browser.close()
        await server.close()
        await application.database.close()


async def lead_a_case(number: int, officer: Browser, second: Browser) -> None:
    """A case is opened, its interview held and confirmed by both, with a photo on the way."""
    await officer.send("/new")
    await fill(officer, OPENING | {"基本案情": f"第{number}次日常检查发现该公司账簿缺失。"})
    await officer.tap("确认并定稿")
    await officer.upload(photo(), "photo", f"现场{number}.jpg")
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("制作文书")
    await choose_form(officer, "询问笔录")
    await fill(officer, INTERVIEW | {"在哪里询问": f"大连市西岗区黄河路{number}号会议室"})
    await officer.tap("确认并定稿")
    await second.follow()
    await second.tap("确认并定稿")


@pytest.mark.slow
async def test_thirty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    began = time.monotonic()
    async with town(tmp_path) as (server, officer, second), worker_beside(server) as workers:
        killer = asyncio.get_running_loop().create_task(server.keep_dying())
        cases = 0
        while not killer.done() or cases < 2:
            cases += 1
            await lead_a_case(cases, officer, second)
        await killer
        await _until_jobs_are_applied(server.database)
        await officer._read()
        await second._read()

        browsers = (officer, second)
        await every_message_is_there_once(server.database, browsers)
        answers = await every_answer_is_in_its_draft_once(server.database, browsers)
        questions = no_question_was_put_twice(officer)
        sent = await no_message_of_the_bot_came_twice(server.database, browsers)
        jobs = await no_job_was_lost(server.database, cases)
        report = await verify(server.database, Vault(Settings(data=tmp_path, _env_file=None).vault))
        assert report.ok, report.faults
    acknowledged = sum(len(browser.acknowledged) for browser in browsers)
    repeated = sum(browser.repeated for browser in browsers)
    print(
        f"\n{KILLS} server kills ({', '.join(f'{n} {phase}' for phase, n in server.hit.items())}), "
        f"{len(workers) - 1} worker kills, {time.monotonic() - began:.0f} s: {acknowledged} messages acknowledged "
        f"({repeated} repeated by the browser), {answers} answers, {questions} questions, {sent} messages of the bot, "
        f"{jobs} jobs, {report.leaves} ledger leaves; nothing lost, nothing twice"
    )


async def _until_jobs_are_applied(database: Database) -> None:
    async with asyncio.timeout(90):
        while True:
            async with database.reading() as session:
                if (await session.exec(select(Job.id).where(~col(Job.applied)))).first() is None:
                    return
            await asyncio.sleep(0.2)


async def every_message_is_there_once(database: Database, browsers: tuple[Browser, ...]) -> None:
    """What was acknowledged is stored under its id, once, and was worked off."""
    async with database.reading() as session:
        for browser in browsers:
            said = select(WebMessage.client_id).where(
                col(WebMessage.chat_id) == browser.id, ~col(WebMessage.from_bot), col(WebMessage.client_id).is_not(None)
            )
            typed = [name for name in (await session.exec(said)).all() if not str(name).startswith("sign-in:")]
            calls = (await session.exec(select(WebCall.key).where(col(WebCall.key).startswith("press:")))).all()
            mine = f"press:{browser.id}:"
            pressed = [key.removeprefix(mine) for key in calls if key.startswith(mine)]
            stored = Counter(map(str, [*typed, *pressed]))
            assert stored == Counter(browser.acknowledged.keys())
            updates = select(func.count()).select_from(InboundUpdate).where(col(InboundUpdate.chat_id) == browser.id)
            assert (await session.exec(updates)).one() == len(browser.acknowledged) + 1  # and /start at sign-in
        states = set((await session.exec(select(InboundUpdate.state))).all())
        faults = (await session.exec(select(InboundUpdate.fault).where(col(InboundUpdate.fault).is_not(None)))).all()
        assert states == {"done"}
        assert list(faults) == []
        photos = (await session.exec(select(Evidence))).all()
        assert len(photos) == len({evidence.key for evidence in photos})
        uploads = sum("photo" in str(answer) for browser in browsers for answer in browser.acknowledged.values())
        assert len(photos) == uploads


async def every_answer_is_in_its_draft_once(database: Database, browsers: tuple[Browser, ...]) -> int:
    """The events of each record are without gaps, replay to its draft, and hold each typed text once."""
    async with database.reading() as session:
        records = (await session.exec(select(Record))).all()
        events = (await session.exec(select(AnswerEvent).order_by(col(AnswerEvent.id)))).all()
    for record in records:
        own = [event for event in events if event.record_id == record.id]
        assert [event.revision for event in own] == list(range(1, len(own) + 1))
        replayed = {}
        for event in own:
            if event.given is None:
                replayed.pop(event.question, None)
            else:
                replayed[event.question] = given_from_json(event.given)
        assert replayed == dict(draft_from_json(record.answers).answers)
        assert record.revision == len(own)
    for text, times in Counter(text for browser in browsers for text in browser.typed).items():
        lines = [line.partition("：")[2] for line in text.split("\n")] if "\n" in text else [text]
        for line in lines:
            held = [event for event in events if line in str((event.given or {}).get("value"))]
            # An answer may be carried on in later events of its question: a dialogue while it is being taken down.
            assert len({(event.record_id, event.question) for event in held}) >= 1, f"lost: {line}"
            if len(lines) == 1 and text.startswith(("第", "大连市西岗区黄河路1号会议室")):
                assert len(held) == times, f"{line}: {len(held)} of {times}"
    return len(events)


def no_question_was_put_twice(officer: Browser) -> int:
    """Each step is asked on one card: a record, a question, the revision it was asked at."""
    asked: Counter[str] = Counter()
    for event in officer.events:
        body = event["body"]
        if event["kind"] != "message" or not body["from_bot"]:
            continue
        for row in body["message"].get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                verb, *rest = button.get("callback_data", "").split(":")
                if verb == "a" and rest[3] == "p":  # every question card has one button to pause
                    asked[":".join(rest[:3])] += 1
    assert asked
    assert {step: times for step, times in asked.items() if times > 1} == {}
    return asked.total()


async def no_message_of_the_bot_came_twice(database: Database, browsers: tuple[Browser, ...]) -> int:
    """One message for each send of the outbox, one send for each message owed; all that is owed was delivered."""
    async with database.reading() as session:
        owed = (await session.exec(select(OutboundMessage))).all()
        keys = (await session.exec(select(WebCall.key).where(col(WebCall.key).startswith("outbox:")))).all()
        said = select(WebMessage).where(col(WebMessage.from_bot)).order_by(col(WebMessage.id))
        messages = (await session.exec(said)).all()
    assert {message.state for message in owed} <= {"sent", "superseded"}
    sends = [key.split(":")[1] for key in keys if key.endswith(":send")]
    assert len(sends) == len(set(sends))
    assert len(messages) == len(sends)
    delivered = {key.split(":")[1] for key in keys}
    assert {str(message.id) for message in owed if message.state == "sent"} <= delivered
    for browser in browsers:
        own = [message.message_id for message in messages if message.chat_id == browser.id]
        assert own == sorted(set(own))
        assert [message["message_id"] for message in browser.shown_by_bot()] == own
        numbers = [event["seq"] for event in browser.events]
        assert all(before < after for before, after in itertools.pairwise(numbers))
    return len(messages)


async def no_job_was_lost(database: Database, cases: int) -> int:
    """Every frozen or sealed text has its paper once, every photo its view; nothing failed or waits."""
    async with database.reading() as session:
        jobs = (await session.exec(select(Job))).all()
        papers = (await session.exec(select(Paper))).all()
        records = (await session.exec(select(Record))).all()
    assert {job.state for job in jobs} <= {"done"}, [(job.kind, job.state, job.fault) for job in jobs]
    made = Counter((paper.record_id, paper.round, paper.stage, paper.format) for paper in papers)
    assert set(made.values()) == {1}
    ordered = {(job.record_id, job.arguments["stage"]) for job in jobs if job.kind == "paper"}
    assert ordered == {(paper.record_id, paper.stage) for paper in papers}
    assert sum(record.form == "interview" and record.state == "frozen" for record in records) == cases
    assert sum(job.kind == "watermark" for job in jobs) == cases
    return len(jobs)
