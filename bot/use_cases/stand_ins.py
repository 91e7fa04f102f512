"""Who stands in for whom just now. A deputy of somebody away is asked beside them; deputies have no deputies."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.work import Work
from models.tables import Delegation, Officer


async def absent_for(work: Work, deputy_id: int) -> list[Officer]:
    """The people this one stands in for just now."""
    found = await work.session.exec(
        select(Officer)
        .join(Delegation, col(Delegation.absent_id) == col(Officer.id))
        .where(col(Delegation.deputy_id) == deputy_id, col(Officer.active), *running(work))
        .order_by(col(Officer.id))
    )
    return list(found.all())


async def deputy_of(work: Work, absent_id: int) -> int | None:
    """Who stands in for this person just now; somebody who has left or is away too stands in for nobody."""
    delegation = await current(work, absent_id)
    if delegation is None or await current(work, delegation.deputy_id) is not None:
        return None
    deputy = await work.session.get_one(Officer, delegation.deputy_id)
    return deputy.id if deputy.active else None


async def current(work: Work, absent_id: int) -> Delegation | None:
    """The person's delegation that runs now."""
    query = select(Delegation).where(col(Delegation.absent_id) == absent_id, *running(work))
    return (await work.session.exec(query.order_by(col(Delegation.id).desc()).limit(1))).first()


def running(work: Work) -> tuple[Any, ...]:
    """What a delegation that runs now fulfils."""
    return (col(Delegation.since) <= work.now, col(Delegation.until) > work.now, col(Delegation.ended_at).is_(None))
