from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Person, Work
from models.database import Database, Session, migrate
from models.tables import Agency, Officer
from models.vault import Vault
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data=tmp_path, lease_seconds=60)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    import asyncio

    await asyncio.to_thread(migrate, settings.database)
    database = Database(settings.database)
    yield database
    await database.close()


class Server:
    """Makes units of work as the server does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.vault = Vault(settings.vault)

    async def work(self, session: Session) -> Work:
        return Work(session, datetime.now(UTC), self.vault, Shelf({}), self.settings)


@pytest.fixture
def server(settings: Settings) -> Server:
    return Server(settings)


@pytest.fixture
async def person(database: Database) -> Person:
    async with database.transaction() as session:
        agency = Agency(code="a", name="甲局", pack="xigang-finance", created_at=datetime.now(UTC))
        session.add(agency)
        await session.flush()
        officer = Officer(agency_id=agency.id, name="李明", roles=["officer"])
        session.add(officer)
        await session.flush()
    return Person(officer, agency, "webchat", 7)
