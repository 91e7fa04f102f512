"""Is the server well: answered in time whatever the database does, without personal data, and figures for few."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot import vitals
from bot.nursery import Nursery
from bot.settings import Settings
from bot.transports.webchat.botapi import MiniBotApi
from bot.transports.webchat.context import COOKIE
from bot.transports.webchat.routes.health import _is_local
from bot.transports.webchat.server import build_web_app
from bot.vitals import Inquiry
from models.database import Database, Session
from models.tables import Case, Heartbeat, InboundUpdate, Job, OpenTerm, OutboundMessage
from tests.transports.conftest import Page

NOW = datetime.now(UTC)


async def beat(database: Database, ago: float, silences: int = 0) -> None:
    async with database.transaction() as session:
        row = await session.get(Heartbeat, "schedule") or Heartbeat(name="schedule", beat_at=NOW)
        row.beat_at, row.silences = datetime.now(UTC) - timedelta(seconds=ago), silences
        session.add(row)


def message(state: str, ago: float, transport: str = "webchat") -> OutboundMessage:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return OutboundMessage(
        transport=transport, chat_id=1, method="message", params={}, state=state, not_before=at, created_at=at
    )


async def test_all_is_well(page: Page) -> None:
    answer = await page.client.get("/healthz")
    assert (answer.status, await answer.json()) == (200, {"ok": True, "schedule": None, "outbox": None, "jobs": None})
    await beat(page.database, 20)
    async with page.database.transaction() as session:
        session.add_all([message("sent", 900), message("queued", 70), message("queued", 5)])
        at = datetime.now(UTC) - timedelta(seconds=40)
        session.add(Job(kind="paper", agency_id=1, state="done", created_at=at - timedelta(hours=1)))
        session.add(Job(kind="paper", agency_id=1, created_at=at))
    answer = await page.client.get("/healthz")
    found = await answer.json()
    assert answer.status == 200 and list(found) == ["ok", "schedule", "outbox", "jobs"] and found["ok"]
    assert 20 <= found["schedule"] < 40 and 70 <= found["outbox"] < 90 and 40 <= found["jobs"] < 60


async def test_a_silent_schedule_is_not_well(page: Page) -> None:
    await beat(page.database, 14 * 60)
    assert (await page.client.get("/healthz")).status == 200
    await beat(page.database, 16 * 60)
    answer = await page.client.get("/healthz")
    assert answer.status == 503 and (await answer.json())["ok"] is False


async def test_a_schedule_that_never_ran_is_silent_in_the_end(api: MiniBotApi, database: Database) -> None:
    app = build_web_app(api, database, Settings(_env_file=None, silence_seconds=0.2), wake=lambda: None)
    async with TestClient(TestServer(app)) as client:
        await asyncio.sleep(0.3)
        assert (await client.get("/healthz")).status == 503


@pytest.fixture
async def dead_line() -> AsyncIterator[Database]:
    """A database server that takes connections and never says a word."""
    gone = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        database = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{port}/nothing")
        yield database
        gone.set()
        await database.close()


async def test_a_database_that_hangs_is_said_within_the_time(
    api: MiniBotApi, dead_line: Database, tmp_path: Path
) -> None:
    app = build_web_app(api, dead_line, Settings(_env_file=None, data=tmp_path), wake=lambda: None)
    async with TestClient(TestServer(app), cookies={COOKIE: "of somebody"}) as client:
        for _ in range(2):
            started = time.monotonic()
            answers = await asyncio.gather(*(client.get("/healthz") for _ in range(30)), client.get("/metrics"))
            assert {answer.status for answer in answers} == {503}
            assert time.monotonic() - started < 7
            assert await answers[0].json() == {"ok": False, "schedule": None, "outbox": None, "jobs": None}
        started = time.monotonic()
        assert (await client.get("/healthz")).status == 503 and time.monotonic() - started < 4.5
        assert dead_line.engine.pool.checkedout() <= 2, "however many ask"  # type: ignore[attr-defined]


async def test_a_database_that_comes_back_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that is lost on a dead line is asked anew."""
    monkeypatch.setattr(vitals, "_GIVEN_UP", 0.3)
    asked = 0

    async def read(session: Session) -> int:
        nonlocal asked
        asked += 1
        if asked == 1:
            await asyncio.Event().wait()
        if asked == 2:
            raise OSError("refused")
        return asked

    inquiry, nursery = Inquiry(database, read, limit=0.1), Nursery()
    nursery.spawn("inquiry", inquiry.run)
    assert await inquiry.ask() is None
    await asyncio.sleep(0.4)
    answers = [await inquiry.ask() for _ in range(3)]
    assert answers[-1] == asked >= 3
    await nursery.close()


