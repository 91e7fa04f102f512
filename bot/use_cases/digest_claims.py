"""Who may owe a summary or report, when several processes are about to: each goes once to a person."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from bot.work import Work
from models.tables import DigestSent


async def claim_digest(work: Work, officer_id: int, kind: str, period: str) -> bool:
    """Whether it is ours to send: another process that is about to is waited for, and found to have sent it."""
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(DigestSent)
        .values(officer_id=officer_id, kind=kind, period=period, queued_at=work.now)
        .on_conflict_do_nothing(index_elements=["officer_id", "kind", "period"])
        .returning(DigestSent.__table__.c.id)  # type: ignore[attr-defined]
    )
    return (await work.session.exec(statement)).first() is not None
