"""What a worker keeps on the way: stored with its lease, given to the next worker, gone with the job."""

from __future__ import annotations

from sqlmodel import col, select

from bot.jobs.queue import MOST_ATTEMPTS, Claim, Queue, Stretch, cancel_job, jobs_before
from bot.jobs.results import apply_results
from bot.work import Person, Work
from models.database import Database
from models.tables import Job, JobStretch
from tests.jobs.conftest import Server
from tests.jobs.test_queue import database, let_lease_run_out, owe, stored, url

__all__ = ["database", "url"]


class Nothing:
    """A kind of job that means nothing to anybody."""

    async def on_progress(self, work: Work, job: Job) -> None: ...

    async def on_finished(self, work: Work, job: Job) -> None: ...


def some(*positions: int, text: str = "你好") -> list[Stretch]:
    return [Stretch(position, {"text": text, "at": position / 3}) for position in positions]


async def claimed(queue: Queue) -> Claim:
    claim = await queue.claim()
    assert claim is not None
    return claim


async def all_kept(database: Database) -> list[int]:
    async with database.reading() as session:
        return list((await session.exec(select(JobStretch.position).order_by(col(JobStretch.position)))).all())


async def test_the_next_worker_goes_on_with_what_was_kept(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    first = await claimed(queue)
    assert (first.kept, first.progress) == ([], 0.0)
    assert await queue.renew(first, 0.2, 30.0, some(0, 1)) is False
    assert await queue.renew(first, 0.4, None, some(2)) is False
    await let_lease_run_out(database, job_id)
    second = await claimed(queue)
    assert second.kept == [stretch.data for stretch in some(0, 1, 2)] and second.progress == 0.4
    assert await queue.renew(first, 0.9, 1.0, some(3)) is None, "a worker past its lease keeps nothing"
    assert await all_kept(database) == [0, 1, 2]


async def test_a_stretch_takes_the_place_of_all_from_there_on(
    database: Database, server: Server, person: Person
) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    await queue.renew(await claimed(queue), 0.4, None, some(0, 1, 2, 3))
    await let_lease_run_out(database, job_id)
    again = await claimed(queue)
    await queue.renew(again, 0.4, None, some(0, 1, text="另一个模型"))
    await queue.renew(again, 0.4, None, some(5))
    await let_lease_run_out(database, job_id)
    assert [part["text"] for part in (await claimed(queue)).kept] == ["另一个模型"] * 2, "and none after a gap"


async def test_what_was_kept_goes_with_the_end(database: Database, server: Server, person: Person) -> None:
    queue = Queue(database, ["count"], lease_seconds=60)
    for end in ("done", "failed", "cancelled", "cancelled while waiting"):
        job_id = await owe(database, server, person)
        claim = await claimed(queue)
        await queue.renew(claim, 0.5, None, some(0, 1))
        if end == "done":
            await queue.finish(claim, {})
        elif end == "failed":
            await queue.fail(claim, "x.y", {})
        elif end == "cancelled":
            await queue.cancelled(claim)
        else:
            await queue.release(claim)
            assert await all_kept(database) == [0, 1], "put back is not ended"
            async with database.transaction() as session:
                await cancel_job(await server.work(session), person, job_id)
        assert await apply_results(database, server.work, {"count": Nothing()}) == 1
        assert await all_kept(database) == []


async def test_a_job_that_moves_on_is_never_given_up(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    for position in range(2 * MOST_ATTEMPTS):
        await queue.renew(await claimed(queue), 0.1, None, some(position))
        await let_lease_run_out(database, job_id)
    assert len((await claimed(queue)).kept) == 2 * MOST_ATTEMPTS


async def test_the_bar_is_full_only_at_the_end(database: Database, server: Server, person: Person) -> None:
    job_id = await owe(database, server, person)
    queue = Queue(database, ["count"], lease_seconds=60)
    claim = await claimed(queue)
    await queue.renew(claim, 1.0, 0.0)
    assert (await stored(database, job_id)).progress == 0.99
    await queue.finish(claim, {})
    assert (await stored(database, job_id)).progress == 1.0


async def test_only_shorter_work_is_taken_when_asked(database: Database, server: Server, person: Person) -> None:
    interview = await owe(database, server, person, seconds=1800)
    queue = Queue(database, ["count"], lease_seconds=60)
    assert await queue.claim(below=1800) is None
    answer = await owe(database, server, person, seconds=5)
    short = await queue.claim(below=1800)
    assert short is not None and short.id == answer
    assert (await claimed(queue)).id == interview


async def test_how_many_are_before_a_waiting_one(database: Database, server: Server, person: Person) -> None:
    interviews = [await owe(database, server, person, seconds=1800) for _ in range(3)]
    answer = await owe(database, server, person, seconds=5)
    queue = Queue(database, ["count"], lease_seconds=60)

    async def before(job_id: int) -> int:
        async with database.reading() as session:
            return await jobs_before(session, await session.get_one(Job, job_id))

    assert [await before(each) for each in (*interviews, answer)] == [1, 2, 3, 0]
    taken = await claimed(queue)
    assert taken.id == answer and await before(interviews[0]) == 1
    await queue.finish(taken, {})
    assert (await claimed(queue)).id == interviews[0]
    late = await owe(database, server, person, seconds=5)
    assert await before(late) == 0, "a running interview lets it pass"
    assert await before(interviews[1]) == 2
