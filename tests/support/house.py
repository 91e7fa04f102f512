"""The application as its users meet it: send, tap, read. Any transport; nothing of the inside is touched.

house = await House.open(tmp_path)
officer = await house.person("西岗区财政局", "officer")
await officer.send("/new"); await officer.tap("行政处罚"); assert "案件来源" in officer.last
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.app import Application, build
from bot.demo import seed
from bot.jobs.kinds import KINDS, Tools
from bot.jobs.outcomes import OUTCOMES
from bot.jobs.queue import Queue
from bot.jobs.results import apply_results
from bot.jobs.worker import Worker
from bot.settings import Settings
from bot.shelf import Shelf, load_shelf
from bot.transports.telegram.polling import TelegramPolling
from bot.transports.webchat.botapi import MiniBotApi
from bot.transports.webchat.botapi.files import FileClaim
from models.database import migrate
from models.tables import Agency, ChatAccount, Officer, WebMessage

_client_ids = itertools.count(1)
_made: list[Path] = []


@cache
def _shelf() -> Shelf:
    return load_shelf(Settings(_env_file=None))


async def demo_database() -> Path:
    """A new demo database to copy: migrating and seeding once is enough for a whole run of tests."""
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="zhilu-demo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        settings = Settings(data=folder, _env_file=None)
        await asyncio.to_thread(migrate, settings.database)
        app = build(settings, _shelf())
        async with app.database.transaction() as session:
            await seed(await app.make_work(session))
        async with app.database.engine.connect() as connection:
            await connection.exec_driver_sql("COMMIT")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await app.database.close()
        _made.append(folder / "zhilu.db")
    return _made[0]


@dataclass
class House:
    """One application on one database, driven step by step so that tests are exact."""

    app: Application
    transport: str
    api: MiniBotApi
    server: Any = None
    polling: TelegramPolling | None = None

    @classmethod
    async def open(cls, folder: Path, *, transport: str = "webchat", **settings: Any) -> House:
        """A new demo database in `folder`; `transport` decides through which door the people come."""
        server = None
        if transport == "telegram":
            from tests.support.telegram_server import TelegramServer

            server = TelegramServer(folder)
            await server.start()
            settings |= {"telegram_token": "42:test", "telegram_api": server.url}
            settings |= {
                "telegram_calls": 1e6,
                "telegram_chat_calls": 1e6,
            }  # its own pace is tried by the outbox's tests
        chosen = Settings(data=folder / "data", _env_file=None, **settings)
        chosen.data.mkdir(parents=True, exist_ok=True)
        if chosen.database.startswith("sqlite"):
            shutil.copy(await demo_database(), chosen.data / "zhilu.db")
            app = build(chosen, _shelf())
        else:
            await asyncio.to_thread(migrate, chosen.database)
            app = build(chosen, _shelf())
            async with app.database.transaction() as session:
                await seed(await app.make_work(session))
        house = cls(app, transport, server.api if server else app.api, server)
        await house._bind_everyone()
        return house

    async def _bind_everyone(self) -> None:
        async with self.app.database.transaction() as session:
            officers = (await session.exec(select(Officer))).all()
            for agency in (await session.exec(select(Agency))).all():
                agency.transports = ["webchat", "telegram"]
                session.add(agency)
            for officer in officers if self.server is not None else ():  # the web chat is everybody's from the start
                session.add(_account(self.transport, officer, (await self.app.make_work(session)).now))
        if self.server is not None:
            async with self.server.database.transaction() as mirror:
                agencies = {}
                for officer in officers:
                    if officer.agency_id not in agencies:
                        agency = Agency(
                            code=f"a{officer.agency_id}",
                            name="?",
                            pack="?",
                            created_at=(await self.app.make_work(mirror)).now,
                        )
                        agency.id = officer.agency_id
                        agencies[officer.agency_id] = agency
                        mirror.add(agency)
                        await mirror.flush()
                    mirror.add(Officer(id=officer.id, agency_id=officer.agency_id, name=officer.name, roles=[]))
                    await mirror.flush()
                    mirror.add(_account("webchat", officer, (await self.app.make_work(mirror)).now))

    async def close(self) -> None:
        for bot in self.app.bots.values():
            await bot.session.close()
        await self.app.database.close()
        if self.server is not None:
            await self.server.close()

    async def person(self, agency: str, role: str, index: int = 0) -> Chat:
        """The `index`-th person of the agency who holds `role`."""
        async with self.app.database.reading() as session:
            found = await session.exec(
                select(Officer, Agency).where(col(Officer.agency_id) == col(Agency.id), col(Agency.name) == agency)
            )
            people = [officer for officer, _ in found.all() if role in officer.roles]
        officer = people[index]
        assert officer.id is not None
        chat = Chat(self, officer.id, officer.name)
        await chat.send("/start")
        return chat

    async def settle(self, *, jobs: bool = True) -> None:
        """Until nothing is left to do: updates, messages, jobs and their results."""
        for _ in range(200):
            done = await self._poll()
            done += await self.app.intake.work_off()
            done += await self.app.sender.deliver_due()
            if jobs:
                done += await self._jobs()
            done += await apply_results(self.app.database, self.app.make_work, OUTCOMES)
            if not done:
                return
        raise AssertionError("the house does not come to rest")

    async def _poll(self) -> int:
        if self.server is None:
            return 0
        if self.polling is None:
            self.polling = TelegramPolling(self.app.bots["telegram"], self.app.database, lambda: None, timeout=0)
        return await self.polling.poll_once()

    async def _jobs(self) -> int:
        settings = self.app.settings
        queue = Queue(self.app.database, list(KINDS), lease_seconds=settings.lease_seconds)
        claim = await queue.claim()
        if claim is None:
            return 0
        tools = Tools(settings, self.app.database, self.app.vault, self.app.shelf)
        worker = Worker(queue, {claim.kind: KINDS[claim.kind](tools)}, lease_seconds=settings.lease_seconds)
        await worker.do(claim)
        return 1

    async def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """Everything the bot has said in a chat, as it reads now."""
        async with self.api.database.reading() as session:
            found = await session.exec(
                select(WebMessage)
                .where(col(WebMessage.chat_id) == chat_id, col(WebMessage.from_bot), ~col(WebMessage.deleted))
                .order_by(col(WebMessage.message_id))
            )
            return [message.body for message in found.all()]


@dataclass
class Chat:
    """One person's chat."""

    house: House
    id: int
    name: str
    shown: list[dict[str, Any]] | None = None

    async def send(self, text: str) -> str:
        await self.house.api.receive_text(self.id, text, client_id=_client_id())
        return await self._read()

    async def tap(self, label: str) -> str:
        """Press the newest button whose text contains `label`."""
        for message in reversed(await self.house.messages(self.id)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        return await self.press(message["message_id"], button["callback_data"])
        raise AssertionError(f"no button {label!r}; the chat reads:\n{await self.transcript()}")

    async def press(self, message_id: int, data: str) -> str:
        await self.house.api.press_button(self.id, message_id, data, client_id=_client_id())
        return await self._read()

    async def share(self, latitude: float, longitude: float) -> str:
        await self.house.api.receive_location(self.id, latitude, longitude, 12.0, client_id=_client_id())
        return await self._read()

    async def upload(self, data: bytes | Path, kind: str, name: str = "", *, jobs: bool = True) -> str:
        content = data.read_bytes() if isinstance(data, Path) else data
        claim = FileClaim(kind=kind, name=name or (data.name if isinstance(data, Path) else "file"))
        await self.house.api.receive_file(self.id, claim, _chunks(content), client_id=_client_id())
        return await self._read(jobs=jobs)

    async def _read(self, *, jobs: bool = True) -> str:
        await self.house.settle(jobs=jobs)
        return await self.last()

    async def last(self) -> str:
        """The text of the newest message."""
        messages = await self.house.messages(self.id)
        return _text(messages[-1]) if messages else ""

    async def buttons(self) -> list[str]:
        """Labels of every button standing in the chat, oldest first."""
        return [
            button["text"]
            for message in await self.house.messages(self.id)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]

    async def transcript(self, last: int = 12) -> str:
        """The end of the chat as a person would read it, for messages of failing tests."""
        lines = []
        for message in (await self.house.messages(self.id))[-last:]:
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            lines.append(f"[{self.name}] {_text(message)}")
            lines += ["    " + " | ".join(button["text"] for button in row) for row in rows]
        return "\n".join(lines)

    async def texts(self) -> list[str]:
        return [_text(message) for message in await self.house.messages(self.id)]


def _account(transport: str, officer: Officer, now: datetime) -> ChatAccount:
    """On every transport of the tests a person's user and chat id are their officer id."""
    assert officer.id is not None
    return ChatAccount(transport=transport, user_id=officer.id, chat_id=officer.id, officer_id=officer.id, bound_at=now)


def _text(message: dict[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _client_id() -> str:
    return f"test-client-{next(_client_ids):08d}"


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, max(len(data), 1), 1 << 16):
        yield data[start : start + (1 << 16)]
