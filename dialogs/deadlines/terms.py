"""When a term ends. Instants go in and out aware, in UTC; days are those of Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dialogs.deadlines.calendar import Calendar
from dialogs.packs.schema import Within
from dialogs.zone import SHANGHAI

Working = tuple[tuple[str, Mapping[str, object]], ...]


@dataclass(frozen=True)
class Due:
    """The end of a term.

    at: for days the instant after their last, 0:00 of the next day.
    provisional: it rests on a year whose holidays are not published; work it out anew when they are.
    working: how it came about, as (code, params) in order; dates are ISO strings.
    """

    at: datetime
    provisional: bool
    working: Working


def due_at(within: Within, opened_at: datetime, calendar: Calendar) -> Due:
    """The end of the term `within` that opened at `opened_at`.

    Hours run to the minute and second. Of days the opening one is not counted (unless `count_first_day`) and the last
    counts whole. Workdays skip what `calendar` calls free. `roll_holidays` moves the last day to the next worked one.
    """
    if within.hours is not None:
        at = (opened_at + timedelta(hours=within.hours)).astimezone(UTC)
        return Due(at, False, (("deadline.hours", {"hours": within.hours, "from": _iso(opened_at), "to": _iso(at)}),))
    opening = opened_at.astimezone(SHANGHAI).date()
    first = opening if within.count_first_day else opening + timedelta(days=1)
    rule = "deadline.opening_day_counts" if within.count_first_day else "deadline.opening_day_excluded"
    working: list[tuple[str, Mapping[str, object]]] = [(rule, {"date": opening.isoformat()})]
    if within.workdays is not None:
        last, consulted = _workdays(within.workdays, first, calendar, working)
    else:
        assert within.days is not None, "the schema's Within has exactly one unit"
        last, consulted = first + timedelta(days=within.days - 1), False
        working.append(("deadline.days", {"days": within.days, "last": last.isoformat()}))
    if within.roll_holidays:
        last, consulted = _rolled(last, calendar, working), True
    working.append(("deadline.ends_at_24", {"date": last.isoformat()}))
    unknown = sorted({day.year for day in _days(first, last) if not calendar.knows(day)}) if consulted else []
    if unknown:
        working.append(("deadline.provisional", {"years": unknown}))
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    return Due(end, bool(unknown), tuple(working))


def due_until(end: object, opened_at: datetime) -> Due:
    """A term whose end somebody has set: a date counts whole, a moment to the minute; without one it ends at once."""
    if isinstance(end, datetime):
        return Due(end.astimezone(UTC), False, (("deadline.until", {"to": _iso(end)}),))
    day = end if isinstance(end, date) else opened_at.astimezone(SHANGHAI).date()
    at = datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    return Due(at, False, (("deadline.ends_at_24", {"date": day.isoformat()}),))


def set_by_agency(within: Within, settings: Mapping[str, object]) -> Within:
    """The term with the number the agency has set, where the pack leaves it the choice."""
    chosen = settings.get(within.setting) if within.setting else None
    if isinstance(chosen, bool) or not isinstance(chosen, int) or chosen < 1:
        return within
    unit = next(name for name in ("hours", "days", "workdays") if getattr(within, name) is not None)
    return within.model_copy(update={unit: chosen})


def _workdays(
    count: int, first: date, calendar: Calendar, working: list[tuple[str, Mapping[str, object]]]
) -> tuple[date, bool]:
    free: list[str] = []
    day, left = first, count
    while True:
        if calendar.is_workday(day):
            left -= 1
        else:
            free.append(day.isoformat())
        if not left:
            break
        day += timedelta(days=1)
    working.append(("deadline.workdays", {"workdays": count, "last": day.isoformat(), "free": free}))
    return day, True


def _rolled(last: date, calendar: Calendar, working: list[tuple[str, Mapping[str, object]]]) -> date:
    day = last
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    if day != last:
        working.append(("deadline.rolled", {"from": last.isoformat(), "to": day.isoformat()}))
    return day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(max((last - first).days, 0) + 1))


def _iso(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()
