"""Ticks in memory: the scheduler keeps no state, so several processes may tick and a restart loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import domain_now
from bot.schedule.calendar_watch import CalendarWatch
from bot.schedule.digests import Digests
from bot.schedule.health import Jumps, beat
from bot.schedule.tick import BATCH, due_terms, put_off, tick
from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Work
from models.database import Database, connection_lost
from models.vault import Vault

log = structlog.get_logger(__name__)


class SteadyTrigger(BaseTrigger):  # type: ignore[misc]
    """Every so often from now on. The stock interval counts out every time missed, which after a clock's leap of
    years takes minutes and all memory."""

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next time, aware."""
        return now + self.interval


class Schedule:
    """Runs `tick` every `settings.tick_seconds`. `after` is called when messages were owed, to wake the sender."""

    def __init__(
        self, database: Database, vault: Vault, shelf: Shelf, settings: Settings, *, after: Callable[[], None]
    ) -> None:
        self._database = database
        self._vault = vault
        self._shelf = shelf
        self._settings = settings
        self._after = after
        self._digests = Digests()
        self._jumps = Jumps(settings.jump_seconds, settings.jump_hold_seconds)
        self._calendars = CalendarWatch(database, vault, shelf, settings)

    async def run(self) -> None:
        """Endless loop for the nursery; ticks at once, so that what came due while we were away goes out first."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        await self.tick_all()
        seconds = self._settings.tick_seconds
        job = scheduler.add_job(
            self.tick_all, SteadyTrigger(seconds), coalesce=True, max_instances=1, misfire_grace_time=None
        )
        scheduler.start()
        try:
            while True:
                await asyncio.sleep(seconds)
                # A clock set back leaves the job waiting for a time long past: we sleep by the monotonic clock.
                now = datetime.now(tz=scheduler.timezone)
                if job.next_run_time is None or job.next_run_time > now + timedelta(seconds=2 * seconds):
                    log.warning("schedule set right after a clock's step back", was=str(job.next_run_time))
                    job.modify(next_run_time=now)
        finally:
            scheduler.shutdown(wait=False)

    async def tick_all(self) -> int:
        """Tick, one transaction a batch, until nothing is due; how many terms were handled.

        While the system's clock has just leapt, nothing is sent: it may be set right again.
        """
        if self._jumps.holds():
            return 0
        handled = await self._calendars.look()  # before reminders: none shall name an end that has moved
        while True:
            done = await self._tick()
            handled += done
            if done < BATCH:
                break
        leap = self._jumps.ended
        told = await beat(self._database, self._vault, self._shelf, self._settings, leap=leap)
        self._jumps.ended = None
        if handled or told:
            self._after()
        async with self._database.reading() as session:
            now = await domain_now(session)
        if await self._digests.send(now, self._work):
            self._after()
        return handled

    async def _tick(self) -> int:
        """One batch; when it fails, each of its terms by itself: one that cannot be handled must not silence all."""
        try:
            async with self._work() as work:
                return await tick(work)
        except Exception as fault:
            if connection_lost(fault):
                raise
            log.exception("a batch of terms failed; they are tried one by one")
        async with self._work() as work:
            terms = await due_terms(work)
        for term_id in terms:
            try:
                async with self._work() as work:
                    await tick(work, only=term_id)
            except Exception as fault:
                if connection_lost(fault):
                    raise
                log.exception("a term cannot be handled; it is put off", term=term_id)
                async with self._work() as work:  # fails too where the fault is the database's, and ends the tick
                    await put_off(work, term_id)
        return len(terms)

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[Work]:
        async with self._database.transaction() as session:
            yield Work(session, await domain_now(session), self._vault, self._shelf, self._settings)
