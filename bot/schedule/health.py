"""Whether the schedule is alive and its clock to be trusted. Wall and monotonic time, never the demonstration's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from bot.settings import Settings
from bot.shelf import Shelf
from models.database import Database, Session
from models.tables import Heartbeat
from models.vault import Vault

log = structlog.get_logger(__name__)

NAME = "schedule"
_WRITE_EVERY = timedelta(seconds=30)


class Jumps:
    """Notices a system clock that leaps against the monotonic one, and holds reminders until it may be believed.

    least: seconds of leap that count. hold: seconds after which the new time is believed all the same. A leap that is
    taken back ends the hold at once. Time a machine has slept looks like a leap: it delays reminders by `hold`.
    """

    def __init__(
        self,
        least: float,
        hold: float,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._least, self._hold = least, hold
        self._wall, self._monotonic = wall, monotonic
        self._apart = wall() - monotonic()
        self._since: float | None = None

    def holds(self) -> bool:
        """Whether the clock has leapt ahead and is not believed yet. A step back holds nothing: reminders go once."""
        now = self._monotonic()
        leap = self._wall() - now - self._apart
        if abs(leap) < self._least:
            if self._since is not None:
                log.warning("the system clock has been set right; reminders go on")
            self._since = None
            self._apart += leap  # slow drift is what clocks do
            return False
        if leap < 0:
            log.warning("the system clock was set back", seconds=round(-leap))
            self._since, self._apart = None, self._apart + leap
            return False
        if self._since is None:
            log.error("the system clock has leapt ahead; reminders wait", seconds=round(leap), hold=self._hold)
            self._since = now
        if now - self._since < self._hold:
            return True
        log.warning("the system clock's new time is taken for right", seconds=round(leap))
        self._since, self._apart = None, self._apart + leap
        return False


async def beat(database: Database, vault: Vault, shelf: Shelf, settings: Settings) -> None:
    """Note that the schedule has run; after a long silence tell the administrators that it runs again."""
    now = datetime.now(UTC)
    async with database.reading() as session:
        last = await session.get(Heartbeat, NAME)
    if last is not None and timedelta(0) <= now - last.beat_at < _WRITE_EVERY:
        return
    async with database.transaction() as session:
        row = await session.get(Heartbeat, NAME, with_for_update=True)
        if row is None:
            session.add(Heartbeat(name=NAME, beat_at=now))
            return
        silence, row.beat_at = now - row.beat_at, now
        session.add(row)
        if silence > timedelta(seconds=settings.silence_seconds):
            log.error("the schedule was silent", seconds=round(silence.total_seconds()))
            row.detail = f"silent {round(silence.total_seconds())} s until {now.isoformat()}"


async def last_beat(session: Session) -> datetime | None:
    """When the schedule last ran, by wall time."""
    row = await session.get(Heartbeat, NAME)
    return row.beat_at if row else None
