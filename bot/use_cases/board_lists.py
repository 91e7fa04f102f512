"""Which cases the board lists, counts and orders: statements over the agency's terms, as few for many as for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, case, col, exists, func, or_, select

from bot.use_cases.board_query import LATE, Wanted
from bot.use_cases.stages import Stages
from bot.work import Person, Work
from dialogs.packs.schema import Pack
from models.tables import Case, DocumentNumber, Officer, OpenTerm, Unit


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
    if wanted.due == LATE:
        found.append(term.due_at <= now)
    elif wanted.due:
        found += [term.due_at > now, term.due_at <= now + timedelta(hours=int(wanted.due))]
    return found


def _fitting(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The cases a list may show. What a secret case is about is not found out by filtering either."""
    found = [scope.readable, col(Case.state) != "abandoned"]
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
        # icontains: LIKE alone minds the case of letters on PostgreSQL and not on SQLite
        found.append(or_(col(Case.number).icontains(wanted.text, autoescape=True), unnumbered))
    if wanted.tells_of_the_case:
        found.append(~scope.closed)
    return found


def _owed(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    """Cases with a term that the list may show."""
    return exists().where(col(OpenTerm.case_id) == col(Case.id), *running(wanted, now))


def _shows_idle(wanted: Wanted) -> bool:
    """Whether open cases in which nothing is owed are listed too."""
    return not (wanted.deadline or wanted.due)


def _listed(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    return or_(is_open(), _owed(wanted, now)) if _shows_idle(wanted) else _owed(wanted, now)


def is_open() -> ColumnElement[bool]:
    return col(Case.state) == "open"


async def count(work: Work, scope: Scope, wanted: Wanted) -> int:
    """How many cases fit."""
    counted = select(func.count(col(Case.id))).where(*_fitting(scope, wanted), _listed(wanted, work.now))
    return (await work.session.exec(counted)).one()


async def cases_of(
    work: Work, person: Person, scope: Scope, wanted: Wanted, *, limit: int | None = None, offset: int = 0
) -> list[int]:
    """Ids of the cases that fit, in the order wanted."""
    if wanted.sorted_by == "due":
        return await _by_urgency(work, person, scope, wanted, limit, offset)
    query: Any = select(Case.id).where(*_fitting(scope, wanted), _listed(wanted, work.now))
    numbers = _numbers(person)
    if wanted.sorted_by == "case":
        query = query.outerjoin(numbers, numbers.c.text == col(Case.number))
    if wanted.sorted_by == "unit":
        query = query.outerjoin(Unit, col(Unit.id) == col(Case.unit_id))
    if wanted.sorted_by == "officer":
        query = query.join(Officer, col(Officer.id) == col(Case.officer_id))
    query = query.order_by(*_order(scope, wanted, work.now, numbers)).limit(limit).offset(offset)
    return list(await work.session.exec(query))


def _order(scope: Scope, wanted: Wanted, now: datetime, numbers: Any) -> list[Any]:
    """Among equals the most urgent first. A secret case's place tells nothing of its unit, officer or stage."""
    told: dict[str, list[Any]] = {
        "case": [numbers.c.year, numbers.c.n],  # as text 10 would stand before 2
        "unit": [col(Unit.name)],
        "officer": [col(Officer.name)],
        "stage": [scope.stages.number],
    }
    by: list[Any] = [_last(told[wanted.sorted_by][0].is_(None))]  # where NULL stands by itself differs by database
    by += [each.desc() if wanted.descending else each for each in told[wanted.sorted_by]]
    if wanted.sorted_by == "case":
        return [*by, col(Case.id)]
    of_case = (col(OpenTerm.case_id) == col(Case.id), *running(wanted, now))
    due = select(func.min(OpenTerm.due_at)).where(*of_case).correlate(Case).scalar_subquery()
    return [_last(scope.closed), *by, _last(due.is_(None)), due, col(Case.id)]


def _numbers(person: Person) -> Any:
    """The numbers of the agency's cases; grouped, so that SQLite makes an index of them for the time being."""
    n = (col(DocumentNumber.text), func.max(DocumentNumber.year).label("year"), func.max(DocumentNumber.n).label("n"))
    mine = (col(DocumentNumber.agency_id) == person.agency.id, col(DocumentNumber.record_id).is_(None))
    return select(*n).where(*mine).group_by(col(DocumentNumber.text)).subquery()


def _last(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


async def _by_urgency(
    work: Work, person: Person, scope: Scope, wanted: Wanted, limit: int | None, offset: int
) -> list[int]:
    """By index over the agency's terms. Whichever way round, cases in which nothing is owed come after those, and
    secret ones last: between two others a place would tell when something is due."""
    fitting, told = _fitting(scope, wanted), ~scope.closed
    due = [each.desc() if wanted.descending else each for each in (col(OpenTerm.due_at), col(OpenTerm.id))]
    owed: Any = select(OpenTerm.case_id).join(Case, col(Case.id) == col(OpenTerm.case_id))
    owed = owed.where(col(OpenTerm.agency_id) == person.agency.id, *first_of_case(wanted, work.now))
    runs = [owed.where(*fitting, told).order_by(*due)]
    cases: Any = select(Case.id).where(*fitting).order_by(col(Case.id))
    if _shows_idle(wanted):
        runs.append(cases.where(told, is_open(), ~_owed(wanted, work.now)))
    if not wanted.tells_of_the_case:
        runs.append(cases.where(scope.closed, _listed(wanted, work.now)))
    found: list[int] = []
    for run in runs:
        left = limit - len(found) if limit is not None else None
        if left == 0:
            break
        some = list(await work.session.exec(run.limit(left).offset(offset)))
        if not some and offset:
            counted: Any = select(func.count()).select_from(run.order_by(None).subquery())
            offset -= (await work.session.exec(counted)).one()
        else:
            offset = 0
        found += some
    return found


def first_of_case(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    """Terms the list may show that no other of their case comes before."""
    earlier: Any = aliased(OpenTerm)
    before = or_(
        earlier.due_at < col(OpenTerm.due_at),
        and_(earlier.due_at == col(OpenTerm.due_at), earlier.id < col(OpenTerm.id)),
    )
    mine = earlier.case_id == col(OpenTerm.case_id)
    return [*running(wanted, now), ~exists().where(mine, *running(wanted, now, earlier), before)]
