"""Domain time: wall time plus a stored forward offset that exists only in databases created as demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.database import Session
from models.errors import Denied
from models.tables import DemoClock


async def domain_now(session: Session) -> datetime:
    """The present, aware UTC, to the microsecond."""
    demo = await session.get(DemoClock, 1)
    return datetime.now(UTC) + timedelta(seconds=demo.offset_seconds if demo else 0)


async def move_forward(session: Session, by: timedelta) -> datetime:
    """Move domain time forward. Raises Denied `clock.not_demo` or `clock.backwards`."""
    demo = await session.get(DemoClock, 1)
    if demo is None:
        raise Denied("clock.not_demo")
    if by <= timedelta(0):
        raise Denied("clock.backwards")
    demo.offset_seconds += int(by.total_seconds())
    session.add(demo)
    await session.flush()
    return await domain_now(session)
