"""What those who run the server must know is told to an agency's administrators; where it has none, its supervisors."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlmodel import col, select

from bot.i18n import Translator
from bot.screen import Screen
from bot.work import Work
from models.tables import Agency

log = structlog.get_logger(__name__)


async def tell_administrators(work: Work, shown: Callable[[Translator], Screen]) -> int:
    """Owe `shown` to them, in every agency, in each of their chats; how many people were told. No personal data."""
    told = 0
    agencies = await work.session.exec(select(Agency.id).order_by(col(Agency.id)))
    for agency_id in agencies.all():
        assert agency_id is not None
        people = await work.with_role(agency_id, "administrator") or await work.with_role(agency_id, "supervisor")
        if not people:
            log.warning("nobody to tell: the agency has neither administrator nor supervisor", agency=agency_id)
        for person in people:
            assert person.id is not None
            await work.tell(person.id, shown)
            told += 1
    return told
