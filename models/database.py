"""The database: one engine, one way to open a transaction, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

import models.tables  # noqa: F401 - registers every table
from models.locks import SharedLocks

Session = AsyncSession


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """WAL, full fsync for what is acknowledged, and transactions that take the write lock when they begin.

    The driver's own late BEGIN is switched off: a transaction that reads and then writes would otherwise fail
    with 'database is locked' when another process wrote in between.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("zhilu_read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """Opens transactions. Safe to share between tasks of one event loop.

    `url`: `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = create_async_engine(url, pool_size=8, max_overflow=8)
        self.locks = SharedLocks(self.engine, alone=self.is_sqlite)
        # SQLite has one writer: waiting in the event loop is fair and prompt, its own busy wait is neither.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        if self._writer is None:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with self._writer, AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A consistent view for reading; nothing may be written in it."""
        async with AsyncSession(self.engine.execution_options(zhilu_read_only=True), expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        await self.locks.close()
        await self.engine.dispose()


def connection_lost(fault: BaseException) -> bool:
    """Whether the database went away, rather than refused a statement."""
    return isinstance(fault, DBAPIError) and fault.connection_invalidated


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; creates it when it is not there. Blocking."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