async def metrics(page: Page, **headers: str) -> dict[tuple[str, str], float]:
    answer = await page.client.get("/metrics", headers=headers)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(await answer.text())
    return {(each.name, ",".join(each.labels.values())): each.value for family in families for each in family.samples}


async def test_the_figures(page: Page) -> None:
    await beat(page.database, 20, silences=3)
    now = datetime.now(UTC)
    async with page.database.transaction() as session:
        case = Case(agency_id=1, pack="x@1", state="open", officer_id=1, opened_at=now)
        session.add(case)
        await session.flush()
        for number, (state, hours) in enumerate([("open", 5), ("open", -1), ("open", -2), ("met", -3)]):
            at = now + timedelta(seconds=number)
            due = now + timedelta(hours=hours)
            session.add(
                OpenTerm(
                    agency_id=1, case_id=case.id, deadline="d", state=state, opened_by="x", opened_at=at, due_at=due
                )
            )
        session.add_all([message("queued", 1), message("failed", 1, "email"), message("failed", 1, "email")])
        session.add_all([message("failed", 1, "telegram"), message("sent", 1)])
        session.add_all([Job(kind="paper", agency_id=1, created_at=now), Job(kind="odd", agency_id=1, created_at=now)])
        session.add(InboundUpdate(transport="webchat", update_id=99, chat_id=1, body={}, received_at=now))
    found = await metrics(page)
    assert 20 <= found.pop(("zhilu_schedule_last_beat_seconds", "")) < 40
    assert found == found | {
        ("zhilu_schedule_silences_total", ""): 3,
        ("zhilu_terms_open", ""): 3,
        ("zhilu_terms_overdue", ""): 2,
        ("zhilu_outbox_queued", ""): 1,
        ("zhilu_outbox_failed_total", "email"): 2,
        ("zhilu_outbox_failed_total", "telegram"): 1,
        ("zhilu_jobs_waiting", "paper"): 1,
        ("zhilu_jobs_waiting", "odd"): 1,
        ("zhilu_jobs_waiting", "transcription"): 0,
        ("zhilu_updates_pending", ""): 1,
    }
    text = await (await page.client.get("/metrics")).text() + await (await page.client.get("/healthz")).text()
    assert not any(name in text for name in ("王建国", "李敏", "西岗"))


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_without_a_token_no_proxy_passes_the_figures_on(page: Page, header: str) -> None:
    assert (await page.client.get("/metrics", headers={header: "127.0.0.1"})).status == 403
    assert (await page.client.get("/healthz", headers={header: "10.0.0.1"})).status == 200


@asynccontextmanager
async def guarded(api: MiniBotApi, database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    app = build_web_app(api, database, Settings(_env_file=None, metrics_token="s3cret"), wake=lambda: None)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_with_a_token_only_its_bearer_reads_them(api: MiniBotApi, database: Database) -> None:
    async with guarded(api, database) as client:
        for given in ("", "Bearer", "Bearer wrong", "Basic s3cret", "s3cret", "bearer s3cret "):
            assert (await client.get("/metrics", headers={"Authorization": given})).status == 403, given
        good = {"Authorization": "Bearer s3cret", "X-Forwarded-For": "10.1.2.3"}
        assert (await client.get("/metrics", headers=good)).status == 200


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.5", False),
     ("::ffff:10.0.0.5", False), ("", False), ("localhost", False), ("192.168.1.1", False)],
)  # fmt: skip
def test_this_machine_is_known_by_its_address(address: str, local: bool) -> None:
    assert _is_local(address) is local
