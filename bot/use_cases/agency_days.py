"""What an agency says of its own days and duty hours. Running terms are reckoned anew by the next tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlmodel import col, select

from bot.use_cases.duty import duty_from
from bot.work import Work
from dialogs.deadlines import Duty
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput
from models.tables import Agency, AgencyDay

_MOST_DAYS = 31
_LONGEST_NAME = 40


async def state_days(
    work: Work, agency: Agency, first: date, last: date, *, worked: bool, name: str, by: str
) -> list[AgencyDay]:
    """Call the days from `first` to `last` free or worked; the newest word on a day stands.

    Raises InvalidInput `days.order`, `days.too_many` (limit), `days.no_name` (limit).
    """
    name = " ".join(name.split())
    if last < first:
        raise InvalidInput("days.order", first=first.isoformat(), last=last.isoformat())
    if (last - first).days >= _MOST_DAYS:
        raise InvalidInput("days.too_many", limit=_MOST_DAYS)
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput("days.no_name", limit=_LONGEST_NAME)
    assert agency.id is not None
    days = [
        AgencyDay(
            agency_id=agency.id,
            day=first + timedelta(days=offset),
            worked=worked,
            name=name,
            set_by=by,
            set_at=work.now,
        )
        for offset in range((last - first).days + 1)
    ]
    work.session.add_all(days)
    await work.session.flush()
    leaf = {"from": first.isoformat(), "to": last.isoformat(), "worked": worked, "name": name, "by": by}
    await work.record_change("agency.days_stated", f"agency:{agency.id}", leaf)
    return days


async def stated_days(work: Work, agency_id: int, *, since: date | None = None) -> list[AgencyDay]:
    """The newest word on each day the agency has spoken of, by day."""
    wanted = [col(AgencyDay.agency_id) == agency_id]
    if since is not None:
        wanted.append(col(AgencyDay.day) >= since)
    found = await work.session.exec(select(AgencyDay).where(*wanted).order_by(col(AgencyDay.id)))
    newest = {each.day: each for each in found.all()}
    return [newest[day] for day in sorted(newest)]


async def coming_days(work: Work, agency_id: int) -> list[AgencyDay]:
    """Those from today on."""
    return await stated_days(work, agency_id, since=work.now.astimezone(SHANGHAI).date())


async def set_duty(
    work: Work, agency: Agency, *, start: str | None, end: str | None, workdays: bool | None, by: str
) -> Duty:
    """The hours in which ordinary reminders may come; what is None stays. Equal hours are the whole day.

    Raises InvalidInput `duty.unreadable` (text), `duty.order` (start, end).
    """
    before = duty_from(agency.duty)
    duty = Duty(
        _time(start) if start is not None else before.start,
        _time(end) if end is not None else before.end,
        workdays if workdays is not None else before.workdays,
    )
    if duty.start > duty.end:
        raise InvalidInput("duty.order", start=f"{duty.start:%H:%M}", end=f"{duty.end:%H:%M}")
    stated = {"from": f"{duty.start:%H:%M}", "until": f"{duty.end:%H:%M}", "workdays": duty.workdays}
    agency.duty = stated
    work.session.add(agency)
    await work.record_change("agency.duty_set", f"agency:{agency.id}", stated | {"by": by})
    return duty


def days_of(text: str) -> tuple[date, date]:
    """`2027-01-01` or `2027-01-01..2027-01-03`. Raises InvalidInput `days.unreadable` (text)."""
    first, parted, last = text.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last if parted else first)
    except ValueError as cause:
        raise InvalidInput("days.unreadable", text=text[:40]) from cause


def spans(days: Sequence[AgencyDay]) -> list[tuple[AgencyDay, AgencyDay]]:
    """Days in a row that bear the same word, as first and last."""
    found: list[tuple[AgencyDay, AgencyDay]] = []
    for each in days:
        first, last = found[-1] if found else (each, each)
        goes_on = (last.name, last.worked, last.day + timedelta(days=1)) == (each.name, each.worked, each.day)
        found[-1 if goes_on else len(found) :] = [(first if goes_on else each, each)]
    return found


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as cause:
        raise InvalidInput("duty.unreadable", text=text[:20]) from cause
    if found.tzinfo is not None or found.second or found.microsecond:
        raise InvalidInput("duty.unreadable", text=text[:20])
    return found
