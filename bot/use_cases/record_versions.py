"""A sealed record and its corrections: each version names the one it corrects."""

from __future__ import annotations

from sqlmodel import col, select

from models.database import Session
from models.tables import Record


async def versions_up_to(session: Session, record: Record) -> list[int]:
    """Ids of the record and of every version it goes back to, newest first. Evidence is received for one of them."""
    assert record.id is not None
    ids, former = [record.id], record.corrects_id
    while former is not None:
        ids.append(former)
        former = (await session.get_one(Record, former)).corrects_id
    return ids


async def newer_version(session: Session, record: Record) -> Record | None:
    """The version that corrects this one, perhaps still a draft; None while there is none."""
    query = select(Record).where(col(Record.corrects_id) == record.id, col(Record.state) != "cancelled")
    return (await session.exec(query)).first()
