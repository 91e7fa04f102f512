"""Levels of secrecy a case may bear: besides its officers only the roles its pack names open it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from bot.work import Person, Work
from models.tables import Case, CaseFact, Officer

SECRECY = "secrecy"  # the case fact that holds the level


async def cleared(work: Work, case: Case, officer: Officer) -> bool:
    """Whether the case's level of secrecy, if it bears one, is open to the officer."""
    if officer.id in (case.officer_id, case.second_officer_id):
        return True
    opens_to = (await _secret(work, [case])).get(case.id)
    return opens_to is None or bool(set(officer.roles) & set(opens_to))


async def secret_to(work: Work, person: Person, cases: Sequence[Case]) -> set[int]:
    """Ids of those cases that bear a secrecy the person may not open: lists show no more than their number."""
    levels = await _secret(work, [each for each in cases if person.id not in (each.officer_id, each.second_officer_id)])
    return {
        case_id for case_id, opens_to in levels.items() if case_id and not set(opens_to) & set(person.officer.roles)
    }


async def _secret(work: Work, cases: Sequence[Case]) -> dict[int | None, tuple[str, ...]]:
    """Case -> roles that may open it, of those that bear a level. A level the pack does not state opens to nobody."""
    found = await work.session.exec(
        select(CaseFact.case_id, CaseFact.value).where(
            col(CaseFact.name) == SECRECY, col(CaseFact.case_id).in_([case.id for case in cases])
        )
    )
    levels = {case_id: value for case_id, value in found.all() if value}
    opens_to: dict[int | None, tuple[str, ...]] = {}
    for case in cases:
        if case.id in levels:
            known = {level.id: level.opens_to for level in work.shelf.get(case.pack).secrecy}
            opens_to[case.id] = known.get(str(levels[case.id]), ())
    return opens_to
