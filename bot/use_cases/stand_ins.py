"""Who stands in for whom just now. A deputy of somebody away is asked beside them; deputies have no deputies."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.memo import Memo
from bot.work import Work
from models.tables import Delegation, Officer


async def absent_for(work: Work, deputy_id: int) -> list[Officer]:
    """The people this one stands in for just now."""
    away = {each.absent_id for each in await _running(work) if each.deputy_id == deputy_id}
    absent = [await work.session.get_one(Officer, each) for each in sorted(away)]
    return [each for each in absent if each.active]


async def deputy_of(work: Work, absent_id: int) -> int | None:
    """Who stands in for this person just now; somebody who has left or is away too stands in for nobody."""
    delegation = await current(work, absent_id)
    if delegation is None or await current(work, delegation.deputy_id) is not None:
        return None
    deputy = await work.session.get_one(Officer, delegation.deputy_id)
    return deputy.id if deputy.active else None


async def current(work: Work, absent_id: int) -> Delegation | None:
    """The person's delegation that runs now."""
    return next((each for each in await _running(work) if each.absent_id == absent_id), None)


def running(work: Work) -> tuple[Any, ...]:
    """What a delegation that runs now fulfils."""
    return (col(Delegation.since) <= work.now, col(Delegation.until) > work.now, col(Delegation.ended_at).is_(None))


async def _running(work: Work) -> list[Delegation]:
    """All that run now, the newest first: they are few, and asked about for every person."""

    async def read() -> list[Delegation]:
        query = select(Delegation).where(*running(work)).order_by(col(Delegation.id).desc())
        return list((await work.session.exec(query)).all())

    return await Memo.of(work.session).get(("delegations", work.now), (Delegation,), read)
