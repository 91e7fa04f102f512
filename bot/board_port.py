"""What the page of the board asks of the application: each call is a unit of work of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from bot.use_cases.board import Board, Export, Row, export_board, rows_of, show_board
from bot.work import Person, Work
from models.database import Database, Session
from models.tables import Agency, Officer

_AT_ONCE = 500


class Boards:
    def __init__(self, database: Database, make_work: Callable[[Session], Awaitable[Work]]) -> None:
        self._database = database
        self._make_work = make_work

    async def show(self, officer: Officer, query: Mapping[str, str]) -> Board:
        """Raises Denied `role.required`."""
        async with self._database.reading() as session:
            work = await self._make_work(session)
            return await show_board(work, await _person(session, officer), query)

    async def export(self, officer: Officer, query: Mapping[str, str]) -> Export:
        """What is taken away, once it is noted who takes it. Raises Denied `role.required`."""
        async with self._database.transaction() as session:
            work = await self._make_work(session)
            return await export_board(work, await _person(session, officer), query)

    async def rows(self, officer: Officer, export: Export) -> AsyncIterator[tuple[Row, ...]]:
        """Some hundred at a time: a slow reader holds neither all of them in memory nor the database open."""
        for start in range(0, len(export.cases), _AT_ONCE):
            async with self._database.reading() as session:
                work = await self._make_work(session)
                person = await _person(session, officer)
                some = export.cases[start : start + _AT_ONCE]
                rows = await rows_of(work, person, export.scope, export.wanted, some)
            yield rows


async def _person(session: Session, officer: Officer) -> Person:
    return Person(officer, await session.get_one(Agency, officer.agency_id))
