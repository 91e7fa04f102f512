"""The intake: an update is stored once, and acknowledged to its transport only then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from models.database import Session
from models.tables import InboundUpdate


async def store_update(
    session: Session, *, transport: str, update_id: int, chat_id: int, body: Mapping[str, Any]
) -> bool:
    """Store one Bot API update (JSON). False when this transport's update id was stored before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(InboundUpdate)
        .values(
            transport=transport,
            update_id=update_id,
            chat_id=chat_id,
            body=dict(body),
            received_at=datetime.now(UTC),
            state="new",
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["transport", "update_id"])
        .returning(InboundUpdate.__table__.c.id)  # type: ignore[attr-defined]
    )
    return (await session.exec(statement)).first() is not None
