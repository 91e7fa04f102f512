"""A real SQLite store with one agency, its people and one open case."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Person, Work
from dialogs.packs.loader import load_pack
from models.database import Database, migrate
from models.tables import Agency, Case, ChatAccount, Officer, OutboundMessage, RungSent
from models.vault import Vault
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]  # fixtures

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
PACK = load_pack("xigang-finance")
WHOLE_DAY = {"from": "00:00", "until": "00:00"}
NAMES = {
    "李明": ["officer"],
    "王芳": ["officer"],
    "赵强": ["approver"],
    "孙丽": ["supervisor"],
    "周文": ["archivist"],
}


class Office:
    """One agency at work; `now` is the domain time of the next unit of work."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.database = Database(url or f"sqlite+aiosqlite:///{folder / 'zhilu.db'}")
        self.vault = Vault(folder / "vault")
        self.shelf = Shelf({PACK.id: PACK})
        self.settings = Settings(data=folder)
        self.now = START
        self.people: dict[str, Person] = {}
        self.case: Case

    @asynccontextmanager
    async def work(self, *, after: timedelta = timedelta(0)) -> AsyncIterator[Work]:
        self.now += after
        async with self.database.transaction() as session:
            yield Work(session, self.now, self.vault, self.shelf, self.settings)

    async def fill(self) -> None:
        async with self.work() as work:
            agency = Agency(code="xg", name="西岗区财政局", pack=PACK.id, duty=WHOLE_DAY, created_at=START)
            work.session.add(agency)
            await work.session.flush()
            for number, (name, roles) in enumerate(NAMES.items(), start=1):
                officer = Officer(agency_id=agency.id, name=name, roles=roles)
                work.session.add(officer)
                await work.session.flush()
                work.session.add(
                    ChatAccount(
                        transport="webchat", user_id=number, chat_id=number, officer_id=officer.id, bound_at=START
                    )
                )
                self.people[name] = Person(officer, agency, "webchat", number)
            self.case = await self.add_case(work, "西财案〔2026〕1号")

    async def add_case(self, work: Work, number: str | None) -> Case:
        officer, second = self.people["李明"], self.people["王芳"]
        case = Case(
            agency_id=officer.agency.id,
            pack=f"{PACK.id}@{PACK.version}",
            number=number,
            state="open",
            officer_id=officer.id,
            second_officer_id=second.id,
            opened_at=self.now,
        )
        work.session.add(case)
        await work.session.flush()
        return case

    async def reminded(self, name: str) -> list[tuple[int, str]]:
        """Reminders owed to a person, as (term, rung), in order."""
        query = select(RungSent.term_id, RungSent.rung).where(col(RungSent.officer_id) == self.people[name].id)
        async with self.database.reading() as session:
            return list((await session.exec(query.order_by(col(RungSent.id)))).all())

    async def messages(self, name: str) -> list[str]:
        """Texts owed to a person, in order."""
        return [message.params["text"] for message in await self.outbox(name)]

    async def outbox(self, name: str) -> list[OutboundMessage]:
        async with self.database.reading() as session:
            found = await session.exec(
                select(OutboundMessage)
                .where(col(OutboundMessage.chat_id) == self.people[name].chat_id)
                .order_by(col(OutboundMessage.id))
            )
            return list(found.all())


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "zhilu.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def office(tmp_path: Path, empty_database: Path) -> AsyncIterator[Office]:
    shutil.copy(empty_database, tmp_path / "zhilu.db")
    office = Office(tmp_path)
    await office.fill()
    yield office
    await office.database.close()
