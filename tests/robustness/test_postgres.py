"""The same application on PostgreSQL: schema, a conversation, and what several processes do at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel, col, func, select

from bot.demo import seed
from bot.intake import store_update
from bot.jobs.queue import Queue
from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Work
from dialogs.engine import record_hash
from dialogs.packs.loader import load_all
from models import ledger
from models.database import Database, migrate
from models.tables import Agency, ChatAccount, InboundUpdate, Job, LedgerLeaf, Officer, Paper, Record, WebFile
from models.vault import Vault
from models.verify import verify
from tests.stories.xigang import AGENCY, INTERVIEW, begin, open_case, photo
from tests.support.filling import fill
from tests.support.house import House
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def test_the_migrations_make_the_schema_the_tables_describe(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_database("schema_once")
    await asyncio.to_thread(migrate, url)
    await asyncio.to_thread(migrate, url)  # a second time changes nothing

    def differences(connection: Connection) -> list[Any]:
        described = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(described, SQLModel.metadata))

    database = Database(url)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


@pytest.mark.parametrize("transport", ["webchat", "telegram"])
async def test_a_case_is_led_from_its_opening_to_a_frozen_interview(
    postgres_url: str, tmp_path: Path, transport: str
) -> None:
    house = await House.open(tmp_path, transport=transport, database_url=postgres_url)
    assert not house.app.database.is_sqlite
    try:
        officer = await house.person(AGENCY, "officer")
        second = await house.person(AGENCY, "officer", 1)
        await open_case(house, officer)
        await begin(officer, "询问笔录")
        await fill(officer, INTERVIEW)
        await officer.upload(photo(), "photo", "现场.jpg")
        await officer.tap("确认并定稿")
        await second.tap("确认并定稿")
        async with house.app.database.reading() as session:
            records = (await session.exec(select(Record).order_by(col(Record.id)))).all()
            papers = (await session.exec(select(func.count()).select_from(Paper))).one()
        assert [record.state for record in records] == ["sealed", "frozen"]
        assert records[1].content is not None
        assert record_hash(records[1].content) == records[1].content_hash
        assert papers >= 1
        report = await verify(house.app.database, house.app.vault)
        assert report.ok, report.faults
    finally:
        await house.close()


async def test_ids_of_telegram_and_sizes_of_recordings_fit(database: Database) -> None:
    big = 2**51
    async with database.transaction() as session:
        session.add(agency := Agency(code="a", name="某局", pack="xigang-finance", created_at=NOW))
        await session.flush()
        session.add(officer := Officer(agency_id=agency.id, name="李某"))
        await session.flush()
        account = ChatAccount(transport="telegram", user_id=big, chat_id=big, officer_id=officer.id, bound_at=NOW)
        session.add(account)
        session.add(WebFile(file_id="f", chat_id=big, sha256="0" * 64, size=3 * 1024**3, created_at=NOW))
    async with database.reading() as session:
        assert (await session.exec(select(ChatAccount.user_id))).one() == big
        assert (await session.exec(select(WebFile.size))).one() == 3 * 1024**3


async def test_two_transactions_append_to_one_unbroken_chain(database: Database, tmp_path: Path) -> None:
    both_are_open = asyncio.Barrier(8)

    async def append(number: int) -> None:
        for turn in range(5):
            async with database.transaction() as session:
                if turn == 0:
                    await session.exec(select(func.now()))
                    await both_are_open.wait()
                await ledger.append(session, "test.noted", f"test:{number}", {"turn": turn, "text": "执录"}, now=NOW)
                await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(append(number))
    report = await verify(database, Vault(tmp_path / "vault"))
    assert report.ok, report.faults
    assert report.leaves == 40


async def test_a_rolled_back_append_leaves_no_gap(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        async with database.transaction() as session:
            await ledger.append(session, "test.noted", "test:1", {}, now=NOW)
            raise RuntimeError("on purpose")
    async with database.transaction() as session:
        leaf = await ledger.append(session, "test.noted", "test:2", {}, now=NOW)
        assert leaf.seq == 1
    assert (await verify(database, Vault(tmp_path / "vault"))).ok


async def test_an_update_that_comes_twice_at_once_is_stored_once(database: Database) -> None:
    async def store() -> bool:
        async with database.transaction() as session:
            stored = await store_update(
                session, transport="telegram", update_id=7, chat_id=2**40, body={"update_id": 7}
            )
            await asyncio.sleep(0.02)
            return stored

    assert sorted(await asyncio.gather(*(store() for _ in range(6)))) == [False] * 5 + [True]
    async with database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(InboundUpdate))).one() == 1


async def _owe_jobs(database: Database, count: int) -> None:
    async with database.transaction() as session:
        session.add(agency := Agency(code="a", name="某局", pack="xigang-finance", created_at=NOW))
        await session.flush()
        for number in range(count):
            job = Job(kind="paper", agency_id=agency.id, arguments={"seconds": number % 3}, created_at=NOW)
            session.add(job)


async def test_every_job_is_claimed_by_one_worker_only(database: Database) -> None:
    await _owe_jobs(database, 24)
    claimed: list[int] = []

    async def work() -> None:
        queue = Queue(database, ["paper"], lease_seconds=60)
        while claim := await queue.claim():
            claimed.append(claim.id)
            await asyncio.sleep(0.002)
            assert await queue.finish(claim, {"text": "好"})

    await asyncio.gather(*(work() for _ in range(6)))
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 24


async def test_a_worker_past_its_lease_changes_nothing(database: Database) -> None:
    await _owe_jobs(database, 1)
    slow, quick = Queue(database, ["paper"], lease_seconds=-1), Queue(database, ["paper"], lease_seconds=60)
    lost = await slow.claim()
    taken_over = await quick.claim()
    assert lost is not None and taken_over is not None and lost.id == taken_over.id
    assert await slow.renew(lost, 0.5) is None
    assert not await slow.finish(lost, {"by": "slow"})
    assert await quick.renew(taken_over, 0.5) is False
    assert await quick.finish(taken_over, {"by": "quick"})
    async with database.reading() as session:
        job = (await session.exec(select(Job))).one()
    assert job.result == {"by": "quick"}
    assert job.attempts == 2


async def test_moments_and_documents_come_back_as_they_were(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(load_all())
    moment = datetime(2026, 3, 5, 1, 2, 3, 456789, tzinfo=UTC)
    async with database.transaction() as session:
        await seed(Work(session, moment, Vault(tmp_path / "vault"), shelf, Settings(data=tmp_path, _env_file=None)))
    async with database.reading() as session:
        agency = (await session.exec(select(Agency).order_by(col(Agency.id)).limit(1))).one()
        newest = (await session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq).desc()).limit(1))).one()
    assert agency.created_at == moment
    assert agency.created_at.utcoffset() == timedelta(0)
    assert agency.numbering["case"] == "西财案〔{year}〕{n}号"
    assert newest.at == moment
    assert (await verify(database, Vault(tmp_path / "vault"))).ok


async def test_a_lock_asked_for_and_given_up_leaves_the_locks_in_order(database: Database, postgres_url: str) -> None:
    """A delivery that is cancelled while it asks must not leave the connection unusable, nor the lock taken."""
    other = Database(postgres_url)
    assert await database.locks.take("first")
    asking = asyncio.get_running_loop().create_task(database.locks.take("chat"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(10):
        while not await other.locks.take("chat"):
            await asyncio.sleep(0.02)
    await other.locks.release("chat")
    assert await database.locks.take("chat")
    await other.close()
