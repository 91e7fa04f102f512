"""Backup and restore of an installation on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.database import Database
from models.tables import LedgerLeaf, Officer
from tests.cli.conftest import Zhilu, data, zhilu
from tests.stories.xigang import AGENCY, open_case, photo
from tests.support.house import House
from tests.support.need import need
from tests.support.postgres import PostgresServer, postgres_server, postgres_url

__all__ = ["data", "postgres_server", "postgres_url", "zhilu"]

pytestmark = pytest.mark.postgres


async def rows(url: str) -> list[object]:
    database = Database(url)
    try:
        async with database.reading() as session:
            leaves = (await session.exec(select(LedgerLeaf.leaf_hash).order_by(col(LedgerLeaf.seq)))).all()
            return [*leaves, *(await session.exec(select(Officer.name).order_by(col(Officer.id)))).all()]
    finally:
        await database.close()


async def test_what_comes_back_is_what_was_there(
    postgres_url: str, postgres_server: PostgresServer, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need(shutil.which("pg_dump"), "PostgreSQL client tools (pg_dump, pg_restore)")
    house = await House.open(tmp_path, database_url=postgres_url)
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await officer.upload(photo(), "photo", "现场.jpg")
    await house.close()
    monkeypatch.setenv("ZHILU_DATABASE_URL", postgres_url)
    ran = await asyncio.to_thread(zhilu, "backup", tmp_path / "backup", "--json")
    assert ran.code == 0, ran.err
    monkeypatch.setenv("ZHILU_DATA", str(tmp_path / "new"))
    refused = await asyncio.to_thread(zhilu, "restore", tmp_path / "backup")
    assert refused.code == 2, "the database is not empty"
    url = postgres_server.empty_database("restored")
    monkeypatch.setenv("ZHILU_DATABASE_URL", url)
    restored = await asyncio.to_thread(zhilu, "restore", tmp_path / "backup", "--json")
    assert restored.code == 0, restored.out + restored.err
    assert await rows(url) == await rows(postgres_url)
    assert (await asyncio.to_thread(zhilu, "verify")).code == 0
