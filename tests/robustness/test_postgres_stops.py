"""PostgreSQL ends at once in the middle of a transaction and comes back: everything goes on by itself."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, func, select

from bot.app import Application
from bot.intake import store_update
from bot.nursery import Nursery
from models.database import Session
from models.tables import Case, InboundUpdate, Officer, OpenTerm, OutboundMessage, RungSent, WebCall, WebMessage
from tests.robustness.test_alerts_kill import PACK, deadline
from tests.stories.xigang import AGENCY
from tests.support.house import House
from tests.support.need import need
from tests.support.postgres import PostgresServer, binaries

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

DEADLINES, UPDATES, STOPS = 400, 60, 3
PATIENCE = 12.0  # seconds from the server's start until work goes on; loops that failed wait for some seconds


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of this test's own: others must not be without theirs."""
    tools = binaries()
    need(tools, "PostgreSQL server binaries (initdb, postgres)")
    assert tools is not None
    server = PostgresServer(tools, Path(tempfile.mkdtemp(prefix="zhilu-postgres-")))
    try:
        server.start()
        yield server
    finally:
        server.stop()


class Trap:
    """Holds the next transaction that writes a `kind` open, all its statements made, until it is let go."""

    def __init__(self, app: Application) -> None:
        self.caught, self.go = asyncio.Event(), asyncio.Event()
        self.kind: type[Any] | None = None
        transaction = app.database.transaction

        @asynccontextmanager
        async def watched() -> AsyncIterator[Session]:
            async with transaction() as session:
                written: set[type[Any]] = set()

                def note(flushed: Any, _context: object) -> None:
                    written.update(map(type, [*flushed.new, *flushed.dirty]))

                event.listen(session.sync_session, "after_flush", note)
                yield session
                await session.flush()
                if self.kind in written:
                    self.kind = None
                    self.caught.set()
                    await self.go.wait()

        app.database.transaction = watched  # type: ignore[method-assign]

    def set_for(self, kind: type[Any]) -> None:
        self.kind = kind
        self.caught.clear()
        self.go.clear()


async def fill(house: House) -> None:
    """Deadlines that are due and updates that wait, of one officer."""
    now = datetime.now(UTC)
    async with house.app.database.transaction() as session:
        officer = next(one for one in (await session.exec(select(Officer))).all() if "officer" in one.roles)
        named = f"{PACK.id}@{PACK.version}"
        case = Case(agency_id=officer.agency_id, pack=named, state="open", officer_id=officer.id, opened_at=now)
        session.add(case)
        await session.flush()
        session.add_all(deadline(case, number, now) for number in range(DEADLINES))
        assert officer.id is not None
        for number in range(10_000, 10_000 + UPDATES):
            chat = {"id": officer.id, "type": "private"}
            sender = {"id": officer.id, "is_bot": False, "first_name": officer.name}
            message = {"message_id": number, "date": 0, "chat": chat, "from": sender, "text": "/help"}
            body = {"update_id": number, "message": message}
            await store_update(session, transport="webchat", update_id=number, chat_id=officer.id, body=body)


async def done(app: Application) -> tuple[int, int, int]:
    """Deadlines told of, updates worked off, messages sent."""
    async with app.database.reading() as session:
        told = (await session.exec(select(func.count(func.distinct(RungSent.term_id))))).one()
        worked = select(func.count()).select_from(InboundUpdate).where(col(InboundUpdate.state) == "done")
        sent = select(func.count()).select_from(OutboundMessage).where(col(OutboundMessage.state) == "sent")
        return told, (await session.exec(worked)).one(), (await session.exec(sent)).one()


async def goes_on(app: Application, before: tuple[int, int, int]) -> float:
    """Seconds until something more is done."""
    began = time.monotonic()
    now = before
    async with asyncio.timeout(PATIENCE):
        while now == before:
            await asyncio.sleep(0.05)
            with suppress(DBAPIError):  # our own connections have ended too
                now = await done(app)
    return time.monotonic() - began


@pytest.mark.parametrize("kind", [RungSent, InboundUpdate], ids=["tick", "update"])
async def test_work_goes_on_when_the_database_is_back(tmp_path: Path, server: PostgresServer, kind: type[Any]) -> None:
    house = await House.open(tmp_path, database_url=server.database("stops"), tick_seconds=0.5)
    app, nursery, pauses = house.app, Nursery(), []
    await house.person(AGENCY, "officer")
    await fill(house)
    trap = Trap(app)
    trap.set_for(kind)
    try:
        for name, loop in (("intake", app.intake.run), ("outbox", app.sender.run), ("schedule", app.schedule.run)):
            nursery.spawn(name, loop)
        for _ in range(STOPS):
            async with asyncio.timeout(60):
                await trap.caught.wait()
            before = await done(app)
            await asyncio.to_thread(server.halt)
            trap.go.set()
            await asyncio.sleep(1)
            trap.set_for(kind)
            await asyncio.to_thread(server.launch)
            pauses.append(await goes_on(app, before))
        trap.kind = None
        trap.go.set()
        await all_is_done(app)
    finally:
        await nursery.close()
        await house.close()
    print(f"\n{STOPS} stops in the middle of a {kind.__name__}: on again after {max(pauses):.1f} s at most")


async def all_is_done(app: Application) -> None:
    async with asyncio.timeout(120):
        while True:
            async with app.database.reading() as session:
                new = select(func.count()).select_from(InboundUpdate).where(col(InboundUpdate.state) == "new")
                queued = select(func.count()).select_from(OutboundMessage).where(col(OutboundMessage.state) == "queued")
                waiting = (await session.exec(new)).one() + (await session.exec(queued)).one()
            if not waiting and (await done(app))[0] == DEADLINES:
                break
            await asyncio.sleep(0.2)
    async with app.database.reading() as session:
        rungs = (await session.exec(select(RungSent))).all()
        messages = (await session.exec(select(OutboundMessage))).all()
        keys = set((await session.exec(select(WebCall.key))).all())
        said = (await session.exec(select(func.count()).select_from(WebMessage).where(col(WebMessage.from_bot)))).one()
        updates = (await session.exec(select(InboundUpdate))).all()
        terms = (await session.exec(select(OpenTerm))).all()
    owed = Counter((row.term_id, row.rung, row.officer_id, row.channel) for row in rungs)
    assert set(owed.values()) == {1}
    assert {row.term_id for row in rungs} == {term.id for term in terms}
    assert {message.state for message in messages} == {"sent"}
    assert {f"outbox:{message.id}:send" for message in messages} <= keys, "a message never came"
    assert said == len(messages), "a message came twice"
    assert {(update.state, update.attempts, update.fault) for update in updates} == {("done", 0, None)}
