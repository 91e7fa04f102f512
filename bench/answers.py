"""One answer on its way: said in the browser, stored for good, worked off, answered in the browser; step by step.

The peer is the least any aiogram bot does that keeps what it was told: a bare echo handler and one SQLite commit
that is on the disk (`synchronous=FULL`) before the reply. Both run turn about in the same process, on the same disk.

`python -m bench.answers` prints one JSON object a line.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.types import Message, Update
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, func, select

from bot.app import Application, build
from bot.demo import seed
from bot.settings import Settings
from bot.transports.responses import ResponseTypes
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.sign_in import create_sign_in_link
from models.database import migrate
from models.tables import AnswerEvent, Officer

ROUNDS = 200
WARM_UP = 20
_PAUSE = 0.13  # the page takes eight messages a second from one person
_ANSWERS = ("行政处罚", "行政检查")  # to the first question, in turn, so that each is a change to be stored
Row = dict[str, Any]


class EchoSession(BaseSession):
    """Takes every message, through aiogram's own checks, and sends it nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.middleware(ResponseTypes())  # without it the echo too would build a type for each reply

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        params = method.model_dump(exclude_none=True, warnings=False)
        message = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": params["text"]}
        return self.check_response(bot, method, 200, self.json_dumps({"ok": True, "result": message})).result

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("an echo has no files")
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


class Echo:
    """The peer."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "echo.db", isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE said (text TEXT)"):
            self._database.execute(statement)
        self._bot = Bot("42:echo", session=EchoSession())
        self._dispatcher = Dispatcher()
        router = Router()
        router.message.register(self._on_text)
        self._dispatcher.include_router(router)
        self._numbers = itertools.count(1)

    async def _on_text(self, message: Message) -> None:
        await asyncio.to_thread(self._store, message.text)
        await message.answer(message.text or "")

    def _store(self, text: str | None) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("INSERT INTO said VALUES (?)", (text,))
        self._database.execute("COMMIT")

    async def say(self, text: str) -> None:
        chat = {"id": 1, "type": "private"}
        message = {"message_id": 1, "date": 0, "chat": chat, "from": {"id": 1, "is_bot": False, "first_name": "x"}}
        body = {"update_id": next(self._numbers), "message": message | {"text": text}}
        await self._dispatcher.feed_update(self._bot, Update.model_validate(body, context={"bot": self._bot}))


@dataclass
class Ours:
    """The application and a browser that has signed in, standing at a question that any text answers."""

    application: Application
    browser: TestClient[Any, Any]
    chat: int
    seen: int = 0
    _change: tuple[int, str] = (0, "")
    split: dict[str, list[float]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def say(self, text: str) -> None:
        """One answer, each step after the other, so that each can be timed."""
        await self._step("accepted and acknowledged (POST)", self._post(text))
        await self._step("worked off (engine, one commit)", self.application.intake.work_off())
        await self._step("delivered (outbox to chat)", self._deliver())
        await self._step("read by the browser", self._follow())

    async def _step(self, name: str, work: Awaitable[Any]) -> None:
        begun = time.perf_counter()
        await work
        self.split.setdefault(name, []).append((time.perf_counter() - begun) * 1000)

    async def _post(self, text: str) -> None:
        body = {"text": text, "client_id": f"bench-{next(self._numbers):08d}"}
        async with self.browser.post("/api/messages", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def _deliver(self) -> None:
        while await self.application.sender.deliver_due():
            continue

    async def _follow(self) -> None:
        async with self.browser.get("/api/events", params={"after": str(self.seen)}) as answer:
            events = (await answer.json())["events"]
        assert events, "nothing was answered"
        self.seen = events[-1]["seq"]
        for event in events:
            message = event["body"].get("message", {})
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                if row[0]["callback_data"].startswith("f:"):
                    self._change = message["message_id"], row[0]["callback_data"]

    async def ask(self) -> None:
        """Tap "Change" on the answered card, so that every round does the same work."""
        message, data = self._change
        api = self.application.api
        await api.press_button(self.chat, message, data, client_id=f"bench-tap-{next(self._numbers):08d}")
        await self.application.intake.work_off()
        await self._deliver()
        await self._follow()


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Ours]:
    """A demo database, its page, an officer who has signed in and begun a case."""
    settings = Settings(data=folder, _env_file=None)
    await asyncio.to_thread(migrate, settings.database)
    application = build(settings)
    async with application.database.transaction() as session:
        await seed(await application.make_work(session))
        officer = (await session.exec(select(Officer).order_by(col(Officer.id)).limit(1))).one()
        assert officer.id is not None
        token = await create_sign_in_link(session, officer.id, datetime.now(UTC), 60)
    page = build_web_app(application.api, application.database, settings, wake=lambda: None)
    async with TestClient(TestServer(page)) as browser:
        await browser.post(f"/sign-in/{token}", allow_redirects=False)
        await application.intake.work_off()  # the greeting that signing in asks for
        answering = Ours(application, browser, officer.id)
        await answering.say("/new")
        await answering.say(_ANSWERS[-1])
        yield answering
    for bot in application.bots.values():
        await bot.session.close()
    await application.database.close()


async def _milliseconds(work: Awaitable[Any]) -> float:
    begun = time.perf_counter()
    await work
    return (time.perf_counter() - begun) * 1000


async def measure(rounds: int) -> list[Row]:
    totals: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory(prefix="zhilu-bench-") as folder:
        async with ours(Path(folder)) as answering:
            echo = Echo(Path(folder))
            for number in range(WARM_UP + rounds):
                if number == WARM_UP:
                    answering.split.clear()
                    for times in totals:
                        times.clear()
                text = _ANSWERS[number % len(_ANSWERS)]
                await answering.ask()
                totals[0].append(await _milliseconds(answering.say(text)))
                totals[1].append(await _milliseconds(echo.say(text)))
                await asyncio.sleep(_PAUSE)
            stored = await _stored(answering.application)
            assert stored == 1 + WARM_UP + rounds, f"{stored} answers of {WARM_UP + rounds} are stored"
    mine, peer = (median(times) for times in totals)
    note = f"median of {rounds}; peer: bare aiogram echo and one SQLite commit (synchronous=FULL), same run and disk"
    rows = [_row("one answer, durably saved, until the browser has the next question", mine, peer, note)]
    part = "a part of the answer above; the peer accepts nothing durably, keeps no outbox and no chat"
    return rows + [_row(f"· {name}", median(times), None, part) for name, times in answering.split.items()]


async def _stored(application: Application) -> int:
    async with application.database.reading() as session:
        return int((await session.exec(select(func.count()).select_from(AnswerEvent))).one())


def _row(name: str, mine: float, peer: float | None, note: str) -> Row:
    ratio = round(mine / peer, 2) if peer else None
    shown = round(peer, 2) if peer else None
    return {"name": name, "ours": round(mine, 2), "peer": shown, "unit": "ms", "ratio": ratio, "note": note}


def rows() -> list[Row]:
    """Rows {name, ours, peer, unit, ratio, note}: milliseconds of one answer, and of each step on its way."""
    return asyncio.run(measure(ROUNDS))


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
