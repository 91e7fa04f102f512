"""Working days: published holiday arrangements, and weekdays where none is published yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from models.errors import InvalidInput

_SHIPPED = Path(__file__).with_name("calendar.yaml")
_LONGEST_HOLIDAY = timedelta(days=30)


@dataclass(frozen=True)
class Calendar:
    """`years`: those whose arrangement is published, with its source. `holidays`: day to name. `worked`: weekend
    days worked in exchange."""

    years: Mapping[int, str]
    holidays: Mapping[date, str]
    worked: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; where `knows` is false, Monday to Friday are."""
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def with_days(self, days: Mapping[date, tuple[bool, str]]) -> Calendar:
        """The same with what an agency says of single days: whether they are worked, and why."""
        if not days:
            return self
        holidays = {day: name for day, name in self.holidays.items() if day not in days}
        holidays |= {day: name for day, (worked, name) in days.items() if not worked}
        worked = (self.worked - days.keys()) | {day for day, (worked, _) in days.items() if worked}
        return Calendar(self.years, holidays, frozenset(worked))

    def knows(self, day: date) -> bool:
        """Whether the arrangement of its year is published."""
        return day.year in self.years

    @cached_property
    def fingerprint(self) -> str:
        """Tells calendars apart by the days they call free or worked, and by the years they know."""
        days = (*sorted(self.holidays), "worked", *sorted(self.worked), "known", *sorted(self.years))
        return hashlib.sha256(" ".join(map(str, days)).encode()).hexdigest()[:16]


def load_calendar(*paths: Path) -> Calendar:
    """The calendar in YAML files shaped like the shipped one; of a year stated twice the later file's word stands.

    Raises InvalidInput `calendar.unreadable` (path, reason), `calendar.unusable` (path, year, text).
    """
    years: dict[int, _Arrangement] = {}
    for path in paths:
        years |= _read(path)
    holidays: dict[date, str] = {}
    worked: set[date] = set()
    # A holiday may begin in December of the year before: the later arrangement speaks last.
    for year in sorted(years):
        holidays |= years[year].holidays
        worked |= years[year].worked
    return Calendar({year: years[year].source for year in years}, holidays, frozenset(worked))


@cache
def shipped_calendar() -> Calendar:
    """The State Council's arrangements known to this version."""
    return load_calendar(_SHIPPED)


@cache
def published_calendar(path: Path | None) -> Calendar:
    """The shipped calendar with the years `path` adds or replaces, read once. Raises what `load_calendar` raises."""
    return load_calendar(_SHIPPED, path) if path is not None else shipped_calendar()


@dataclass(frozen=True)
class _Arrangement:
    source: str
    holidays: Mapping[date, str]
    worked: frozenset[date]


def _read(path: Path) -> dict[int, _Arrangement]:
    try:
        stated = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as cause:
        reason = getattr(cause, "strerror", None) or " ".join(str(cause).split())
        raise InvalidInput("calendar.unreadable", path=str(path), reason=reason[:200]) from cause
    years = stated.get("years") if isinstance(stated, Mapping) else None
    if not isinstance(years, Mapping) or not years:
        raise InvalidInput("calendar.unusable", path=str(path), year="—", text="years")
    return dict(_arrangement(path, year, arrangement) for year, arrangement in years.items())


def _arrangement(path: Path, year: Any, stated: Any) -> tuple[int, _Arrangement]:
    field = "years"
    try:
        number, field = int(year), "source"
        source, field = str(stated["source"]), "holidays"
        holidays = {day: str(each["name"]) for each in stated["holidays"] for day in _span(each, number)}
        field = "worked"
        worked = frozenset(_day(day, number) for day in stated["worked"])
    except (ValueError, KeyError, TypeError) as cause:
        text = f"{field}: {cause}"
        raise InvalidInput("calendar.unusable", path=str(path), year=str(year), text=text[:200]) from cause
    return number, _Arrangement(source, holidays, worked - holidays.keys())


def _span(holiday: Mapping[str, Any], year: int) -> Iterator[date]:
    first, last = _day(holiday["from"], year), _day(holiday["to"], year)
    if not timedelta(0) <= last - first <= _LONGEST_HOLIDAY:
        raise ValueError(f"{first} – {last}")
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _day(stated: Any, year: int) -> date:
    """A day, quoted or not, of the arrangement's year or the turn of it."""
    day = stated if type(stated) is date else date.fromisoformat(stated)
    if abs(day.year - year) > 1 or (day.year < year and day.month < 12) or (day.year > year and day.month > 1):
        raise ValueError(str(day))
    return day
