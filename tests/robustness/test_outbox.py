"""The outbox against a Telegram that refuses, stalls and answers nonsense."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage, TelegramMethod
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from bot.nursery import Nursery
from bot.outbox import Sender, queue
from bot.pace import Pace, Rate
from bot.screen import MESSAGE_LIMIT, Attachment, Button, Screen, bold, fit, plain
from models.database import Database, Session
from models.tables import MessageSlot, OutboundMessage
from models.vault import Vault

Reply = tuple[int, dict[str, Any] | str]
CARD = ((Button("修改", "f:1:2"),),)


class FakeTelegram(BaseSession):
    """Answers each call from `replies` (status and body), else as Telegram does when all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.replies: list[Reply | Exception | None] = []
        self.hold: Callable[[dict[str, Any]], asyncio.Event | None] = lambda params: None

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        params = method.model_dump(exclude_none=True, warnings=False)
        self.calls.append((method.__api_method__, params))
        if (held := self.hold(params)) is not None:
            await held.wait()
        reply = self.replies.pop(0) if self.replies else None
        if isinstance(reply, Exception):
            raise reply
        status, body = reply if reply is not None else (200, {"ok": True, "result": self._message(params)})
        content = body if isinstance(body, str) else json.dumps(body)
        return self.check_response(bot, method, status, content).result

    def _message(self, params: dict[str, Any]) -> dict[str, Any]:
        chat = {"id": params["chat_id"], "type": "private"}
        return {"message_id": 100 + len(self.calls), "date": 0, "chat": chat, "text": params.get("text", "")}

    def texts(self, chat_id: int = 1) -> list[str]:
        return [params["text"] for _, params in self.calls if params["chat_id"] == chat_id and "text" in params]

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise AssertionError("the outbox fetches nothing")
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


