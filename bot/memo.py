"""What was read within one unit of work, kept until something it rests on is written in the same unit.

A unit of work holds the write lock (SQLite) or the rows it changes, so what it read stays true unless it changes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import SQLModel

from models.database import Session

T = TypeVar("T")
Tables = tuple[type[SQLModel], ...]


@dataclass(frozen=True)
class _Kept:
    value: Any
    rests_on: Tables
    apart_from: SQLModel | None


class Memo:
    """One per session; see `Memo.of`. Rows changed by bulk statements go unnoticed: change them through the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[Hashable, _Kept] = {}
        event.listen(session.sync_session, "after_flush", self._forget_written)
        event.listen(session.sync_session, "after_soft_rollback", self._forget_all)

    @classmethod
    def of(cls, session: Session) -> Memo:
        info = session.sync_session.info
        if "memo" not in info:
            info["memo"] = cls(session)
        memo: Memo = info["memo"]
        return memo

    async def get(
        self,
        key: Hashable,
        rests_on: Tables,
        read: Callable[[], Awaitable[T]],
        *,
        apart_from: SQLModel | None = None,
    ) -> T:
        """What `read` gives, read anew only after a row of `rests_on` was written; `apart_from`: a row that is none.

        What rests on nothing, as a row that is the session's own, stays for the whole unit of work.
        """
        session = self._session
        if any(isinstance(row, rests_on) for row in chain(session.new, session.dirty, session.deleted)):
            await session.flush()
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(await read(), rests_on, apart_from)
        value: T = kept.value
        return value

    def keep(self, key: Hashable, rests_on: Tables, value: object) -> None:
        """What `get` would read, known already: many such answers may come from one statement."""
        self._kept[key] = _Kept(value, rests_on, None)

    def _forget_written(self, session: Any, context: object) -> None:
        written = [*chain(session.new, session.dirty, session.deleted)]
        for key, kept in list(self._kept.items()):
            if any(isinstance(row, kept.rests_on) and row is not kept.apart_from for row in written):
                del self._kept[key]

    def _forget_all(self, session: Any, transaction: object) -> None:
        self._kept.clear()
