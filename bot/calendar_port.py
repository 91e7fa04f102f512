"""What the calendar's address asks of the application: each call reads in a view of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.use_cases.calendar_feed import feed_of
from bot.work import Work
from models.database import Database, Session


class Calendars:
    def __init__(self, database: Database, make_work: Callable[[Session], Awaitable[Work]]) -> None:
        self._database = database
        self._make_work = make_work

    async def read(self, token: str) -> bytes | None:
        """The iCalendar file at this address; None when there is none (any more)."""
        async with self._database.reading() as session:
            return await feed_of(await self._make_work(session), token)
