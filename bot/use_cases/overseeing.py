"""Who sees to it that others keep their deadlines: by role, or standing in for somebody of that role who is away."""

from __future__ import annotations

from bot.use_cases.stand_ins import absent_for
from bot.work import Person, Work
from models.errors import Denied

OVERSEES = frozenset({"supervisor", "approver", "head"})


async def oversees(work: Work, person: Person) -> bool:
    """Whether the person may see what is overdue, and press for it."""
    people = [person.officer, *await absent_for(work, person.id)]
    return person.officer.active and any(OVERSEES & set(each.roles) for each in people)


async def require_overseer(work: Work, person: Person) -> None:
    """Raises Denied `role.required`."""
    if not await oversees(work, person):
        raise Denied("role.required", roles=sorted(OVERSEES))
