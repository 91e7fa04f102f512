"""Summaries that come once a working day, when duty begins, and reports of the last week and month: to each person
once, however many processes look.

Each kind is a function that says what a person is to be shown, or None when there is nothing to say. What was owed is
kept in `DigestSent`; that an agency has been seen to today is only remembered, so that a tick asks nothing for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlmodel import col, select

from bot.screen import Screen
from bot.use_cases.digest_claims import claim_digest
from bot.use_cases.duty import summary_hours
from bot.use_cases.morning import morning_summary
from bot.use_cases.reports import order_due_reports
from bot.use_cases.supervision import supervisor_morning
from bot.views.morning import bare_summary
from bot.work import Work
from dialogs.zone import SHANGHAI
from models.errors import Missing
from models.tables import Agency, DigestSent, Officer

log = structlog.get_logger(__name__)

Shown = Callable[[Work, Officer], Awaitable[Screen | None]]
WorkOf = Callable[[], AbstractAsyncContextManager[Work]]

BATCH = 100  # people in one transaction
_LOOK_AGAIN = timedelta(minutes=10)  # for agencies that are new or have changed their hours


@dataclass(frozen=True)
class Kind:
    """`name`: as in `DigestSent`."""

    name: str
    shown: Shown


KINDS: tuple[Kind, ...] = (
    Kind("morning", morning_summary),
    Kind("supervisor_morning", supervisor_morning),  # deputies of supervisors too, whatever their role
)


class Digests:
    """What one process remembers of the summaries: which agencies it has seen to, and when to look again."""

    def __init__(self, kinds: Sequence[Kind] = KINDS) -> None:
        self._kinds = kinds
        self._seen_to: dict[int, date] = {}
        self._looked_at: datetime | None = None
        self._look_at: datetime | None = None

    async def send(self, now: datetime, work_of: WorkOf) -> int:
        """Owe what is due; how many messages' worth of people. `now`: domain time, which may leap either way."""
        if self._looked_at and self._look_at and self._looked_at <= now < self._look_at:
            return 0
        async with work_of() as work:
            due, look_at = await self._due(work)
        owed = 0
        for agency_id, day in due:
            owed += await self._see_to(agency_id, day, work_of)
            self._seen_to[agency_id] = day
        async with work_of() as work:
            await order_due_reports(work)  # jobs: what they make is told when they are done
        self._looked_at, self._look_at = now, look_at
        return owed

    async def _due(self, work: Work) -> tuple[list[tuple[int, date]], datetime]:
        """Agencies on duty that have not been seen to today, and when the next may be due."""
        due, look_at = [], work.now + _LOOK_AGAIN
        day = work.now.astimezone(SHANGHAI).date()
        for agency_id in (await work.session.exec(select(Agency.id).order_by(col(Agency.id)))).all():
            assert agency_id is not None
            hours = await summary_hours(work, agency_id, day)
            if hours is None or self._seen_to.get(agency_id) == day:
                continue
            if hours[0] <= work.now < hours[1]:
                due.append((agency_id, day))
            elif work.now < hours[0]:
                look_at = min(look_at, hours[0])
        return due, look_at

    async def _see_to(self, agency_id: int, day: date, work_of: WorkOf) -> int:
        """Everybody of the agency, some in each transaction."""
        owed, last = 0, 0
        while True:
            async with work_of() as work:
                query = select(Officer).where(
                    col(Officer.agency_id) == agency_id,
                    col(Officer.active),
                    col(Officer.digests),
                    col(Officer.id) > last,
                )
                people = (await work.session.exec(query.order_by(col(Officer.id)).limit(BATCH))).all()
                sent = await _sent(work, people, day)
                for officer in people:
                    for kind in self._kinds:
                        if (officer.id, kind.name) not in sent:
                            owed += await _owe(work, officer, kind, day)
            if len(people) < BATCH:
                return owed
            last = people[-1].id or 0


async def _sent(work: Work, people: Sequence[Officer], day: date) -> set[tuple[int | None, str]]:
    query = select(DigestSent.officer_id, DigestSent.kind).where(
        col(DigestSent.officer_id).in_([each.id for each in people]), col(DigestSent.period) == day.isoformat()
    )
    return set((await work.session.exec(query)).all())


async def _owe(work: Work, officer: Officer, kind: Kind, day: date) -> bool:
    try:
        screen = await kind.shown(work, officer)
    except Missing as fault:
        # A pack that was taken away: all others get theirs.
        log.error("no summary without a pack", officer=officer.id, kind=kind.name, fault=fault.code, **fault.params)
        return False
    if screen is None or officer.id is None or not await claim_digest(work, officer.id, kind.name, day.isoformat()):
        return False
    await work.tell(officer.id, lambda t: screen, outside=bare_summary)
    return True
