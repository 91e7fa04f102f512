"""A database with two officers, a mini Bot API and the page's server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, select

from bot.settings import Settings
from bot.transports.webchat.botapi import Limits, MiniBotApi
from bot.transports.webchat.context import SigningSubject
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.sign_in import create_sign_in_link
from models.database import Database, migrate
from models.tables import Agency, ChatAccount, InboundUpdate, Officer

LIMITS = Limits(upload_bytes=200_000, photo_bytes=100_000, photo_pixels=4_000_000, recording_seconds=600)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("migrated") / "zhilu.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
async def database(tmp_path: Path, migrated: bytes) -> AsyncIterator[Database]:
    path = tmp_path / "zhilu.db"
    path.write_bytes(migrated)
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.transaction() as session:
        now = datetime.now(UTC)
        session.add(Agency(id=1, code="xg", name="西岗区财政局", pack="xigang", created_at=now))
        await session.flush()
        for officer_id, name in ((1, "王建国"), (2, "李敏"), (3, "赵强")):
            session.add(Officer(id=officer_id, agency_id=1, name=name, roles=["officer"]))
        await session.flush()
        for officer_id in (1, 2):
            session.add(
                ChatAccount(
                    transport="webchat", user_id=officer_id, chat_id=officer_id, officer_id=officer_id, bound_at=now
                )
            )
    yield database
    await database.close()


@pytest.fixture
def api(database: Database, tmp_path: Path) -> MiniBotApi:
    return MiniBotApi(database, tmp_path / "webchat", limits=LIMITS)


async def inbound_bodies(database: Database, transport: str = "webchat") -> list[dict[str, Any]]:
    async with database.reading() as session:
        statement = select(InboundUpdate).where(InboundUpdate.transport == transport)
        return [row.body for row in (await session.exec(statement.order_by(col(InboundUpdate.id)))).all()]


@dataclass
class Signing:
    """Takes signatures for the token 'good' and refuses the second one."""

    taken: list[bytes] = field(default_factory=list)

    async def describe(self, token: str) -> SigningSubject | None:
        if token != "good":
            return None
        return {
            "title": "现场检查笔录",
            "number": "西财执检〔2026〕12号",
            "signer": "李<b>秀英",
            "label": "被检查人",
            "text": "检查地点：黄河路1号\n检查经过：查看<i>财务室</i>，未见会计账簿。",
        }

    async def submit(self, token: str, png: bytes) -> str | None:
        self.taken.append(png)
        if len(self.taken) > 1:
            return "signature.link_used" if len(self.taken) == 2 else "something.new"
        return None


@dataclass
class Page:
    """The server, one browser's client, and what the server did."""

    client: TestClient[Any, Any]
    database: Database
    signing: Signing
    woken: list[int]

    async def link(self, officer_id: int, minutes: int = 10) -> str:
        async with self.database.transaction() as session:
            return await create_sign_in_link(session, officer_id, datetime.now(UTC), minutes)

    async def sign_in(self, officer_id: int) -> None:
        self.client.session.cookie_jar.clear()
        answer = await self.client.post(f"/sign-in/{await self.link(officer_id)}", allow_redirects=False)
        assert answer.status == 303


@pytest.fixture
async def page(api: MiniBotApi, database: Database, tmp_path: Path) -> AsyncIterator[Page]:
    signing, woken = Signing(), []
    settings = Settings(_env_file=None, data=tmp_path, public_url="http://zhilu.example")
    app = build_web_app(api, database, settings, wake=lambda: woken.append(1), signing=signing)
    async with TestClient(TestServer(app)) as client:
        yield Page(client, database, signing, woken)
