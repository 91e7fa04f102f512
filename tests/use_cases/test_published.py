"""Published packs live on: a case stays readable under the version it was opened with, whatever the disk holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import build
from bot.published import stocked, with_published
from bot.shelf import Shelf, reference_of
from dialogs.packs.loader import content_of, hash_of, load_pack
from dialogs.packs.schema import Pack
from models.database import Database
from models.errors import Missing, Unavailable
from models.tables import PackVersion
from tests.stories.xigang import AGENCY, open_case
from tests.support.house import House

OLD = load_pack("xigang-finance")


def changed(pack: Pack, *, version: str, title: str) -> Pack:
    """The same pack with its opening record named anew."""
    records = tuple(
        record.model_copy(update={"title": title}) if record.opens_case else record for record in pack.records
    )
    made = pack.model_copy(update={"version": version, "records": records})
    return made.model_copy(update={"sha256": hash_of(content_of(made))})


NEW = changed(OLD, version="9.0.0", title="案件登记表")
THEN, NOW = reference_of(OLD), reference_of(NEW)


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    house = await House.open(tmp_path)
    await house.close()
    return Database(house.app.settings.database)


async def test_a_version_that_left_the_disk_is_read_from_the_database(database: Database) -> None:
    await stocked(database, Shelf({OLD.id: OLD}))
    shelf = await stocked(database, Shelf({NEW.id: NEW}))
    assert shelf.get(THEN) == OLD
    assert shelf.newest("xigang-finance") is NEW
    assert shelf.newer_than(THEN) is NEW
    assert shelf.newer_than(NOW) is None
    assert shelf.newer_than("xigang-finance@10.0.0") is None
    with pytest.raises(Missing):
        shelf.get("xigang-finance@0.0.1")
    async with database.reading() as session:
        kept = {row.reference: row.sha256 for row in (await session.exec(select(PackVersion))).all()}
    assert kept == {THEN: OLD.sha256, NOW: NEW.sha256}


async def test_a_pack_changed_under_its_version_is_refused_and_the_others_go_on(database: Database) -> None:
    other = load_pack("liaoyang-housing-fund")
    await stocked(database, Shelf({OLD.id: OLD}))
    sly = changed(OLD, version=OLD.version, title="改过的登记表")
    shelf = await stocked(database, Shelf({OLD.id: sly, other.id: other}))
    assert shelf.refused == {"xigang-finance"}
    assert shelf.get(THEN).sha256 == OLD.sha256
    with pytest.raises(Unavailable) as refusal:
        shelf.newest("xigang-finance")
    assert refusal.value.params == {"pack": "xigang-finance", "version": OLD.version}
    assert shelf.newest(other.id) is other


async def test_what_was_changed_in_the_database_is_not_taken_for_what_was_published(database: Database) -> None:
    await stocked(database, Shelf({OLD.id: OLD}))
    async with database.transaction() as session:
        row = (await session.exec(select(PackVersion))).one()
        row.content = row.content | {"title": "另一个办法"}
        session.add(row)
    async with database.reading() as session:
        shelf = await with_published(session, Shelf({NEW.id: NEW}))
    with pytest.raises(Missing):
        shelf.get(THEN)


async def test_a_case_goes_on_under_its_version_after_the_disk_has_moved_on(tmp_path: Path) -> None:
    house = await House.open(tmp_path)
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await house.app.database.close()
    shelf = await stocked(Database(house.app.settings.database), Shelf({NEW.id: NEW}))
    house.app = build(house.app.settings, shelf)
    house.api = house.app.api
    await officer.send("/cases")
    shown = await officer.tap("〔2026〕")
    assert OLD.record("case_opening").title in shown and "案件登记表" not in shown
    await officer.send("/new")
    assert "案件登记表" in await officer.last()
    await house.close()


async def test_a_case_may_be_opened_before_anything_was_kept(tmp_path: Path) -> None:
    """The first case pins the pack in the same transaction that keeps it."""
    house = await House.open(tmp_path)
    officer = await house.person(AGENCY, "officer")
    await officer.send("/new")
    async with house.app.database.reading() as session:
        row = (await session.exec(select(PackVersion))).one()
    assert row.reference == THEN and row.first_used_at <= datetime.now(UTC)
    await house.close()
