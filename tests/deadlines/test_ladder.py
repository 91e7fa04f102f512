"""When reminders go out: the rungs of a ladder, their repetitions, and the hours in which people may be disturbed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dialogs.deadlines import WHOLE_DAY, Duty, Step, shipped_calendar, steps
from dialogs.packs.schema import Deadline, Rung, Within

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = shipped_calendar()
OFFICE = Duty(time(8, 30), time(17, 30), workdays=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(
    *ladder: Rung, opened: str = "2026-03-05T10:00", hours: int = 24, until: str, duty: Duty = WHOLE_DAY
) -> list[tuple[str, str, str]]:
    deadline = Deadline(
        id="x", title="x", opens_on="a.b", closes_on=("c.d",), within=Within(hours=hours), owed="x", ladder=ladder
    )
    start = at(opened)
    found = steps(deadline, start, start + timedelta(hours=hours), at(until), duty, CALENDAR)
    return [(step.id, step.to, f"{step.at.astimezone(SHANGHAI):%m-%d %H:%M}") for step in found]


def test_steps_are_sorted_and_none_precedes_the_opening() -> None:
    found = told(
        Rung(id="late", after_hours=24, to=("supervisor",)),
        Rung(id="two", before_hours=2),
        Rung(id="six", before_hours=6),
        Rung(id="due", after_hours=0, to=("officer", "supervisor")),
        hours=4,
        until="2026-03-09T00:00",
    )
    assert found == [
        ("two", "officer", "03-05 12:00"),
        ("due", "officer", "03-05 14:00"),
        ("due", "supervisor", "03-05 14:00"),
        ("late", "supervisor", "03-06 14:00"),
    ]


def test_a_share_of_the_term_fits_terms_of_any_length() -> None:
    quarter = Rung(id="quarter", before_share=0.25)
    assert told(quarter, hours=24, until="2026-03-09T00:00") == [("quarter", "officer", "03-06 04:00")]
    assert told(quarter, hours=96, until="2026-03-19T00:00") == [("quarter", "officer", "03-08 10:00")]


def test_what_is_overdue_comes_again_until_the_term_ends() -> None:
    late = Rung(id="late", after_hours=24, repeat_hours=24, to=("supervisor",))
    assert told(late, hours=24, until="2026-03-09T12:00") == [
        ("late", "supervisor", "03-07 10:00"),
        ("late#2", "supervisor", "03-08 10:00"),
        ("late#3", "supervisor", "03-09 10:00"),
        ("late#4", "supervisor", "03-10 10:00"),  # the next one, for which the term waits
    ]


def test_repetitions_of_many_years_are_not_counted_one_by_one() -> None:
    late = Rung(id="late", after_hours=24, repeat_hours=24, to=("supervisor",))
    found = told(late, hours=24, until="2200-03-09T12:00")
    assert len(found) < 40
    assert found[0] == ("late", "supervisor", "03-07 10:00")
    assert found[-1][2] == "03-10 10:00"
    days = (datetime(2200, 3, 10) - datetime(2026, 3, 7)).days
    assert found[-1][0] == f"late#{days + 1}", "the numbers are those of the whole row"


def test_at_night_ordinary_reminders_wait_and_what_is_overdue_reaches_the_supervisor() -> None:
    due = Rung(id="due", after_hours=0, to=("officer", "supervisor"))
    found = told(due, opened="2026-03-05T03:00", hours=24, until="2026-03-09T00:00", duty=Duty(time(8), time(20)))
    assert found == [("due", "supervisor", "03-06 03:00"), ("due", "officer", "03-06 08:00")]


def test_a_reminder_that_would_wait_past_the_end_comes_the_evening_before() -> None:
    two = Rung(id="two", before_hours=2)
    evening = told(two, opened="2026-03-05T05:00", hours=24, until="2026-03-09T00:00", duty=Duty(time(8), time(20)))
    assert evening == [("two", "officer", "03-05 19:59")]
    nothing_earlier = told(two, opened="2026-03-05T21:00", hours=8, until="2026-03-09T00:00", duty=OFFICE)
    assert nothing_earlier == [("two", "officer", "03-06 03:00")]


def test_duty_on_working_days_knows_holidays_and_worked_saturdays() -> None:
    one = Rung(id="one", after_hours=0)
    # 2026-09-20 is a worked Sunday; 2026-10-01 to 07 are free, the Saturday 10th is worked.
    worked = told(one, opened="2026-09-19T10:00", hours=24, until="2026-10-20T00:00", duty=OFFICE)
    assert worked == [("one", "officer", "09-20 10:00")]
    holiday = told(one, opened="2026-09-30T18:00", hours=24, until="2026-10-20T00:00", duty=OFFICE)
    assert holiday == [("one", "officer", "10-08 08:30")]


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)),
    st.integers(1, 400),
    st.floats(0.5, 200),
    st.sampled_from([WHOLE_DAY, Duty(), OFFICE]),
    st.booleans(),
)
def test_no_reminder_ahead_of_the_end_comes_after_it_and_none_before_the_opening(
    opened: datetime, hours: int, before: float, duty: Duty, supervisor: bool
) -> None:
    start = opened.replace(tzinfo=SHANGHAI)
    end = start + timedelta(hours=hours)
    to = "supervisor" if supervisor else "officer"
    ladder = (Rung(id="before", before_hours=before, to=(to,)), Rung(id="due", after_hours=0, to=(to,)))
    deadline = Deadline(id="x", title="x", opens_on="a.b", closes_on=("c.d",), owed="x", ladder=ladder)
    found: dict[str, Step] = {step.id: step for step in steps(deadline, start, end, end, duty, CALENDAR)}
    if "before" in found:
        assert start < found["before"].at < end
    assert found["due"].at >= end
    if supervisor:
        assert found["due"].at == end
    for step in found.values():
        assert step.at == step.meant_at or duty.holds(step.at, CALENDAR)


def test_a_day_the_agency_calls_free_is_no_day_of_duty() -> None:
    calendar = CALENDAR.with_days({date(2026, 3, 6): (False, "停电"), date(2026, 3, 7): (True, "调班")})
    assert not calendar.is_workday(date(2026, 3, 6)) and calendar.is_workday(date(2026, 3, 7))
    assert OFFICE.next_start(at("2026-03-05T18:00"), calendar).astimezone(SHANGHAI).date() == date(2026, 3, 7)
