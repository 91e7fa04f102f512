"""Ticks in memory: the scheduler keeps no state, so several processes may tick and a restart loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import domain_now
from bot.schedule.tick import BATCH, tick
from bot.settings import Settings
from bot.shelf import Shelf
from bot.work import Work
from models.database import Database
from models.vault import Vault


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

    async def run(self) -> None:
        """Endless loop for the nursery; ticks at once, so that what came due while we were away goes out first."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        await self.tick_all()
        scheduler.add_job(
            self.tick_all,
            "interval",
            seconds=self._settings.tick_seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tick_all(self) -> int:
        """Tick, one transaction a batch, until nothing is due; how many terms were handled."""
        handled = 0
        while True:
            async with self._database.transaction() as session:
                now = await domain_now(session)
                done = await tick(Work(session, now, self._vault, self._shelf, self._settings))
            handled += done
            if done < BATCH:
                break
        if handled:
            self._after()
        return handled
