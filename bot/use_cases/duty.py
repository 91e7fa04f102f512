"""An agency's working days and the hours in which ordinary reminders may come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from bot.memo import Memo
from bot.work import Work
from dialogs.deadlines import Calendar, Duty, published_calendar
from dialogs.zone import SHANGHAI
from models.tables import Agency, AgencyDay

_MORNING = time(8)  # where people are on duty at any hour


async def calendar_of(work: Work, agency_id: int) -> Calendar:
    """The published calendar with the days the agency itself calls free or worked."""

    async def read() -> Calendar:
        found = await work.session.exec(
            select(AgencyDay).where(col(AgencyDay.agency_id) == agency_id).order_by(col(AgencyDay.id))
        )
        published = published_calendar(work.settings.calendar)
        return published.with_days({each.day: (each.worked, each.name) for each in found.all()})

    return await Memo.of(work.session).get(("calendar", agency_id), (AgencyDay,), read)


async def duty_of(work: Work, agency_id: int) -> Duty:
    """When the agency's people may be reminded of what is not overdue."""
    return duty_from((await work.session.get_one(Agency, agency_id)).duty)


def duty_from(stated: Mapping[str, Any]) -> Duty:
    """`Agency.duty` as the engine reads it; what is not stated is the default."""
    usual = Duty()
    return Duty(
        time.fromisoformat(stated["from"]) if "from" in stated else usual.start,
        time.fromisoformat(stated["until"]) if "until" in stated else usual.end,
        bool(stated.get("workdays", usual.workdays)),
    )


async def summary_hours(work: Work, agency_id: int, day: date) -> tuple[datetime, datetime] | None:
    """From when to when summaries and reports may come that day; None on a day off, whatever the agency's duty."""
    if not (await calendar_of(work, agency_id)).is_workday(day):
        return None
    duty = await duty_of(work, agency_id)
    any_hour = duty.start == duty.end
    start = datetime.combine(day, _MORNING if any_hour else duty.start, SHANGHAI)
    end = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return start, end if any_hour else datetime.combine(day, duty.end, SHANGHAI)


async def fingerprint_of(work: Work, agency_id: int) -> str:
    """Tells apart what the ends and reminders of an agency's terms rest on: its calendar and its duty hours."""
    duty = await duty_of(work, agency_id)
    return f"{(await calendar_of(work, agency_id)).fingerprint} {duty.start:%H:%M}-{duty.end:%H:%M} {duty.workdays:d}"
