"""The mini Bot API on PostgreSQL, from two processes' worth of connections at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.transports.webchat.botapi import FileClaim, MiniBotApi, reading
from models.database import Database
from models.tables import Agency, ChatAccount, Officer
from tests.support.postgres import postgres_server, postgres_url
from tests.transports.conftest import inbound_bodies
from tests.transports.samples import chunks, picture

__all__ = ["postgres_server", "postgres_url"]
pytestmark = pytest.mark.postgres


@pytest.fixture
async def two(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[MiniBotApi, MiniBotApi]]:
    first, second = Database(postgres_url), Database(postgres_url)
    async with first.transaction() as session:
        now = datetime.now(UTC)
        session.add(Agency(id=1, code="xg", name="西岗区财政局", pack="xigang", created_at=now))
        await session.flush()
        session.add(Officer(id=1, agency_id=1, name="王建国", roles=["officer"]))
        await session.flush()
        session.add(ChatAccount(transport="webchat", user_id=1, chat_id=1, officer_id=1, bound_at=now))
    yield MiniBotApi(first, tmp_path / "files"), MiniBotApi(second, tmp_path / "files")
    await first.close()
    await second.close()


async def test_numbers_are_unique_and_seen_in_order(two: tuple[MiniBotApi, MiniBotApi]) -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def follow() -> None:
        """Reads as a browser does; an event that became visible late would be missed for ever."""
        finished = False
        while not finished:
            finished = done.is_set()
            async with two[0].database.reading() as session:
                page = await reading.events(session, 1, seen[-1] if seen else 0)
            seen.extend(event["seq"] for event in page["events"])

    async def send() -> list[int]:
        sending = (two[n % 2].call("sendMessage", {"chat_id": 1, "text": str(n)}) for n in range(60))
        sent = [message["message_id"] for message in await asyncio.gather(*sending)]
        done.set()
        return sent

    numbers, _ = await asyncio.gather(send(), follow())
    assert sorted(numbers) == list(range(1, 61))
    assert len(seen) == 60


async def test_one_key_and_one_client_id_count_once(two: tuple[MiniBotApi, MiniBotApi]) -> None:
    params = {"chat_id": 1, "text": "一次"}
    sent = await asyncio.gather(*(two[n % 2].call("sendMessage", params, key="outbound:1") for n in range(8)))
    assert {message["message_id"] for message in sent} == {1}
    texts = await asyncio.gather(*(two[n % 2].receive_text(1, "甲\0乙", client_id="client-0001") for n in range(8)))
    assert {text["message"]["message_id"] for text in texts} == {2}
    claim = FileClaim("photo", "a.jpg")
    photos = [two[n % 2].receive_file(1, claim, chunks(picture()), client_id="client-0002") for n in range(4)]
    assert len({photo["message"]["message_id"] for photo in await asyncio.gather(*photos)}) == 1
    assert [body["message"].get("text") for body in await inbound_bodies(two[0].database)] == ["甲乙", None]
