"""Ticks in memory: the scheduler keeps no state, so several processes may tick and a restart loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import domain_now
from bot.schedule.health import Jumps, beat
from bot.schedule.tick import BATCH, tick
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.reports import order_due_reports
from bot.work import Work
from models.database import Database
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
        self._jumps = Jumps(settings.jump_seconds, settings.jump_hold_seconds)

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
        handled = 0
        while True:
            async with self._database.transaction() as session:
                now = await domain_now(session)
                done = await tick(Work(session, now, self._vault, self._shelf, self._settings))
            handled += done
            if done < BATCH:
                break
        async with self._database.transaction() as session:
            now = await domain_now(session)
            await order_due_reports(Work(session, now, self._vault, self._shelf, self._settings))
        await beat(self._database, self._vault, self._shelf, self._settings)
        if handled:
            self._after()
        return handled
