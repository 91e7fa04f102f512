"""Whether the schedule is alive and its clock to be trusted. Wall and monotonic time, never the demonstration's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.clock import domain_now
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.tell_administrators import tell_administrators
from bot.views import health as view
from bot.work import Work
from models.database import Database, Session
from models.tables import Heartbeat
from models.vault import Vault

log = structlog.get_logger(__name__)

NAME, CLOCK = "schedule", "clock"
_WRITE_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Leap:
    """A leap of the system clock that held reminders. `believed`: the new time was taken for right in the end."""

    by: timedelta
    held: timedelta
    believed: bool


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
        self._leapt = 0.0
        self.ended: Leap | None = None  # a hold that is over and that nobody has been told of

    def holds(self) -> bool:
        """Whether the clock has leapt ahead and is not believed yet. A step back holds nothing: reminders go once."""
        now = self._monotonic()
        leap = self._wall() - now - self._apart
        if abs(leap) < self._least:
            if self._since is not None:
                log.warning("the system clock has been set right; reminders go on")
            self._end(now, believed=False)
            self._apart += leap  # slow drift is what clocks do
            return False
        if leap < 0:
            log.warning("the system clock was set back", seconds=round(-leap))
            self._end(now, believed=False)
            self._apart += leap
            return False
        if self._since is None:
            log.error("the system clock has leapt ahead; reminders wait", seconds=round(leap), hold=self._hold)
            self._since = now
        self._leapt = leap
        if now - self._since < self._hold:
            return True
        log.warning("the system clock's new time is taken for right", seconds=round(leap))
        self._end(now, believed=True)
        self._apart += leap
        return False

    def _end(self, now: float, *, believed: bool) -> None:
        if self._since is not None:
            self.ended = Leap(timedelta(seconds=self._leapt), timedelta(seconds=now - self._since), believed)
        self._since = None


async def beat(database: Database, vault: Vault, shelf: Shelf, settings: Settings, *, leap: Leap | None = None) -> bool:
    """Note that the schedule has run; whether administrators are owed word of a long silence or of `leap`, now over."""
    now = datetime.now(UTC)
    async with database.reading() as session:
        last = await session.get(Heartbeat, NAME)
    if leap is None and last is not None and timedelta(0) <= now - last.beat_at < _WRITE_EVERY:
        return False
    async with database.transaction() as session:
        row = await session.get(Heartbeat, NAME, with_for_update=True) or Heartbeat(name=NAME, beat_at=now)
        silence, row.beat_at = now - row.beat_at, now
        session.add(row)
        work = Work(session, await domain_now(session), vault, shelf, settings)
        told = leap is not None and await _tell_of_leap(work, leap, now)
        if leap is not None and leap.believed:
            silence -= leap.by  # time that was leapt over has not passed
        if silence <= timedelta(seconds=settings.silence_seconds):
            return told
        log.error("the schedule was silent", seconds=round(silence.total_seconds()))
        row.detail = f"silent {round(silence.total_seconds())} s until {now.isoformat()}"
        row.silences += 1
        await tell_administrators(work, lambda t: view.was_silent(t, work.now - silence, work.now))
        return True


async def _tell_of_leap(work: Work, leap: Leap, now: datetime) -> bool:
    """Whether it is owed now: of several processes that saw the same leap only the first tells."""
    outcome = "believed" if leap.believed else "taken back"
    row = await work.session.get(Heartbeat, CLOCK, with_for_update=True)
    again = timedelta(seconds=work.settings.jump_seconds)
    if row is not None and row.detail == outcome and abs(now - row.beat_at) < again:
        return False
    row = row or Heartbeat(name=CLOCK, beat_at=now)
    row.beat_at, row.detail = now, outcome
    work.session.add(row)
    await tell_administrators(work, lambda t: view.clock_leapt(t, leap.by, leap.held, believed=leap.believed))
    return True


async def last_beat(session: Session) -> datetime | None:
    """When the schedule last ran, by wall time."""
    row = await session.get(Heartbeat, NAME)
    return row.beat_at if row else None
