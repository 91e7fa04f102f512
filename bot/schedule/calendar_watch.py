"""Notices that other days or duty hours are in force, and has the terms that rest on them reckoned anew."""

from __future__ import annotations

import time

import structlog
from sqlmodel import col, func, select

from bot.clock import domain_now
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.reckoning import reckon_agency
from bot.work import Work
from models.database import Database, connection_lost
from models.tables import Agency, AgencyDay
from models.vault import Vault

log = structlog.get_logger(__name__)

_BUDGET = 2.0  # seconds a tick may spend on this: reminders must not wait for a million terms


class CalendarWatch:
    """What an agency's terms were reckoned by stands with each of them. So this only has to notice that something may
    have changed: at the start (holidays published meanwhile, or a shipped calendar of a new release) and whenever an
    agency has stated a day or its duty hours. Several processes may watch; each term is reckoned once."""

    def __init__(self, database: Database, vault: Vault, shelf: Shelf, settings: Settings) -> None:
        self._database = database
        self._vault = vault
        self._shelf = shelf
        self._settings = settings
        self._done: dict[int, object] = {}

    async def look(self) -> int:
        """Reckon what is stale, for two seconds at most and going on at the next tick; how many terms there were."""
        async with self._database.reading() as session:
            newest = (
                select(col(AgencyDay.agency_id), func.max(col(AgencyDay.id)).label("id"))
                .group_by(col(AgencyDay.agency_id))
                .subquery()
            )
            found = await session.exec(
                select(Agency.id, Agency.duty, newest.c.id).join(
                    newest, newest.c.agency_id == col(Agency.id), isouter=True
                )
            )
            states = {agency_id: (repr(duty), day) for agency_id, duty, day in found.all() if agency_id is not None}
        until, reckoned = time.monotonic() + _BUDGET, 0
        for agency_id, state in states.items():
            while self._done.get(agency_id) != state:
                if time.monotonic() > until:
                    return reckoned
                try:
                    some = await self._reckon(agency_id)
                except Exception as fault:
                    if connection_lost(fault):
                        raise
                    # Reminders by an end that may have moved are better than none, for this agency and all others.
                    log.exception("terms not reckoned anew", agency=agency_id)
                    break
                if some is None:
                    self._done[agency_id] = state
                elif not some:
                    break
                reckoned += some or 0
        return reckoned

    async def _reckon(self, agency_id: int) -> int | None:
        async with self._database.transaction() as session:
            now = await domain_now(session)
            return await reckon_agency(Work(session, now, self._vault, self._shelf, self._settings), agency_id)