class Post:
    """The sender on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'zhilu.db'}")
        self.vault = Vault(folder / "vault")
        self.telegram, self.webchat = FakeTelegram(), FakeTelegram()
        self.bots = {"telegram": Bot("42:TEST", session=self.telegram), "webchat": Bot("1:W", session=self.webchat)}
        self.seconds = 0.0
        self.sender = Sender(self.database, self.vault, self.bots, clock=lambda: time.monotonic() + self.seconds)

    async def owe(self, *texts: str, chat: int = 1, transport: str = "telegram", **screen: Any) -> None:
        async with self.database.transaction() as session:
            for text in texts:
                await queue(session, transport, chat, Screen(text, **screen))

    async def deliver(self, rounds: int = 10) -> None:
        for _ in range(rounds):
            self.seconds += 1  # a chat may be written to once a second
            await self.sender.deliver_due()

    async def pass_time(self) -> None:
        """As if every pause were over."""
        self.seconds += 400
        async with self.database.transaction() as session:
            for row in (await session.exec(select(OutboundMessage))).all():
                row.not_before = datetime.now(UTC)
                session.add(row)

    async def rows(self) -> list[OutboundMessage]:
        async with self.database.reading() as session:
            return list((await session.exec(select(OutboundMessage).order_by(col(OutboundMessage.id)))).all())

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]


@pytest.fixture
async def post(tmp_path: Path, empty_database: Path) -> AsyncIterator[Post]:
    shutil.copy(empty_database, tmp_path / "zhilu.db")
    post = Post(tmp_path)
    yield post
    await post.database.close()


def refusal(code: int, description: str, **parameters: Any) -> Reply:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, body | ({"parameters": parameters} if parameters else {})


async def test_each_chat_gets_its_messages_in_order(post: Post) -> None:
    await post.owe("一", "二", "三")
    await post.owe("甲", "乙", chat=2)
    await post.deliver()
    assert post.telegram.texts(1) == ["一", "二", "三"]
    assert post.telegram.texts(2) == ["甲", "乙"]
    assert set(await post.states()) == {"sent"}


async def test_retry_after_has_its_whole_transport_rest_and_no_other(post: Post) -> None:
    await post.owe("一", "二")
    post.telegram.replies = [refusal(429, "Too Many Requests: retry after 7", retry_after=7)]
    before = datetime.now(UTC)
    await post.deliver(1)
    await post.owe("甲", chat=2)
    await post.owe("网页", transport="webchat")
    await post.deliver(6)
    assert len(post.telegram.calls) == 1, "nothing may be sent to any chat before the time named is over"
    assert post.webchat.texts() == ["网页"]
    first = (await post.rows())[0]
    assert first.state == "queued"
    assert before + timedelta(seconds=7) <= first.not_before <= datetime.now(UTC) + timedelta(seconds=7)
    await post.deliver(2)
    assert post.telegram.texts(2) == ["甲"]
    await post.pass_time()
    await post.deliver()
    assert post.telegram.texts(1) == ["一", "一", "二"]


async def test_what_stands_in_line_for_a_call_rests_too(post: Post) -> None:
    for chat in range(1, 13):
        await post.owe("一", chat=chat)
    line = asyncio.Event()
    post.telegram.hold = lambda params: line
    post.telegram.replies = [refusal(429, "Too Many Requests: retry after 7", retry_after=7)]
    delivering = asyncio.get_running_loop().create_task(post.sender.deliver_due())
    await asyncio.sleep(0.1)
    assert len(post.telegram.calls) == 8
    line.set()
    assert await delivering == 12
    assert len(post.telegram.calls) == 8, "four stood in line behind the eight that were under way"
    await post.deliver(1)
    assert len(post.telegram.calls) == 8
    await post.pass_time()
    await post.deliver()
    assert set(await post.states()) == {"sent"}


@pytest.mark.parametrize(
    "fault",
    [
        refusal(403, "Forbidden: bot was blocked by the user"),
        refusal(400, "Bad Request: chat not found"),
        refusal(404, "Not Found"),
        refusal(413, "Request Entity Too Large"),
    ],
    ids=["blocked", "no-chat", "not-found", "too-large"],
)
async def test_a_permanent_failure_is_recorded_and_the_next_message_goes(post: Post, fault: Reply) -> None:
    await post.owe("一", "二")
    post.telegram.replies = [fault]
    await post.deliver()
    assert post.telegram.texts() == ["一", "二"]
    failed, sent = await post.rows()
    assert (failed.state, sent.state) == ("failed", "sent")
    assert failed.fault and failed.sent_at is None


@pytest.mark.parametrize(
    "fault",
    [
        refusal(500, "Internal Server Error"),
        refusal(401, "Unauthorized"),
        (502, "<html><title>502 Bad Gateway</title></html>"),
        TelegramNetworkError(SendMessage(chat_id=1, text="一"), "connection reset"),
    ],
    ids=["server", "token", "proxy-page", "network"],
)
async def test_a_temporary_failure_keeps_order_and_is_never_given_up(post: Post, fault: Reply | Exception) -> None:
    await post.owe("一", "二")
    for _ in range(12):
        post.telegram.replies = [fault]
        await post.deliver(2)
        await post.pass_time()
    assert await post.states() == ["queued", "queued"]
    assert "二" not in post.telegram.texts()
    await post.deliver()
    assert post.telegram.texts()[-2:] == ["一", "二"]
    assert await post.states() == ["sent", "sent"]


async def test_pauses_grow_but_never_past_five_minutes(post: Post) -> None:
    await post.owe("一")
    pauses = []
    for _ in range(12):
        post.telegram.replies = [refusal(500, "Internal Server Error")]
        await post.deliver(1)
        pauses.append(((await post.rows())[0].not_before - datetime.now(UTC)).total_seconds())
        await post.pass_time()
    assert pauses == sorted(pauses) or max(pauses) > 299
    assert pauses[0] < 3
    assert max(pauses) <= 300


async def test_a_file_that_is_gone_stops_nobody(post: Post) -> None:
    stored = post.vault.put(b"%PDF-1.7")
    await post.owe("文书", attachment=Attachment("document", stored.sha256, "a.pdf"))
    await post.owe("下一条")
    await post.owe("甲", chat=2)
    post.vault.path(stored.sha256).unlink()
    await post.deliver()
    lost, following, other = await post.rows()
    assert (lost.state, following.state, other.state) == ("failed", "sent", "sent")
    assert "vault.missing" in (lost.fault or "")


async def test_of_one_slot_only_the_newest_unsent_screen_goes(post: Post) -> None:
    await post.owe("10 %", "50 %", "90 %", slot="progress", rows=CARD)
    await post.deliver()
    assert post.telegram.texts() == ["90 %"]
    assert await post.states() == ["superseded", "superseded", "sent"]
    await post.owe("完成", slot="progress")
    await post.deliver()
    assert [name for name, _ in post.telegram.calls] == ["sendMessage", "editMessageText"]
    assert post.telegram.calls[-1][1]["message_id"] == 101
    assert "reply_markup" not in post.telegram.calls[-1][1]


async def test_a_slot_of_one_chat_is_nothing_to_another(post: Post) -> None:
    await post.owe("一", slot="q1")
    await post.owe("甲", slot="q1", chat=2)
    await post.deliver()
    assert [name for name, _ in post.telegram.calls] == ["sendMessage", "sendMessage"]
    assert await post.states() == ["sent", "sent"]


async def test_not_modified_counts_as_sent(post: Post) -> None:
    await post.owe("一", slot="q1")
    await post.deliver()
    await post.owe("一", slot="q1")
    same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    post.telegram.replies = [refusal(400, same)]
    await post.deliver()
    assert [name for name, _ in post.telegram.calls] == ["sendMessage", "editMessageText"]
    assert await post.states() == ["sent", "sent"]


@pytest.mark.parametrize("reason", ["message to edit not found", "message can't be edited"])
async def test_what_can_no_longer_be_edited_comes_as_a_new_message(post: Post, reason: str) -> None:
    await post.owe("一", slot="q1")
    await post.deliver()
    await post.owe("二", slot="q1")
    post.telegram.replies = [refusal(400, f"Bad Request: {reason}")]
    await post.deliver()
    assert [name for name, _ in post.telegram.calls] == ["sendMessage", "editMessageText", "sendMessage"]
    async with post.database.reading() as session:
        assert (await session.exec(select(MessageSlot.message_id))).one() == 103
    await post.owe("三", slot="q1")
    await post.deliver()
    assert post.telegram.calls[-1][0] == "editMessageText"
    assert post.telegram.calls[-1][1]["message_id"] == 103


async def test_a_fresh_card_takes_the_buttons_off_the_old_one(post: Post) -> None:
    await post.owe("一", slot="card", rows=CARD)
    await post.deliver()
    await post.owe("二", slot="card", rows=CARD, fresh=True)
    post.telegram.replies = [refusal(400, "Bad Request: message to edit not found")]
    await post.deliver()
    assert [name for name, _ in post.telegram.calls] == ["sendMessage", "editMessageReplyMarkup", "sendMessage"]
    assert await post.states() == ["sent", "sent"]


async def test_a_transport_that_hangs_holds_up_no_other(post: Post) -> None:
    """Sixteen Telegram chats wait on a dead line; the web chat goes on, and nothing is sent twice afterwards."""
    line = asyncio.Event()
    post.telegram.hold = lambda params: line
    for chat in range(1, 17):
        await post.owe("一", "二", chat=chat)
    running = asyncio.get_running_loop().create_task(post.sender.run())
    try:
        await asyncio.sleep(0.05)
        await post.owe("网页一", "网页二", transport="webchat")
        post.sender.wake()
        async with asyncio.timeout(5):
            while post.webchat.texts() != ["网页一", "网页二"]:
                await asyncio.sleep(0.01)
        line.set()
        async with asyncio.timeout(10):
            while "queued" in await post.states():
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    for chat in range(1, 17):
        assert post.telegram.texts(chat) == ["一", "二"]


async def test_a_backlog_of_one_chat_does_not_starve_the_others(post: Post) -> None:
    await post.owe(*(f"第{number}条" for number in range(600)))
    post.telegram.replies = [refusal(500, "Internal Server Error")]
    await post.deliver(1)
    await post.owe("甲", chat=2)
    await post.deliver(1)
    assert post.telegram.texts(2) == ["甲"]


async def test_a_message_too_long_once_escaped_is_cut_where_it_can_be_read(post: Post) -> None:
    long = bold("&" * 3000)
    assert len(long) > MESSAGE_LIMIT
    await post.owe(long, bold("😀" * 3000))
    await post.deliver()
    first, second = post.telegram.texts()
    assert first == long, "what counts is what is shown"
    assert second.endswith("😀…")
    assert len(second.encode("utf-16-le")) // 2 <= MESSAGE_LIMIT


def test_fit_leaves_what_fits_and_never_cuts_a_mark() -> None:
    assert fit("<b>好</b>", 1) == "<b>好</b>"
    assert fit("<b>好的</b>", 1) == "…"
    assert fit(plain("<b>") * 2, 6) == "&lt;b&gt;&lt;b&gt;"
    assert fit(plain("<b>") * 2, 5) == "&lt;b&gt;&lt;…"


async def test_a_clock_set_back_holds_up_nothing_that_was_owed_before(post: Post) -> None:
    await post.owe("一")
    async with post.database.transaction() as session:
        row = (await session.exec(select(OutboundMessage))).one()
        row.not_before = datetime.now(UTC) + timedelta(minutes=2)
        session.add(row)
    await post.deliver(1)
    assert post.telegram.texts() == ["一"]


async def test_what_was_sent_side_by_side_is_marked_together(post: Post) -> None:
    for chat in range(1, 9):
        await post.owe("一", chat=chat)
    commits = 0
    transaction = post.database.transaction

    @asynccontextmanager
    async def counted() -> AsyncIterator[Session]:
        nonlocal commits
        async with transaction() as session:
            yield session
        commits += 1

    post.database.transaction = counted  # type: ignore[method-assign]
    await post.deliver(1)
    assert set(await post.states()) == {"sent"}
    assert commits <= 2


async def test_a_loop_that_was_broken_off_serves_every_chat_again(post: Post) -> None:
    """The first fault of the database ends the loop while other deliveries have not begun."""
    for chat in range(1, 9):
        await post.owe("一", chat=chat)
    broken = True
    take = post.database.locks.take

    async def take_or_break(*key: Any) -> bool:
        if broken:
            raise OSError("the database is gone")
        return await take(*key)

    post.database.locks.take = take_or_break  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup):
        await post.sender.run()
    broken = False
    running = asyncio.get_running_loop().create_task(post.sender.run())
    try:
        async with asyncio.timeout(10):
            while "queued" in await post.states():
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_was_sent_is_marked_when_the_database_is_back_and_not_sent_again(post: Post) -> None:
    """The mark fails while another chat's call is under way: that one ends, and is marked later too."""
    await post.owe("一", "二")
    await post.owe("甲", "乙", chat=2)
    slow, away = asyncio.Event(), True
    post.telegram.hold = lambda params: slow if params["text"] == "甲" else None
    transaction = post.database.transaction

    @asynccontextmanager
    async def failing() -> AsyncIterator[Session]:
        async with transaction() as session:
            yield session
            if away:
                asyncio.get_running_loop().call_later(0.3, slow.set)
                raise OperationalError("COMMIT", None, OSError(), connection_invalidated=True)

    post.database.transaction = failing  # type: ignore[method-assign]
    nursery = Nursery()
    nursery.spawn("outbox", post.sender.run)
    try:
        await asyncio.wait_for(slow.wait(), 5)
        await asyncio.sleep(1.2)  # the loop has been started again, in vain
        assert await post.states() == ["queued"] * 4
        away = False
        async with asyncio.timeout(10):
            while "queued" in await post.states():
                await asyncio.sleep(0.05)
    finally:
        await nursery.close()
    assert (post.telegram.texts(1), post.telegram.texts(2)) == (["一", "二"], ["甲", "乙"])


