"""How the server is: asked of the database within a time, whatever state the database is in. No personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select

from bot.clock import domain_now
from bot.schedule.health import NAME
from models.database import Database, Session
from models.tables import Heartbeat, InboundUpdate, Job, OpenTerm, OutboundMessage

log = structlog.get_logger(__name__)
T = TypeVar("T")
_GIVEN_UP = 30.0  # seconds after which a question is asked anew, on another connection


class Inquiry(Generic[T]):
    """Asks the database one thing, for whoever wants to know within `limit` seconds.

    Those who come while it has not answered wait for the same answer: a database that hangs holds one connection, and
    nobody for longer than `limit`.
    """

    def __init__(self, database: Database, read: Callable[[Session], Awaitable[T]], *, limit: float) -> None:
        self._database, self._read, self._limit = database, read, limit
        self._wanted = asyncio.Event()
        self._asking: set[asyncio.Future[T | None]] = set()

    async def ask(self) -> T | None:
        """None when the database does not answer, or not in time."""
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._asking.add(answer)
        self._wanted.set()
        await asyncio.wait({answer}, timeout=self._limit)
        self._asking.discard(answer)
        return answer.result() if answer.done() else None

    async def run(self) -> None:
        """Endless loop for the nursery."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            found = await self._found()
            for answer in self._asking:
                if not answer.done():
                    answer.set_result(found)

    async def _found(self) -> T | None:
        try:
            async with asyncio.timeout(_GIVEN_UP), self._database.reading() as session:
                return await self._read(session)
        except (SQLAlchemyError, OSError, TimeoutError) as fault:
            log.error("the database does not answer", fault=type(fault).__name__)
            return None


@dataclass(frozen=True)
class Health:
    """When the schedule last ran, and since when the oldest message and job wait; None where there is none."""

    beat_at: datetime | None
    message_since: datetime | None
    job_since: datetime | None


async def read_health(session: Session) -> Health:
    """By indexes alone: cheap enough to be asked every second."""
    beat = await session.get(Heartbeat, NAME)
    message = select(func.min(OutboundMessage.id)).where(col(OutboundMessage.state) == "queued")
    job = select(func.min(Job.id)).where(col(Job.state) == "queued")
    message_since = select(OutboundMessage.created_at).where(col(OutboundMessage.id) == message.scalar_subquery())
    job_since = select(Job.created_at).where(col(Job.id) == job.scalar_subquery())
    return Health(
        beat.beat_at if beat else None,
        (await session.exec(message_since)).first(),
        (await session.exec(job_since)).first(),
    )


def health_shown(health: Health | None, started: datetime, silence: timedelta) -> tuple[bool, dict[str, Any]]:
    """Whether all is well, and the figures in seconds. None: the database has not answered.

    started: since when a schedule that has never run should have run.
    """
    now = datetime.now(UTC)
    if health is None:
        return False, {"ok": False, "schedule": None, "outbox": None, "jobs": None}
    ok = now - (health.beat_at or started) <= silence
    figures = {"schedule": health.beat_at, "outbox": health.message_since, "jobs": health.job_since}
    return ok, {"ok": ok} | {name: _seconds(now, since) for name, since in figures.items()}


def _seconds(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else round(max((now - since).total_seconds(), 0.0), 1)


@dataclass(frozen=True)
class Figures:
    """What the metrics tell. `beat_seconds`: since the schedule last ran; NaN before it ever has."""

    beat_seconds: float
    silences: int
    terms_open: int
    terms_overdue: int
    queued: int
    failed: Mapping[str, int]
    jobs: Mapping[str, int]
    updates: int


async def read_figures(session: Session) -> Figures:
    """Counts, each by an index."""
    beat = await session.get(Heartbeat, NAME)
    since = _seconds(datetime.now(UTC), beat.beat_at) if beat else None
    running = col(OpenTerm.state) == "open"
    failed = (
        select(OutboundMessage.transport, func.count())
        .where(col(OutboundMessage.state) == "failed")
        .group_by(col(OutboundMessage.transport))
    )
    jobs = select(Job.kind, func.count()).where(col(Job.state) == "queued").group_by(col(Job.kind))
    return Figures(
        float("nan") if since is None else since,
        beat.silences if beat else 0,
        await _count(session, OpenTerm, running),
        await _count(session, OpenTerm, running, col(OpenTerm.due_at) <= await domain_now(session)),
        await _count(session, OutboundMessage, col(OutboundMessage.state) == "queued"),
        dict((await session.exec(failed)).all()),
        dict((await session.exec(jobs)).all()),
        await _count(session, InboundUpdate, col(InboundUpdate.state) == "new"),
    )


async def _count(session: Session, table: Any, *wanted: Any) -> int:
    return (await session.exec(select(func.count()).select_from(table).where(*wanted))).one()
