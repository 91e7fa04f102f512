"""Telegram polling against a small server of our own: nothing is confirmed before it is stored, nothing ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.transports.telegram.polling import ALLOWED_UPDATES, TelegramPolling, build_telegram_bot, chat_of
from models.database import Database
from tests.transports.conftest import inbound_bodies

TOKEN = "42:secret-token"


def message(update_id: int, text: str = "x") -> dict[str, Any]:
    body = {"message_id": update_id, "date": 1, "chat": {"id": 7, "type": "private"}, "text": text}
    return {"update_id": update_id, "message": body}


@dataclass
class FakeTelegram:
    """Answers getUpdates with `answers` in turn, then with nothing, slowly. An answer may be a whole response."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def get_updates(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        if not self.answers:
            await asyncio.sleep(0.05)
            return web.json_response({"ok": True, "result": []})
        answer = self.answers.pop(0)
        return answer if isinstance(answer, web.Response) else web.json_response({"ok": True, "result": answer})


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[FakeTelegram, str]]:
    fake = FakeTelegram()
    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/getUpdates", fake.get_updates)
    async with TestServer(app) as server:
        yield fake, str(server.make_url("/"))


async def poll_until(database: Database, address: str, done: Callable[[], bool]) -> list[int]:
    """Run the loop until `done`; returns one entry per wake."""
    woken: list[int] = []
    bot = build_telegram_bot(TOKEN, address)
    polling = TelegramPolling(bot, database, lambda: woken.append(1), timeout=1, pause=0.01)
    task = asyncio.create_task(polling.run())
    try:
        async with asyncio.timeout(10):
            while not done():
                assert not task.done()
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await bot.session.close()
    return woken


def refused(status: int, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": "no", **more}, status=status)


async def test_updates_are_stored_once_and_confirmed_after(
    telegram: tuple[FakeTelegram, str], database: Database
) -> None:
    fake, address = telegram
    fake.answers = [[message(10), message(11)], [message(11), message(12, "字")]]
    woken = await poll_until(database, address, lambda: len(fake.asked) > 3)
    assert [body["update_id"] for body in await inbound_bodies(database, "telegram")] == [10, 11, 12]
    assert [asked.get("offset") for asked in fake.asked[:3]] == [None, 12, 13]
    assert fake.asked[0]["allowed_updates"] == list(ALLOWED_UPDATES)
    assert len(woken) == 2


async def test_every_fault_is_survived(telegram: tuple[FakeTelegram, str], database: Database) -> None:
    fake, address = telegram
    faults: list[Any] = [
        refused(409),
        refused(429, parameters={"retry_after": 0}),
        refused(502),
        web.Response(text="<html>"),
        web.Response(text="[]"),
        web.json_response({"ok": True}),
        [{"message": {}}],
        [{"update_id": 1, "poll": {}}],
    ]
    fake.answers = [*faults, [message(20)]]
    woken = await poll_until(database, address, lambda: len(fake.asked) > len(faults) + 1)
    assert [body["update_id"] for body in await inbound_bodies(database, "telegram")] == [20]
    assert woken


async def test_what_is_not_committed_is_not_confirmed(
    telegram: tuple[FakeTelegram, str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, address = telegram
    fake.answers = [[message(30)], [message(30)]]
    real = Database.transaction
    tried: list[int] = []

    def failing(self: Database) -> Any:
        tried.append(1)
        if len(tried) == 1:
            raise OSError("disk full")
        return real(self)

    monkeypatch.setattr(Database, "transaction", failing)
    await poll_until(database, address, lambda: len(fake.asked) > 2)
    assert [asked.get("offset") for asked in fake.asked[:3]] == [None, None, 31]
    assert len(await inbound_bodies(database, "telegram")) == 1


async def test_an_unreachable_telegram_is_waited_for(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    started = asyncio.get_running_loop().time()
    await poll_until(database, "http://127.0.0.1:9", lambda: asyncio.get_running_loop().time() - started > 0.3)
    output = capsys.readouterr()
    assert "telegram_unreachable" in output.out + output.err
    assert "secret-token" not in output.out + output.err


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        (message(1), 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 6}}}}, 6),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}}}, 5),
        ({"update_id": 1, "poll": {}}, None),
        ({"update_id": 1, "message": "?"}, None),
    ],
)
def test_the_chat_of_an_update(update: dict[str, Any], chat: int | None) -> None:
    assert chat_of(update) == chat
