"""The server's side of jobs: takes each result, or a step of progress, to the people it concerns, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from sqlalchemy import ColumnElement
from sqlalchemy.exc import DBAPIError
from sqlmodel import and_, col, or_, select

from bot.jobs.queue import forget_stretches
from bot.work import Work
from models.database import Database, Session
from models.errors import ZhiluError
from models.tables import Job

log = structlog.get_logger(__name__)

MakeWork = Callable[[Session], Awaitable[Work]]
FINISHED = ("done", "failed", "cancelled")
UNUSABLE = "job.result_unusable"
_LEAST_STEP = 0.05


class Outcome(Protocol):
    """What a kind of job means to people. Both run inside the transaction that marks the job."""

    async def on_progress(self, work: Work, job: Job) -> None:
        """The job began (progress 0) or moved on by 5 % or more."""
        ...

    async def on_finished(self, work: Work, job: Job) -> None:
        """The job is `done` (see `job.result`), `failed` (`job.fault`, `job.fault_params`) or `cancelled`."""
        ...


async def apply_results(database: Database, make_work: MakeWork, outcomes: Mapping[str, Outcome]) -> int:
    """Apply everything that is due, each job in its own transaction; how many were."""
    async with database.reading() as session:
        found = await session.exec(select(col(Job.id)).where(_due()).order_by(col(Job.id)))
        due = list(found.all())
    applied = 0
    for job_id in due:
        assert job_id is not None
        applied += await _apply(database, make_work, outcomes, job_id)
    return applied


def _due() -> ColumnElement[bool]:
    moved = and_(col(Job.state) == "running", col(Job.progress) - col(Job.progress_shown) >= _LEAST_STEP)
    return and_(~col(Job.applied), or_(col(Job.state).in_(FINISHED), moved))


async def _apply(database: Database, make_work: MakeWork, outcomes: Mapping[str, Outcome], job_id: int) -> bool:
    try:
        return await _in_transaction(database, make_work, outcomes, job_id)
    except DBAPIError:
        raise  # the database itself: nothing is marked, the loop is started again
    except Exception as fault:  # one result that cannot be used must not hold up all others; the next round tells it
        log.exception("job result cannot be used", job=job_id)
        async with database.transaction() as session:
            job = await session.get_one(Job, job_id, with_for_update=True)
            job.applied = job.state == "failed"  # not even the failure could be told: the log has it
            await forget_stretches(session, job)
            job.state = "failed"
            job.fault, job.fault_params = (
                (fault.code, dict(fault.params)) if isinstance(fault, ZhiluError) else (UNUSABLE, {})
            )
            session.add(job)
        return False


async def _in_transaction(
    database: Database, make_work: MakeWork, outcomes: Mapping[str, Outcome], job_id: int
) -> bool:
    async with database.transaction() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        if job.applied:
            return False
        outcome = outcomes[job.kind]
        work = await make_work(session)
        if job.state in FINISHED:
            await outcome.on_finished(work, job)
            job.applied = True
            await forget_stretches(session, job)
            job.result = None  # it lives on in the rows made of it; a second copy would escape disposal
        elif job.state == "running":
            await outcome.on_progress(work, job)
            job.progress_shown = job.progress
        session.add(job)
    return True
