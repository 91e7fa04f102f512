"""Levels of secrecy a case may bear: besides its officers only the roles its pack names open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, exists, false, func, literal, or_, select

from bot.memo import Memo
from bot.work import Person, Work
from dialogs.packs.schema import Pack
from models.columns import Json
from models.tables import Case, CaseFact, Officer

SECRECY = "secrecy"  # the case fact that holds the level


@dataclass(frozen=True)
class Levels:
    """Case -> roles that may open it, of those cases that bear a level."""

    opens_to: Mapping[int | None, tuple[str, ...]]

    def clear(self, case: Case, officer: Officer) -> bool:
        """Whether the case's level, if it bears one, is open to the officer."""
        if officer.id in (case.officer_id, case.second_officer_id) or case.id not in self.opens_to:
            return True
        return bool(set(officer.roles) & set(self.opens_to[case.id]))


async def cleared(work: Work, case: Case, officer: Officer) -> bool:
    """Whether the case's level of secrecy, if it bears one, is open to the officer."""
    return (await levels_of(work, [case])).clear(case, officer)


async def secret_to(work: Work, person: Person, cases: Sequence[Case]) -> set[int]:
    """Ids of those cases that bear a secrecy the person may not open: lists show no more than their number."""
    levels = await levels_of(work, cases)
    return {case.id for case in cases if case.id and not levels.clear(case, person.officer)}


async def levels_of(work: Work, cases: Sequence[Case]) -> Levels:
    """The levels of these cases. One the pack does not state opens to nobody."""
    ids = tuple(sorted({case.id for case in cases if case.id is not None}))
    levels = await Memo.of(work.session).get((SECRECY, ids), (CaseFact,), lambda: _stated(work, ids)) if ids else {}
    opens_to: dict[int | None, tuple[str, ...]] = {}
    for case in cases:
        if case.id in levels:
            known = {level.id: level.opens_to for level in work.shelf.get(case.pack).secrecy}
            opens_to[case.id] = known.get(str(levels[case.id]), ())
    return Levels(opens_to)


async def keep_levels(work: Work, cases: Sequence[Case]) -> None:
    """Read the levels of many cases at once, for when each is asked about on its own."""
    ids = [case.id for case in cases if case.id is not None]
    stated = await _stated(work, ids)
    for each in ids:
        kept = {each: stated[each]} if each in stated else {}
        Memo.of(work.session).keep((SECRECY, (each,)), (CaseFact,), kept)


async def _stated(work: Work, ids: Sequence[int]) -> dict[int, object]:
    query = select(CaseFact.case_id, CaseFact.value)
    found = await work.session.exec(query.where(col(CaseFact.name) == SECRECY, col(CaseFact.case_id).in_(ids)))
    return {case_id: value for case_id, value in found.all() if value is not None}


def closed_cases(person: Person, packs: Mapping[str, Pack]) -> ColumnElement[bool]:
    """The cases `secret_to` names, as a condition: for lists too long to be read first. `packs`: by reference."""
    roles = set(person.officer.roles)
    open_to = [
        and_(col(Case.pack) == reference, col(CaseFact.value).in_([literal(each, Json) for each in levels]))
        for reference, pack in packs.items()
        if (levels := [level.id for level in pack.secrecy if roles & set(level.opens_to)])
    ]
    stated = (
        col(CaseFact.case_id) == col(Case.id),
        col(CaseFact.name) == SECRECY,
        col(CaseFact.value).is_not(None),
        ~or_(false(), *open_to),
    )
    own = or_(col(Case.officer_id) == person.id, col(Case.second_officer_id) == person.id)
    # NULL for a case without a second officer, which is not one's own
    return and_(~func.coalesce(own, false()), exists().where(*stated))
