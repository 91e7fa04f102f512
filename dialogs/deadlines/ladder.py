"""When to remind of a term, and whom: its ladder, held to the hours in which people want to be disturbed.

Instants go in and out aware, in UTC; hours of duty are those of Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from dialogs.deadlines.calendar import Calendar
from dialogs.packs.schema import Deadline, Rung
from dialogs.zone import SHANGHAI

_LOOK_DAYS = 30  # no run of days off is longer
ALWAYS_TOLD = frozenset({"supervisor"})  # of what is overdue, at any hour


@dataclass(frozen=True)
class Duty:
    """The hours in which ordinary reminders may come. `start` before `end`, or both equal for the whole day.

    workdays: on working days only.
    """

    start: time = time(8)
    end: time = time(20)
    workdays: bool = False

    def holds(self, at: datetime, calendar: Calendar) -> bool:
        """Whether people are on duty at the instant."""
        local = at.astimezone(SHANGHAI)
        if self.workdays and not calendar.is_workday(local.date()):
            return False
        return self.start == self.end or self.start <= local.time() < self.end

    def next_start(self, at: datetime, calendar: Calendar) -> datetime:
        """The first instant of duty after `at`, which is outside of it."""
        return next(start for start, _ in self._days(at, calendar, 1) if start > at)

    def last_end(self, at: datetime, calendar: Calendar) -> datetime:
        """A minute before the last end of duty before `at`, which is outside of it."""
        return next(end for _, end in self._days(at, calendar, -1) if end <= at) - timedelta(minutes=1)

    def _days(self, at: datetime, calendar: Calendar, step: int) -> Iterator[tuple[datetime, datetime]]:
        day = at.astimezone(SHANGHAI).date()
        for _ in range(_LOOK_DAYS):
            if not self.workdays or calendar.is_workday(day):
                start = datetime.combine(day, self.start, SHANGHAI)
                if self.start == self.end:
                    end = start + timedelta(days=1)
                else:
                    end = datetime.combine(day, self.end, SHANGHAI)
                yield start.astimezone(UTC), end.astimezone(UTC)
            day += timedelta(days=step)
        # No duty in a month: the calendar is wrong, and a reminder at an odd hour beats none.
        yield at + timedelta(seconds=1), at


WHOLE_DAY = Duty(time(), time())


class Step(NamedTuple):
    """One reminder of one deadline to one kind of people.

    id: the rung's, with `#2`, `#3` … for its repetitions. meant_at: when the ladder puts it; at: when it goes out.
    """

    id: str
    to: str
    meant_at: datetime
    at: datetime
    repeated: bool = False


def steps(
    deadline: Deadline, opened_at: datetime, due_at: datetime, until: datetime, duty: Duty, calendar: Calendar
) -> tuple[Step, ...]:
    """The reminders of a term that go out by `until`, and the next one after it, in order of time.

    Those that would come before the term opened are left out. Outside the hours of duty a reminder waits for the next
    morning; one ahead of the end that would then come too late is brought forward to the evening before. What is
    overdue reaches the supervisor at any hour.
    """
    found = [
        Step(name, to, meant, _told_at(rung, to, meant, opened_at, due_at, duty, calendar), repeated)
        for rung in deadline.ladder
        for name, meant, repeated in _moments(rung, opened_at, due_at, until)
        for to in rung.to
    ]
    found.sort(key=lambda step: (step.at, step.meant_at))
    following = next((step.at for step in found if step.at > until), None)
    return tuple(step for step in found if step.at <= until or step.at == following)


def _moments(
    rung: Rung, opened_at: datetime, due_at: datetime, until: datetime
) -> Iterator[tuple[str, datetime, bool]]:
    """When a rung comes: once, or again and again from its time on, up to the first after `until`.

    Repetitions long past are left out, lest a clock that is years ahead have us count them all.
    """
    if rung.before_hours is not None or rung.before_share is not None:
        ahead = (
            timedelta(hours=rung.before_hours)
            if rung.before_hours is not None
            else (due_at - opened_at) * (rung.before_share or 0)
        )
        if due_at - ahead > opened_at:
            yield rung.id, due_at - ahead, False
        return
    at, number = due_at + timedelta(hours=rung.after_hours or 0), 1
    yield rung.id, at, False
    if rung.repeat_hours is None:
        return
    between = timedelta(hours=rung.repeat_hours)
    long_past = max((until - timedelta(days=_LOOK_DAYS) - at) // between, 0)
    at, number = at + between * long_past, number + long_past
    while at <= until:
        at, number = at + between, number + 1
        yield f"{rung.id}#{number}", at, True


def _told_at(
    rung: Rung, to: str, meant: datetime, opened_at: datetime, due_at: datetime, duty: Duty, calendar: Calendar
) -> datetime:
    overdue = rung.after_hours is not None
    if (overdue and to in ALWAYS_TOLD) or duty.holds(meant, calendar):
        return meant
    morning = duty.next_start(meant, calendar)
    if overdue or morning < due_at:
        return morning
    evening = duty.last_end(meant, calendar)
    return evening if evening > opened_at else meant
