"""Moving the demonstration clock forward, and reminding at once of what thereby came due."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.clock import move_forward
from bot.schedule.tick import BATCH, tick
from bot.views import deadlines as view
from bot.work import Person, Work
from models.errors import InvalidInput

_FARTHEST = timedelta(days=3660)
_PART = re.compile(r"(\d{1,6})\s*(d|h|m|天|日|小时|时|分钟|分)", re.IGNORECASE)
_UNITS = {
    "d": "days", "天": "days", "日": "days",
    "h": "hours", "小时": "hours", "时": "hours",
    "m": "minutes", "分钟": "minutes", "分": "minutes",
}  # fmt: skip


async def move_clock(work: Work, person: Person, text: str) -> None:
    """`text`: `+25h`, `2d`, `+1d 6h`, `30分钟`. `work.now` is the new time afterwards.

    Raises Denied `clock.not_demo`, `clock.backwards`; InvalidInput `clock.unreadable`, `clock.too_far`.
    """
    by = parse_shift(text)
    work.now = await move_forward(work.session, by)
    await work.record_change("clock.moved", "clock:1", {"seconds": int(by.total_seconds())}, person)
    reminded = 0
    while done := await tick(work):
        reminded += done
        if done < BATCH:
            break
    await work.reply(person, view.clock_moved(person.t, work.now, reminded))


def parse_shift(text: str) -> timedelta:
    """How far to move. Raises InvalidInput `clock.unreadable`, `clock.too_far`."""
    rest = text.strip().removeprefix("+").strip()
    if not rest or _PART.sub("", rest).strip():
        raise InvalidInput("clock.unreadable", text=text[:40], example="+25h")
    by = sum(
        (timedelta(**{_UNITS[unit.lower()]: int(amount)}) for amount, unit in _PART.findall(rest)), start=timedelta()
    )
    if by > _FARTHEST:
        raise InvalidInput("clock.too_far", days=_FARTHEST.days)
    return by
