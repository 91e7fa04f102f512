"""Claims, leases and fencing, on the real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.jobs.queue import GAVE_UP, MOST_ATTEMPTS, Queue, cancel_job, enqueue
from bot.settings import Settings
from bot.work import Person
from models.database import Database, migrate
from models.errors import InvalidInput, Missing
from models.tables import Agency, Job, Officer
from tests.jobs.conftest import Server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, settings: Settings) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    migrate(settings.database)
    return settings.database


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


async def owe(database: Database, server: Server, person: Person, **arguments: Any) -> int:
    async with database.transaction() as session:
        work = await server.work(session)
        job = await enqueue(work, "count", officer_id=person.id, agency_id=person.agency.id, arguments=arguments)
        assert work.wake_jobs
    assert job.id is not None
    return job.id


async def stored(database: Database, job_id: int) -> Job:
    async with database.reading() as session:
        return (await session.exec(select(Job).where(Job.id == job_id))).one()


async def let_lease_run_out(database: Database, job_id: int) -> None:
    async with database.transaction() as session:
        job = await session.get_one(Job, job_id)
        job.leased_until = datetime.now(UTC) - timedelta(seconds=1)
        session.add(job)


async def test_a_claimed_job_is_nobody_elses(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person, name="x")
    queue = Queue(database, ["count"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None and claim.id == job_id and claim.arguments == {"name": "x"} and claim.attempt == 1
    assert await queue.claim() is None
    assert await queue.finish(claim, {"n": 3})
    job = await stored(database, job_id)
    assert (job.state, job.result, job.progress) == ("done", {"n": 3}, 1.0)


async def test_only_its_own_kinds_are_claimed(database: Database, server: Server, person: Person) -> None:
    await owe(database, server, person)
    assert await Queue(database, ["paper"], lease_seconds=60).claim() is None


async def test_a_worker_past_its_lease_changes_nothing(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    slow = await queue.claim()
    await let_lease_run_out(database, job_id)
    quick = await queue.claim()
    assert slow is not None and quick is not None
    assert (quick.id, quick.attempt) == (job_id, 2) and quick.token != slow.token
    assert await queue.renew(slow, 0.9) is None
    for late in (
        queue.finish(slow, {"by": "slow"}),
        queue.fail(slow, "x.y", {}),
        queue.cancelled(slow),
        queue.release(slow),
        queue.retry(slow),
    ):
        assert not await late
    job = await stored(database, job_id)
    assert (job.state, job.token, job.progress, job.result) == ("running", quick.token, 0.0, None)
    assert await queue.finish(quick, {"by": "quick"})
    assert not await queue.finish(slow, {"by": "slow"})
    assert (await stored(database, job_id)).result == {"by": "quick"}


async def test_renewing_keeps_the_lease(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None
    await let_lease_run_out(database, job_id)
    assert await queue.renew(claim, 0.5) is False
    assert await queue.claim() is None
    assert (await stored(database, job_id)).progress == 0.5


async def test_a_job_that_kills_its_workers_is_given_up(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    for attempt in range(MOST_ATTEMPTS):
        claim = await queue.claim()
        assert claim is not None and claim.attempt == attempt + 1
        await let_lease_run_out(database, job_id)
    assert await queue.claim() is None
    job = await stored(database, job_id)
    assert (job.state, job.fault, job.fault_params) == ("failed", GAVE_UP, {"attempts": MOST_ATTEMPTS})


async def test_retrying_ends_after_as_many_attempts(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    for _ in range(MOST_ATTEMPTS):
        claim = await queue.claim()
        assert claim is not None
        assert await queue.retry(claim)
    assert await queue.claim() is None
    assert (await stored(database, job_id)).fault == GAVE_UP


async def test_releasing_is_no_attempt(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    claim = await queue.claim()
    assert claim is not None and await queue.release(claim)
    job = await stored(database, job_id)
    assert (job.state, job.attempts, job.token) == ("queued", 0, None)


async def test_short_work_passes_long_work_that_still_gets_its_turn(
    database: Database, server: Server, person: Person
) -> None:
    long = await owe(database, server, person, seconds=1800)
    short = await owe(database, server, person, seconds=5)
    queue = Queue(database, ["count"], lease_seconds=60)
    first = await queue.claim()
    assert first is not None and first.id == short
    await queue.release(first)
    async with database.transaction() as session:
        job = await session.get_one(Job, long)
        job.created_at -= timedelta(seconds=1800)
        session.add(job)
    aged = await queue.claim()
    assert aged is not None and aged.id == long


async def test_cancelling_what_waits_and_what_runs(database: Database, server: Server, person: Person) -> None:
    waiting, running = await owe(database, server, person), 0
    queue = Queue(database, ["count"], lease_seconds=60)
    async with database.transaction() as session:
        assert (await cancel_job(await server.work(session), person, waiting)).state == "cancelled"
    assert await queue.claim() is None
    running = await owe(database, server, person)
    claim = await queue.claim()
    assert claim is not None
    async with database.transaction() as session:
        assert (await cancel_job(await server.work(session), person, running)).state == "running"
    assert await queue.renew(claim, 0.1) is True
    assert await queue.cancelled(claim)
    async with database.transaction() as session:
        with pytest.raises(InvalidInput, match="finished"):
            await cancel_job(await server.work(session), person, running)


async def test_a_cancelled_job_whose_worker_died_is_not_done_again(
    database: Database, server: Server, person: Person
) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    assert await queue.claim() is not None
    async with database.transaction() as session:
        await cancel_job(await server.work(session), person, job_id)
    await let_lease_run_out(database, job_id)
    assert await queue.claim() is None
    assert (await stored(database, job_id)).state == "cancelled"


async def test_nobody_cancels_anothers_job(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    async with database.transaction() as session:
        agency = Agency(code="b", name="乙局", pack="xigang-finance", created_at=datetime.now(UTC))
        session.add(agency)
        await session.flush()
        stranger = Officer(agency_id=agency.id, name="王", roles=["officer"])
        session.add(stranger)
        await session.flush()
        with pytest.raises(Missing, match="unknown"):
            await cancel_job(await server.work(session), Person(stranger, agency), job_id)
    assert (await stored(database, job_id)).state == "queued"


async def test_a_lease_given_by_a_clock_in_the_future_runs_out(
    database: Database, server: Server, person: Person
) -> None:
    job_id = await owe(database, server, person, name="x")
    queue = Queue(database, ["count"], lease_seconds=60)
    assert await queue.claim() is not None
    async with database.transaction() as session:
        job = await session.get_one(Job, job_id)
        job.leased_until = datetime.now(UTC) + timedelta(days=30)
        session.add(job)
    taken_over = await queue.claim()
    assert taken_over is not None and taken_over.id == job_id
    assert await queue.claim() is None, "an ordinary lease is believed"


async def test_a_job_created_by_a_clock_in_the_future_keeps_its_turn(
    database: Database, server: Server, person: Person
) -> None:
    early = await owe(database, server, person, name="x")
    async with database.transaction() as session:
        job = await session.get_one(Job, early)
        job.created_at = datetime.now(UTC) + timedelta(days=365)
        session.add(job)
    await owe(database, server, person, name="y", seconds=60)
    claim = await Queue(database, ["count"], lease_seconds=60).claim()
    assert claim is not None and claim.id == early
