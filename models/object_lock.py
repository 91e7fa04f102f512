"""Between storing bytes and disposing of bytes: whoever stores them waits while others are taken away.

Bytes come into the vault before the row that names them is committed. A disposal that looked in between would find
them named by nobody, although a transaction under way counts on them. The ledger's lock does not serve: it is taken
with the leaf, after the bytes. On SQLite there is one writer, so nothing is under way while another writes.
"""

from __future__ import annotations

from sqlmodel import func, select

from models.database import Session

_LOCK = 0x5A686F62  # an arbitrary constant: PostgreSQL's advisory lock on the vault's objects


async def storing(session: Session) -> None:
    """Until the transaction ends nothing is disposed of. Called before bytes are looked for or put; shared by all."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock_shared(_LOCK)))


async def disposing(session: Session) -> None:
    """Until the transaction ends nobody else stores or disposes; waits for those that are storing."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(_LOCK)))
