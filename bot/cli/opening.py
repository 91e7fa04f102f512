"""Units of work for commands, on the settings' database, beside a service that may be running."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from bot.cli.console import existing_database
from bot.keeping import vault_of
from bot.settings import Settings
from models.database import Database

if TYPE_CHECKING:
    from bot.work import Work

OpenWork = Callable[[], AbstractAsyncContextManager["Work"]]


@asynccontextmanager
async def opened(settings: Settings, *, to_read: bool = False) -> AsyncIterator[OpenWork]:
    """Opens units of work, one after the other, each a transaction. Raises Missing `database.absent`.

    to_read: for reports, which keep nobody waiting; nothing may be written in them.
    """
    from bot.clock import domain_now
    from bot.published import with_published
    from bot.shelf import load_shelf
    from bot.work import Work

    database = Database(existing_database(settings))
    vault, shelf = vault_of(settings), load_shelf(settings)

    @asynccontextmanager
    async def open_work() -> AsyncIterator["Work"]:
        nonlocal shelf
        async with database.reading() if to_read else database.transaction() as session:
            shelf = await with_published(session, shelf)
            yield Work(session, await domain_now(session), vault, shelf, settings)

    try:
        yield open_work
    finally:
        await database.close()


@asynccontextmanager
async def work_of(settings: Settings) -> AsyncIterator["Work"]:
    """One unit of work."""
    async with opened(settings) as open_work, open_work() as work:
        yield work


@asynccontextmanager
async def reading_of(settings: Settings) -> AsyncIterator["Work"]:
    """One consistent view for a report, while the service goes on writing."""
    async with opened(settings, to_read=True) as open_work, open_work() as work:
        yield work
