"""The outbox at Telegram's pace, on a clock of its own: 100,000 messages owed to 2,000 chats, some far busier.

`python -m bench.draining` prints one JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiogram.methods import SendMessage
from sqlalchemy import insert
from sqlmodel import col, func, select

from bot.outbox import Sender
from bot.pace import rates
from bot.settings import Settings
from models.database import Database, migrate
from models.tables import OutboundMessage
from models.vault import Vault

MESSAGES = 100_000
CHATS = 2_000
_BUSY, _OF_BUSY = 10, 1_000  # ten chats are owed a thousand each
_STEP = 0.1  # simulated seconds from one look at the outbox to the next
Row = dict[str, Any]


class Bot:
    """Answers at once and notes when it was asked for what."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[tuple[float, int, int]] = []  # when, chat, number of the message in its chat

    async def __call__(self, method: SendMessage) -> SimpleNamespace:
        self.said.append((self.now, int(method.chat_id), int(method.text)))
        return SimpleNamespace(message_id=len(self.said))


def owed(messages: int) -> Iterator[tuple[int, int]]:
    """(chat, number in it) in the order in which they were owed: all chats mixed."""
    busy = [chat for chat in range(1, _BUSY + 1) for _ in range(_OF_BUSY * messages // MESSAGES)]
    chats = busy + [_BUSY + 1 + n % (CHATS - _BUSY) for n in range(messages - len(busy))]
    random.Random(20261128).shuffle(chats)
    numbers: Counter[int] = Counter()
    for chat in chats:
        numbers[chat] += 1
        yield chat, numbers[chat]


async def drain(folder: Path, messages: int) -> tuple[Bot, float]:
    """Send them all; the bot, and real seconds."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'zhilu.db'}")
    await asyncio.to_thread(migrate, database.url)
    now = datetime.now(UTC)
    common = {"transport": "telegram", "method": "message", "not_before": now, "created_at": now, "state": "queued"}
    rows = [{**common, "chat_id": chat, "params": {"text": str(number)}} for chat, number in owed(messages)]
    bot = Bot()
    settings = Settings(data=folder, _env_file=None)
    sender = Sender(
        database,
        Vault(folder / "vault"),
        {"telegram": bot},  # type: ignore[dict-item] - all a sender asks of a bot
        rates=rates(settings),
        clock=lambda: bot.now,
    )
    try:
        async with database.engine.begin() as connection:
            await connection.execute(insert(OutboundMessage), rows)
        begun = time.perf_counter()
        while len(bot.said) < messages:
            while await sender.deliver_due():
                pass
            bot.now += _STEP
        taken = time.perf_counter() - begun
        async with database.reading() as session:
            left = select(func.count()).where(col(OutboundMessage.state) != "sent")
            assert (await session.exec(left)).one() == 0, "messages are not marked as sent"
    finally:
        await database.close()
    return bot, taken


def prove(bot: Bot, messages: int) -> tuple[int, float]:
    """All said once and in order. The most in any second, and the most to a chat beyond one a second."""
    by_chat: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, chat, number in bot.said:
        by_chat[chat].append((at, number))
    assert sum(map(len, by_chat.values())) == messages, "messages are missing or doubled"
    for each in by_chat.values():
        assert [number for _, number in each] == list(range(1, len(each) + 1)), "the order of a chat was not kept"
    times = [at for at, _, _ in bot.said]
    most = max(bisect_left(times, at + 1 - 1e-6) - n for n, at in enumerate(times))
    burst = 0.0
    for each in by_chat.values():
        least = float("inf")
        for n, (at, _) in enumerate(each):
            least = min(least, n - at)
            burst = max(burst, n - at - least + 1)
    return most, burst


def rows(messages: int = MESSAGES) -> list[Row]:
    """Rows {name, ours, peer, unit, ratio, note}; the peer is what Telegram allows."""
    with tempfile.TemporaryDirectory(prefix="zhilu-bench-") as folder:
        bot, taken = asyncio.run(drain(Path(folder), messages))
    most, burst = prove(bot, messages)
    name = f"outbox, {messages} messages to {CHATS} chats on a simulated clock"
    note = "peer: what Telegram allows; all were sent once and in the order of their chats"
    seconds = bot.said[-1][0]
    measured = (
        ("most in any second", most, 30, "calls"),
        ("most to one chat beyond one a second", round(burst, 2), 3, "calls"),
        ("simulated time until all were sent", round(seconds), round(messages / 30), "s"),
    )
    found = [
        {
            "name": f"{name}: {what}",
            "ours": ours,
            "peer": peer,
            "unit": unit,
            "ratio": round(ours / peer, 2),
            "note": note,
        }
        for what, ours, peer, unit in measured
    ]
    real = {"ours": round(taken / messages * 1000, 2), "peer": None, "unit": "ms", "ratio": None}
    return [*found, {"name": f"{name}: real time a message", **real, "note": "look, send, one commit on the disk"}]


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
