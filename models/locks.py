"""Locks that several processes on one PostgreSQL share, and that end with the process that holds them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Hashable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_CLASS = 0x5A48  # keeps our advisory locks apart from anybody else's in the database


class SharedLocks:
    """Advisory locks, all on one connection: when it is lost, so are they, and somebody else may have them.

    SQLite has one process a database: there every lock is free. Safe between tasks of one event loop, which must not
    take a lock they hold already.
    """

    def __init__(self, engine: AsyncEngine, *, alone: bool) -> None:
        self._engine = engine
        self._alone = alone
        self._guard = asyncio.Lock()
        self._connection: AsyncConnection | None = None

    async def take(self, *key: Hashable) -> bool:
        """Whether the lock is now ours; never waits for it."""
        return self._alone or await self._ask("SELECT pg_try_advisory_lock(:class, :key)", key)

    async def release(self, *key: Hashable) -> None:
        if not self._alone:
            await self._ask("SELECT pg_advisory_unlock(:class, :key)", key)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _ask(self, question: str, key: tuple[Hashable, ...]) -> bool:
        number = int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:4], signed=True)
        async with self._guard:
            try:
                if self._connection is None:
                    engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
                    self._connection = await engine.connect()
                answer = await self._connection.execute(text(question), {"class": _CLASS, "key": number})
                return bool(answer.scalar_one())
            except BaseException:  # also when cancelled: whether the server has given the lock is then unknown
                await self._lose()
                raise

    async def _lose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
