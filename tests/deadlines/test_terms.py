"""Terms to the minute and day, in Shanghai's days wherever the server stands."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.deadlines import due_at, shipped_calendar
from dialogs.packs.schema import Within
from dialogs.zone import SHANGHAI

CALENDAR = shipped_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(within: Within, opened: str) -> datetime:
    return due_at(within, at(opened), CALENDAR).at.astimezone(SHANGHAI).replace(tzinfo=None)


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize(
    ("within", "opened", "ends"),
    [
        ({"hours": 24}, "2026-03-05T14:30:15", "2026-03-06T14:30:15"),
        ({"hours": 36}, "2026-12-31T20:00", "2027-01-02T08:00"),
        ({"days": 3}, "2026-03-05T14:30", "2026-03-09T00:00"),
        ({"days": 3}, "2026-03-05T00:00", "2026-03-09T00:00"),
        ({"days": 3}, "2026-03-05T23:59:59", "2026-03-09T00:00"),
        ({"days": 3, "count_first_day": True}, "2026-03-05T14:30", "2026-03-08T00:00"),
        ({"days": 30}, "2026-01-31T09:00", "2026-03-03T00:00"),  # month end
        ({"days": 2}, "2026-12-30T09:00", "2027-01-02T00:00"),  # new year
        ({"days": 1}, "2028-02-28T09:00", "2028-03-01T00:00"),  # leap day is the last day
        ({"days": 2}, "2027-02-27T09:00", "2027-03-02T00:00"),
        ({"workdays": 7}, "2026-09-28T09:00", "2026-10-14T00:00"),  # over the national holiday, 10-10 worked
        ({"workdays": 1}, "2026-02-13T09:00", "2026-02-15T00:00"),  # Saturday 02-14 is worked
        ({"workdays": 1, "count_first_day": True}, "2026-10-01T09:00", "2026-10-09T00:00"),
        ({"days": 2, "roll_holidays": True}, "2026-04-02T09:00", "2026-04-08T00:00"),  # 04-04 to 04-06 are free
        ({"days": 1, "roll_holidays": True}, "2026-03-05T09:00", "2026-03-07T00:00"),
    ],
)
def test_terms(server_zone: str, within: dict[str, int], opened: str, ends: str) -> None:
    assert due(Within(**within), opened) == datetime.fromisoformat(ends)


def test_the_opening_day_is_shanghais_not_the_callers() -> None:
    # 17:00 UTC on the 5th is already the 6th in Shanghai.
    opened = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)
    assert due_at(Within(days=1), opened, CALENDAR).at == at("2026-03-08T00:00")
    elsewhere = opened.astimezone(timezone(timedelta(hours=-5)))
    assert due_at(Within(days=1), elsewhere, CALENDAR) == due_at(Within(days=1), opened, CALENDAR)


def test_beyond_the_published_years_only_workdays_are_provisional() -> None:
    assert due_at(Within(workdays=5), at("2026-12-30T09:00"), CALENDAR).provisional
    assert due_at(Within(days=2, roll_holidays=True), at("2027-05-01T09:00"), CALENDAR).provisional
    assert not due_at(Within(days=30), at("2026-12-30T09:00"), CALENDAR).provisional
    assert not due_at(Within(hours=24), at("2027-12-30T09:00"), CALENDAR).provisional
    assert not due_at(Within(workdays=1), at("2026-12-30T09:00"), CALENDAR).provisional


def test_the_working_says_how_it_came_about() -> None:
    found = due_at(Within(workdays=2, roll_holidays=True), at("2026-04-03T09:00"), CALENDAR)
    assert found.working == (
        ("deadline.opening_day_excluded", {"date": "2026-04-03"}),
        (
            "deadline.workdays",
            {"workdays": 2, "last": "2026-04-08", "free": ["2026-04-04", "2026-04-05", "2026-04-06"]},
        ),
        ("deadline.ends_at_24", {"date": "2026-04-08"}),
    )


def test_the_shipped_calendar_is_consistent() -> None:
    assert set(CALENDAR.years) == {2025, 2026}
    assert all(day.weekday() >= 5 for day in CALENDAR.worked)
    assert not CALENDAR.worked & set(CALENDAR.holidays)
    assert CALENDAR.is_workday(date(2026, 1, 4)) and not CALENDAR.is_workday(date(2026, 1, 2))


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC)),
    st.integers(1, 30),
    st.sampled_from(["days", "workdays"]),
)
def test_day_terms_end_at_midnight_after_the_opening_day(opened: datetime, count: int, unit: str) -> None:
    end = due_at(Within.model_validate({unit: count}), opened, CALENDAR).at.astimezone(SHANGHAI)
    assert end.time().isoformat() == "00:00:00"
    assert (end.date() - opened.astimezone(SHANGHAI).date()).days >= count + 1
    assert due_at(Within.model_validate({unit: count}), opened, CALENDAR).at.tzinfo is UTC