def test_no_second_sees_more_calls_than_the_rate() -> None:
    now = 0.0
    pace = Pace({"telegram": Rate(30, 1, chat_burst=3)}, lambda: now)
    calls: list[float] = []
    for _ in range(2000):
        for _ in range(int(pace.free("telegram"))):
            pace.take("telegram", len(calls))
            calls.append(now)
        now += 0.013
    assert all(sum(at <= other < at + 1 for other in calls) <= 30 for at in calls)
    assert len(calls) / now > 28, "the rate is made use of"


def test_a_transport_at_rest_waits_with_or_without_a_rate_and_the_longest_rest_counts() -> None:
    now = 0.0
    pace = Pace({"telegram": Rate(30, 1, chat_burst=3)}, lambda: now)
    for transport in ("telegram", "webchat"):
        pace.rest(transport, 5)
        pace.rest(transport, 2)
        assert pace.rests(transport) and pace.free(transport) == 0 and pace.wait(transport) == 5
    now = 5.0
    for transport in ("telegram", "webchat"):
        assert not pace.rests(transport) and pace.free(transport) > 0 and pace.wait(transport) == 0


def test_a_chat_rests_after_a_burst_and_then_gets_one_a_second() -> None:
    now = 0.0
    pace = Pace({"telegram": Rate(30, 1, chat_burst=3)}, lambda: now)
    calls: list[float] = []
    for _ in range(500):
        if pace.free("telegram") and 7 not in pace.resting("telegram"):
            pace.take("telegram", 7)
            calls.append(round(now, 2))
        now += 0.05
    assert sum(at < 0.5 for at in calls) == 3
    assert len(calls) in (27, 28)
