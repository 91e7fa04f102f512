"""On PostgreSQL a disposal waits for whoever is storing the very bytes, and then leaves them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs.kinds import Control, Tools
from bot.jobs.kinds.disposal import Disposal
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.inspect_upload import Upload
from bot.use_cases.keep_evidence import Arrival, Incoming, store
from bot.work import Person, Work
from models.database import Database
from models.tables import Agency, Case, Officer
from models.vault import Vault
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


async def test_bytes_of_a_row_being_stored_stay(postgres_url: str, tmp_path: Path) -> None:
    database, vault = Database(postgres_url), Vault(tmp_path / "vault")
    settings = Settings(_env_file=None, data=tmp_path)
    kept = vault.put(b"the same recording as before")
    again = tmp_path / "again"
    again.write_bytes(b"the same recording as before")
    async with database.transaction() as session:
        agency = Agency(code="a", name="甲局", pack="small", created_at=NOW)
        session.add(agency)
        await session.flush()
        officer = Officer(agency_id=agency.id or 0, name="李明", roles=["officer"])
        session.add(officer)
        await session.flush()
        case = Case(agency_id=agency.id or 0, pack="small@1.0.0", officer_id=officer.id or 0, opened_at=NOW)
        session.add(case)
    incoming = Incoming(again, kept.sha256, kept.size, "", "", Upload("file"), NOW, NOW)
    disposal = Disposal(Tools(settings, database, vault))
    async with database.transaction() as session:
        work = Work(session, NOW, vault, Shelf({}), settings)
        await store(work, Person(officer, agency), case, None, None, incoming, Arrival("key"))
        removing = asyncio.create_task(
            disposal.run(record_id=None, evidence_id=None, arguments={"sha256": [kept.sha256]}, control=Control())
        )
        await asyncio.wait([removing], timeout=1.0)
        assert not removing.done(), "it waits for the transaction under way"
    assert await removing == {"removed": 0} and vault.has(kept.sha256)
    await database.close()
