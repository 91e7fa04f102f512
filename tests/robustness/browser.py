"""A person at a browser whose server keeps dying: every request is repeated until it is answered."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from sqlmodel import col, func, select

from models.database import Database
from models.tables import InboundUpdate, OutboundMessage
from tests.support.house import Chat

_PATIENCE = 60.0


@dataclass
class Street:
    """Where the browsers are: the server's address, and the database to see when it has come to rest."""

    address: str
    database: Database
    chance: random.Random
    on_action: Callable[[], None] = lambda: None
    windows: dict[int, Browser] = field(default_factory=dict)

    async def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """What stands in the browser, from the events followed, without the files that jobs send at their own time."""
        shown = self.windows[chat_id].shown_by_bot()
        return [message for message in shown if "photo" not in message and "document" not in message]

    async def at_rest(self) -> bool:
        """Whether no update waits and no message is owed."""
        async with self.database.reading() as session:
            counts = [
                (await session.exec(select(func.count()).select_from(table).where(col(table.state) == state))).one()
                for table, state in ((InboundUpdate, "new"), (OutboundMessage, "queued"))
            ]
        return not any(counts)


class Browser(Chat):
    """A signed-in browser. `acknowledged`: client id -> answer of the server; `events`: the log as followed.

    `asking`: a request of the person is unanswered.
    """

    def __init__(self, street: Street, officer_id: int, name: str) -> None:
        self.street = street
        super().__init__(street, officer_id, name)  # type: ignore[arg-type] - all a chat asks of its house is there
        street.windows[officer_id] = self
        self.acknowledged: dict[str, Any] = {}
        self.typed: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.repeated = 0
        self.asking = False
        self._now: dict[int, dict[str, Any]] = {}
        self._client_ids = (f"browser-{officer_id}-{number:06d}" for number in itertools.count(1))
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=5)
        )

    async def close(self) -> None:
        await self._http.close()

    async def sign_in(self, token: str) -> None:
        async with self._http.post(f"{self.street.address}/sign-in/{token}", allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
        await self._read()

    async def send(self, text: str) -> str:
        if not text.startswith("/"):
            self.typed.append(text)
        return await self._act("/api/messages", {"text": text})

    async def press(self, message_id: int, data: str) -> str:
        return await self._act("/api/press", {"message_id": message_id, "data": data})

    async def upload(self, data: bytes | Path, kind: str, name: str = "", *, jobs: bool = True) -> str:
        headers = {"X-Zhilu-Kind": kind, "X-Zhilu-Name": quote(name)}
        return await self._act("/api/files", data.read_bytes() if isinstance(data, Path) else data, headers)

    async def _act(self, path: str, body: Any, headers: dict[str, str] | None = None) -> str:
        client_id = next(self._client_ids)
        self.asking = True
        self.street.on_action()
        first = await self._until_answered(path, body, headers, client_id)
        self.asking = False
        self.acknowledged[client_id] = first
        if self.street.chance.random() < 0.3:  # the answer was lost on its way: the browser cannot know, and repeats
            self.repeated += 1
            assert await self._until_answered(path, body, headers, client_id) == first
        return await self._read()

    async def _until_answered(self, path: str, body: Any, headers: dict[str, str] | None, client_id: str) -> Any:
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    return await self._post(path, body, headers, client_id)
                except (aiohttp.ClientError, ConnectionError, TimeoutError):
                    await asyncio.sleep(0.03)

    async def _post(self, path: str, body: Any, headers: dict[str, str] | None, client_id: str) -> Any:
        sent: dict[str, Any] = (
            {"data": body, "headers": {**(headers or {}), "X-Zhilu-Client-Id": client_id}}
            if isinstance(body, bytes)
            else {"json": {**body, "client_id": client_id}}
        )
        async with self._http.post(self.street.address + path, **sent) as answer:
            assert answer.status in (200, 429, 503), f"{answer.status} {await answer.text()}"
            if answer.status != 200:
                raise aiohttp.ClientError("the server asks to come again")
            return await answer.json()

    async def _read(self, *, jobs: bool = True) -> str:
        """Follow the log until the server has nothing left to do for anybody."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                resting = await self.street.at_rest()
                if await self.follow() and resting:
                    return await self.last()
                await asyncio.sleep(0.03)

    async def follow(self) -> bool:
        """Take what is new in the log; False when it could not be read to its end."""
        after = self.events[-1]["seq"] if self.events else 0
        try:
            async with self._http.get(f"{self.street.address}/api/events", params={"after": str(after)}) as answer:
                assert answer.status == 200, await answer.text()
                page = await answer.json()
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            return False
        for event in page["events"]:
            assert event["seq"] > after, "the log goes backwards"
            after = event["seq"]
            self.events.append(event)
            if event["kind"] in ("message", "edited"):
                self._now[event["body"]["message"]["message_id"]] = event["body"]
        return not page["more"]

    def shown_by_bot(self) -> list[dict[str, Any]]:
        return [body["message"] for _, body in sorted(self._now.items()) if body["from_bot"]]
