"""Periods of reports: whole days in Shanghai, named as people and commands name them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from dialogs.zone import SHANGHAI
from models.errors import InvalidInput

Kind = Literal["week", "month", "year", "days"]
_EARLIEST, _LONGEST = date(1900, 1, 1), timedelta(days=3660)  # several periods before this one can still be reckoned


@dataclass(frozen=True)
class Period:
    """Instants, `until` excluded. `text`: the name it was read from, in its normal form."""

    since: datetime
    until: datetime
    kind: Kind = "days"
    text: str = ""

    @property
    def first(self) -> date:
        return self.since.astimezone(SHANGHAI).date()

    @property
    def last(self) -> date:
        return self.until.astimezone(SHANGHAI).date() - timedelta(days=1)

    @property
    def before(self) -> Period:
        """The period of the same kind that ends where this one begins; of days, as many."""
        return _of(self.kind, self.first - timedelta(days=1), (self.last - self.first).days)


def period(text: str) -> Period:
    """`2026`, `2026-11`, `2026-W47`, or `2026-11-01..2026-11-15` (both days count).

    Raises InvalidInput `period.unreadable`.
    """
    try:
        kind, first, last = _days(text.strip())
        if not _EARLIEST <= first <= last or last - first > _LONGEST:
            raise ValueError
        return _made(kind, first, last)
    except (ValueError, OverflowError) as cause:
        raise InvalidInput("period.unreadable", text=text[:40]) from cause


def week_of(day: date) -> Period:
    return _of("week", day, 0)


def month_of(day: date) -> Period:
    return _of("month", day, 0)


def _of(kind: Kind, day: date, more: int) -> Period:
    """The period of a kind that `day` lies in; of days, the one that ends with it and has `more` days before it."""
    match kind:
        case "week":
            monday = day - timedelta(days=day.weekday())
            return _made(kind, monday, monday + timedelta(days=6))
        case "month":
            return _made(kind, day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
        case "year":
            return _made(kind, date(day.year, 1, 1), date(day.year, 12, 31))
    return _made(kind, day - timedelta(days=more), day)


def _made(kind: Kind, first: date, last: date) -> Period:
    year, week, _ = first.isocalendar()
    text = {
        "week": f"{year}-W{week:02}",
        "month": f"{first:%Y-%m}",
        "year": f"{first:%Y}",
        "days": f"{first}..{last}",
    }[kind]
    return Period(_midnight(first), _midnight(last + timedelta(days=1)), kind, text)


def _days(text: str) -> tuple[Kind, date, date]:
    if ".." in text:
        first, _, last = text.partition("..")
        return "days", date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    if week := re.fullmatch(r"(\d{4})-W(\d{1,2})", text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return "week", monday, monday + timedelta(days=6)
    if month := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        year, number = int(month[1]), int(month[2])
        return "month", date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    if re.fullmatch(r"\d{4}", text):
        return "year", date(int(text), 1, 1), date(int(text), 12, 31)
    day = date.fromisoformat(text)
    return "days", day, day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
