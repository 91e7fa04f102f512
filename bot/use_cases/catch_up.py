"""Reminders that could not reach a person come late, as soon as they can be reached."""

from __future__ import annotations

from sqlmodel import col, select, update

from bot.clock import domain_now
from models.database import Session
from models.tables import UNREACHED, Officer, OpenTerm, RungSent


async def catch_up(session: Session, officer: Officer) -> None:
    """Running terms with a step that the person has missed come up at the next tick; it tells nobody else again.

    Waits for nobody: a term somebody works on just now is looked at again within the hour.
    """
    missed = select(RungSent.term_id).where(col(RungSent.officer_id) == officer.id, col(RungSent.channel) == UNREACHED)
    running = (
        select(OpenTerm.id)
        .where(
            col(OpenTerm.agency_id) == officer.agency_id, col(OpenTerm.state) == "open", col(OpenTerm.id).in_(missed)
        )
        .with_for_update(skip_locked=True)
    )
    now = await domain_now(session)
    rows = update(OpenTerm).where(col(OpenTerm.id).in_(running)).values(next_at=now)
    await session.exec(rows.execution_options(synchronize_session=False))
