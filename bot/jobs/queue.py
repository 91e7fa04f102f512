"""The queue over `Job` rows: enqueue and cancel for use cases; claim, renew and store for workers.

Every statement of a worker names its token, so one whose job was taken over meanwhile changes nothing.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import and_, col, delete, or_, select, update

from models.database import Database, Session
from models.errors import InvalidInput, Missing
from models.object_lock import storing
from models.tables import Job, JobStretch

if TYPE_CHECKING:  # a worker needs no chat framework, whose import takes seconds
    from bot.work import Person, Work

MOST_ATTEMPTS = 5
GAVE_UP = "job.gave_up"
_LONGEST_HEAD_START = 3600.0
_NEARLY = 0.99  # until the result is stored
_BELIEVED = timedelta(minutes=10)  # workers' clocks differ, by less


async def enqueue(
    work: Work,
    kind: str,
    *,
    officer_id: int | None,
    agency_id: int,
    record_id: int | None = None,
    evidence_id: int | None = None,
    arguments: Mapping[str, Any],
) -> Job:
    """Owe a job, in the transaction that needs it. `arguments["seconds"]`: length of the work, short goes first."""
    job = Job(
        kind=kind,
        agency_id=agency_id,
        officer_id=officer_id,
        record_id=record_id,
        evidence_id=evidence_id,
        arguments=dict(arguments),
        created_at=datetime.now(UTC),
    )
    work.session.add(job)
    await work.session.flush()
    work.wake_jobs = True
    return job


async def cancel_job(work: Work, person: Person, job_id: int) -> Job:
    """Cancel a waiting job, or ask a running one to stop.

    Raises Missing `job.unknown` (also for another person's), InvalidInput `job.finished`.
    """
    job = await work.session.get(Job, job_id, with_for_update=True)
    if job is None or job.agency_id != person.agency.id or job.officer_id != person.id:
        raise Missing("job.unknown")
    if job.state == "queued":
        job.state, job.finished_at = "cancelled", datetime.now(UTC)
    elif job.state != "running":
        raise InvalidInput("job.finished", state=job.state)
    job.cancel_asked = True
    work.session.add(job)
    return job


async def jobs_before(session: Session, job: Job) -> int:
    """How many jobs of its kind will be begun before this one waiting, or keep it waiting."""
    statement = select(Job).where(col(Job.kind) == job.kind, col(Job.state).in_(("queued", "running")))
    others = [each for each in (await session.exec(statement)).all() if each.id != job.id]
    now = datetime.now(UTC)
    return sum(
        _seconds(each.arguments) <= _seconds(job.arguments)
        if each.state == "running"
        else _urgency(each, now) < _urgency(job, now)
        for each in others
    )


async def forget_stretches(session: Session, job: Job) -> None:
    """What an ended job had kept goes with its end."""
    await session.exec(delete(JobStretch).where(col(JobStretch.job_id) == job.id))


@dataclass(frozen=True)
class Stretch:
    """A part of the work that need not be done again: `data` is plain JSON, at its `position` among all that is kept.

    It replaces whatever was kept at its position and after it.
    """

    position: int
    data: dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """A job held by this worker. The row's own values, so that the kind needs no session."""

    id: int
    kind: str
    token: str
    record_id: int | None
    evidence_id: int | None
    arguments: Mapping[str, Any]
    attempt: int
    progress: float
    kept: Sequence[dict[str, Any]]

    @property
    def seconds(self) -> float:
        """Length of the work, 0 where it has none."""
        return _seconds(self.arguments)


class Queue:
    """What a worker does with the rows. Safe with any number of workers, processes and machines."""

    def __init__(self, database: Database, kinds: Sequence[str], *, lease_seconds: float) -> None:
        self._database = database
        self._kinds = list(kinds)
        self._lease = timedelta(seconds=lease_seconds)

    async def claim(self, below: float = math.inf) -> Claim | None:
        """The most urgent job that waits or whose lease ran out, of less than `below` seconds; None without one."""
        async with self._database.reading() as session:
            waiting = list((await session.exec(select(Job).where(self._claimable()))).all())
        now = datetime.now(UTC)
        short = [job for job in waiting if _seconds(job.arguments) < below]
        for job in sorted(short, key=lambda job: _urgency(job, now)):
            claimed = await self._take(job)
            if claimed is not None:
                return claimed
        return None

    async def renew(
        self, claim: Claim, progress: float, left: float | None = None, stretches: Sequence[Stretch] = ()
    ) -> bool | None:
        """Extend the lease, note progress (0..1) and seconds left, and store stretches.

        Whether cancelling was asked; None when the job is lost.
        """
        leased_until = datetime.now(UTC) + self._lease
        renewed = _mine(claim).values(leased_until=leased_until, progress=min(progress, _NEARLY), seconds_left=left)
        if stretches:
            renewed = renewed.values(attempts=1)  # it moved on: whoever ended the attempts before was not the job
        async with self._database.transaction() as session:
            row = (await session.exec(renewed.returning(col(Job.cancel_asked)))).first()
            if row is not None and stretches:
                await _store(session, claim, stretches)
        return None if row is None else bool(row[0])

    async def finish(self, claim: Claim, result: Mapping[str, Any]) -> bool:
        """Store the result; False when the job is no longer this worker's and nothing was changed."""
        async with self._database.transaction() as session:
            await storing(session)  # from here on the result names its bytes
            return await _changed(session, _ended(claim, "done", result=dict(result), progress=1.0))

    async def fail(self, claim: Claim, code: str, params: Mapping[str, Any]) -> bool:
        """Store a failure that trying again would not mend."""
        return await self._end(claim, "failed", fault=code, fault_params=dict(params))

    async def cancelled(self, claim: Claim) -> bool:
        return await self._end(claim, "cancelled")

    async def release(self, claim: Claim) -> bool:
        """Put an unfinished job back, as if never tried: the worker ends in good order."""
        return await self._put_back(claim, attempts=col(Job.attempts) - 1)

    async def retry(self, claim: Claim) -> bool:
        """Put a job back after an unforeseen fault; the attempt counts."""
        return await self._put_back(claim)

    def _claimable(self) -> Any:
        # A lease ending later than any given now was reckoned by a clock that was ahead; its holder, if it lives, sets
        # it right when it next renews it.
        now = datetime.now(UTC)
        lapsed = or_(col(Job.leased_until) < now, col(Job.leased_until) > now + self._lease + _BELIEVED)
        taken = and_(col(Job.state) == "running", lapsed)
        return and_(col(Job.kind).in_(self._kinds), or_(col(Job.state) == "queued", taken))

    async def _take(self, job: Job) -> Claim | None:
        assert job.id is not None
        token = secrets.token_hex(16)
        now = datetime.now(UTC)
        async with self._database.transaction() as session:
            still = update(Job).where(col(Job.id) == job.id, self._claimable())
            if job.cancel_asked:
                await session.exec(still.values(state="cancelled", token=None, finished_at=now))
                return None
            if job.attempts >= MOST_ATTEMPTS:
                params = {"attempts": job.attempts}
                await session.exec(
                    still.values(state="failed", token=None, fault=GAVE_UP, fault_params=params, finished_at=now)
                )
                return None
            taken = still.values(
                state="running", token=token, leased_until=now + self._lease, attempts=col(Job.attempts) + 1
            )
            if not await _changed(session, taken):
                return None
        row = (job.id, job.kind, token, job.record_id, job.evidence_id, job.arguments, job.attempts + 1, job.progress)
        return Claim(*row, kept=await self._kept(job.id))

    async def _kept(self, job_id: int) -> list[dict[str, Any]]:
        mine = select(JobStretch).where(col(JobStretch.job_id) == job_id).order_by(col(JobStretch.position))
        async with self._database.reading() as session:
            found = (await session.exec(mine)).all()
        # A worker that lost the job may have taken the last but one with it: only what is whole counts.
        return [each.data for number, each in enumerate(found) if each.position == number]

    async def _put_back(self, claim: Claim, **values: Any) -> bool:
        return await self._change(claim, state="queued", token=None, leased_until=None, seconds_left=None, **values)

    async def _end(self, claim: Claim, state: str, **values: Any) -> bool:
        async with self._database.transaction() as session:
            return await _changed(session, _ended(claim, state, **values))

    async def _change(self, claim: Claim, **values: Any) -> bool:
        async with self._database.transaction() as session:
            return await _changed(session, _mine(claim).values(**values))


def _mine(claim: Claim) -> Any:
    return update(Job).where(col(Job.id) == claim.id, col(Job.token) == claim.token, col(Job.state) == "running")


def _ended(claim: Claim, state: str, **values: Any) -> Any:
    return _mine(claim).values(
        state=state, finished_at=datetime.now(UTC), leased_until=None, seconds_left=None, **values
    )


async def _store(session: Session, claim: Claim, stretches: Sequence[Stretch]) -> None:
    first = min(stretch.position for stretch in stretches)
    later = (col(JobStretch.job_id) == claim.id, col(JobStretch.position) >= first)
    await session.exec(delete(JobStretch).where(*later))
    kept = {stretch.position: stretch.data for stretch in stretches}
    session.add_all(JobStretch(job_id=claim.id, position=position, data=data) for position, data in kept.items())


async def _changed(session: Session, statement: Any) -> bool:
    return (await session.exec(statement.returning(col(Job.id)))).first() is not None


def _urgency(job: Job, now: datetime) -> tuple[datetime, int]:
    """As if created as much later as the work is long: answers pass long recordings, which still get their turn.

    One created by a clock that was ahead must not wait until its time has come.
    """
    seconds = min(_seconds(job.arguments), _LONGEST_HEAD_START)
    return min(job.created_at, now) + timedelta(seconds=seconds), job.id or 0


def _seconds(arguments: Mapping[str, Any]) -> float:
    return float(arguments.get("seconds") or 0.0)
