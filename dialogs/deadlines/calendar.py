"""Working days: published holiday arrangements, and weekdays where none is published yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_SHIPPED = Path(__file__).with_name("calendar.yaml")


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


def load_calendar(path: Path) -> Calendar:
    """The calendar in a YAML file shaped like the shipped one. ValueError, KeyError or TypeError when it is not."""
    return _calendar(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


@cache
def shipped_calendar() -> Calendar:
    """The State Council's arrangements known to this version."""
    return load_calendar(_SHIPPED)


def _calendar(stated: Mapping[str, Any]) -> Calendar:
    holidays: dict[date, str] = {}
    worked: set[date] = set()
    years: dict[int, str] = {}
    for year, arrangement in stated["years"].items():
        years[int(year)] = str(arrangement["source"])
        worked.update(date.fromisoformat(day) for day in arrangement["worked"])
        for holiday in arrangement["holidays"]:
            first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
            for offset in range((last - first).days + 1):
                holidays[first + timedelta(days=offset)] = str(holiday["name"])
    return Calendar(years, holidays, frozenset(worked))
