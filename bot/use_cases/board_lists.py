"""Which cases the board lists, counts and orders: statements over the agency's terms, as few for many as for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, case, col, exists, func, or_, select

from bot.use_cases.board_query import Wanted
from bot.use_cases.stages import Stages
from bot.work import Person, Work
from dialogs.packs.schema import Pack
from models.tables import Case, Officer, OpenTerm, Unit

Key = tuple[int, int | None]  # a case and the term listed for it


@dataclass(frozen=True)
class Scope:
    """What one reader may see, and by which columns it is told."""

    packs: Mapping[str, Pack]
    readable: ColumnElement[bool]
    closed: ColumnElement[bool]
    stages: Stages


def running(wanted: Wanted, now: datetime, term: Any = OpenTerm) -> list[ColumnElement[bool]]:
    """The terms a list may show, of any agency.

    A statement that looks for them case by case must not name the agency: SQLite would go by it, not by the case.
    """
    found = [term.state == "open"]
    if wanted.deadline:
        found.append(term.deadline == wanted.deadline)
    if wanted.late:
        found.append(term.due_at <= now)
    elif wanted.within:
        found += [term.due_at > now, term.due_at <= now + timedelta(hours=wanted.within)]
    return found


def _fitting(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The cases a list may show. What a secret case is about is not found out by filtering either."""
    found = [scope.readable]
    if wanted.unit == "0":
        found.append(col(Case.unit_id).is_(None))
    elif wanted.unit:
        found.append(col(Case.unit_id) == int(wanted.unit))
    if wanted.officer:
        whose = int(wanted.officer)
        found.append(or_(col(Case.officer_id) == whose, col(Case.second_officer_id) == whose))
    if wanted.stage:
        found.append(scope.stages.reached(wanted.stage))
    if wanted.text:
        unnumbered = and_(col(Case.number).is_(None), col(Case.id) == wanted.case_id)
        found.append(or_(col(Case.number).contains(wanted.text, autoescape=True), unnumbered))
    if wanted.tells_of_the_case:
        found.append(~scope.closed)
    return found


def _owed(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    """Cases with a term that the list may show."""
    return exists().where(col(OpenTerm.case_id) == col(Case.id), *running(wanted, now))


def _shows_idle(wanted: Wanted) -> bool:
    """Whether open cases in which nothing is owed are listed too."""
    return not (wanted.deadline or wanted.late or wanted.within)


async def count(work: Work, scope: Scope, wanted: Wanted) -> int:
    listed = _owed(wanted, work.now)
    if _shows_idle(wanted):
        listed = or_(col(Case.state) == "open", listed)
    return (await work.session.exec(select(func.count(col(Case.id))).where(*_fitting(scope, wanted), listed))).one()


async def keys_of(
    work: Work, person: Person, scope: Scope, wanted: Wanted, *, limit: int | None = None, offset: int = 0
) -> list[Key]:
    """Cases with their most urgent term; those in which nothing is owed come last, whatever the order."""
    earlier: Any = aliased(OpenTerm)
    before = or_(
        earlier.due_at < col(OpenTerm.due_at),
        and_(earlier.due_at == col(OpenTerm.due_at), earlier.id < col(OpenTerm.id)),
    )
    first = ~exists().where(earlier.case_id == col(OpenTerm.case_id), *running(wanted, work.now, earlier), before)
    terms = [col(OpenTerm.agency_id) == person.agency.id, *running(wanted, work.now), first]
    owed = _joined(select(OpenTerm.case_id, OpenTerm.id).join(Case, col(Case.id) == col(OpenTerm.case_id)), wanted)
    owed = owed.where(*terms, *_fitting(scope, wanted))
    owed = owed.order_by(*_order(scope, wanted, col(OpenTerm.due_at), col(OpenTerm.id)))
    keys: list[Key] = [tuple(row) for row in await work.session.exec(owed.limit(limit).offset(offset))]
    if len(keys) == limit or not _shows_idle(wanted):
        return keys
    passed = 0
    if offset and not keys:
        counted = select(func.count(col(Case.id))).where(*_fitting(scope, wanted), _owed(wanted, work.now))
        passed = offset - (await work.session.exec(counted)).one()
    idle = _joined(select(Case.id), wanted).where(*_fitting(scope, wanted), col(Case.state) == "open")
    idle = idle.where(~_owed(wanted, work.now)).order_by(*_order(scope, wanted, col(Case.id)))
    idle = idle.limit(limit - len(keys) if limit is not None else None).offset(passed)
    return [*keys, *((case_id, None) for case_id in await work.session.exec(idle))]


def _joined(query: Any, wanted: Wanted) -> Any:
    if wanted.sorted_by == "unit":
        return query.outerjoin(Unit, col(Unit.id) == col(Case.unit_id))
    if wanted.sorted_by == "officer":
        return query.join(Officer, col(Officer.id) == col(Case.officer_id))
    return query


def _order(scope: Scope, wanted: Wanted, *else_by: Any) -> list[Any]:
    """`else_by`: the most urgent first. A secret case's place tells nothing of its unit, officer or stage."""
    told: dict[str, Any] = {"unit": col(Unit.name), "officer": col(Officer.name), "stage": scope.stages.number}
    by: list[Any] = []
    if wanted.sorted_by in told:
        shown = told[wanted.sorted_by]
        by = [case((scope.closed, 1), else_=0), shown.desc() if wanted.descending else shown]
    elif wanted.sorted_by == "case":
        by = [col(Case.number).desc() if wanted.descending else col(Case.number)]
    elif wanted.descending:
        return [each.desc() for each in else_by]
    return [*by, *else_by]
