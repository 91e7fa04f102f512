"""A running term's end, worked out anew from what it was opened with and what has made it longer since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from dialogs.deadlines.calendar import Calendar
from dialogs.deadlines.terms import Due, due_at, due_until
from dialogs.packs.schema import Within
from dialogs.zone import SHANGHAI

Runs = Mapping[str, object]
_INSTANT = timedelta(microseconds=1)


def runs_of(within: Within | None, due: Due) -> dict[str, object]:
    """What a term keeps of how long it runs, as plain JSON: its number as the agency had set it when it was opened,
    or (`until`) the end somebody had set."""
    if within is None:
        return {"until": due.at.isoformat()}
    return within.model_dump(exclude_defaults=True, exclude={"setting"})


def reckon(runs: Runs, opened_at: datetime, calendar: Calendar, longer: Sequence[Runs] = ()) -> Due:
    """The end of a term that runs so and was extended by each of `longer`, in their order."""
    if "until" in runs:
        due = _until(datetime.fromisoformat(str(runs["until"])), opened_at)
    else:
        due = due_at(Within.model_validate(runs), opened_at, calendar)
    for each in longer:
        due = extended(due, Within.model_validate(each), calendar)
    return due


def extended(due: Due, by: Within, calendar: Calendar) -> Due:
    """A term made longer: hours after its end, days and working days after its last day."""
    if by.hours is not None:
        at = due.at + timedelta(hours=by.hours)
        step = ("deadline.extended_hours", {"hours": by.hours, "to": at.astimezone(SHANGHAI).isoformat()})
        return Due(at, due.provisional, (*due.working, step))
    last = due.at - _INSTANT
    more = due_at(by.model_copy(update={"count_first_day": False}), last, calendar)
    after = ("deadline.extended_after", {"date": last.astimezone(SHANGHAI).date().isoformat()})
    return Due(more.at, due.provisional or more.provisional, (*due.working, after, *more.working[1:]))


def rests_on_calendar(runs: Runs, longer: Sequence[Runs] = ()) -> bool:
    """Whether other holidays could give another end."""
    return any(each.get("workdays") or each.get("roll_holidays") for each in (runs, *longer))


def _until(end: datetime, opened_at: datetime) -> Due:
    local = end.astimezone(SHANGHAI)
    whole_day = local.time() == time()
    return due_until((local - _INSTANT).date() if whole_day else end, opened_at)
