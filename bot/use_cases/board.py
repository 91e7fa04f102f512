"""The supervisor's board: every case by what is owed in it next, counted, filtered, in pages, and to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import and_, case, col, exists, func, select

from bot.use_cases.board_lists import Scope, cases_of, count, first_of_case, is_open, running
from bot.use_cases.board_query import LATE, Choices, Complaint, Wanted, read_query
from bot.use_cases.overseeing import oversees, require_overseer
from bot.use_cases.reading import readable_cases
from bot.use_cases.secrecy import closed_cases, secret_to
from bot.use_cases.stages import stages_of
from bot.work import Person, Work
from dialogs.packs.schema import Deadline, Pack
from models.errors import InvalidInput
from models.tables import Case, Officer, OpenTerm, Unit

PAGE = 50
_DAY, _DAYS = timedelta(hours=24), timedelta(hours=72)


@dataclass(frozen=True)
class Row:
    """A case and what is owed in it next. Of one secret to the reader only the number is there."""

    case_id: int
    number: str | None
    secret: bool = False
    unit: str = ""
    officers: tuple[str, ...] = ()
    stage: str = ""
    pack: Pack | None = None
    deadline: Deadline | None = None
    due_at: datetime | None = None
    provisional: bool = False


@dataclass
class Tally:
    """Cases of one unit. `due_*`: with a deadline that ends within so many hours and is not overdue.

    unit: its id; 0 for cases of none, None for secret cases, whose unit is not told.
    """

    unit: int | None
    name: str = ""
    overdue: int = 0
    due_24: int = 0
    due_72: int = 0
    open: int = 0


@dataclass
class Standing:
    """Open cases that stand in one stage, and how many of them have something overdue. Secret ones are not counted."""

    stage: str
    title: str
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Board:
    """`rows` is one page of `total`. `now`: the moment all of it is told of."""

    now: datetime
    wanted: Wanted
    complaints: tuple[Complaint, ...]
    choices: Choices
    tallies: tuple[Tally, ...]
    standings: tuple[Standing, ...]
    total: int
    rows: tuple[Row, ...]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Export:
    """`cases`: ids of all that fit the filters, in order; `rows_of` tells of some of them."""

    now: datetime
    cases: tuple[int, ...]
    scope: Scope
    wanted: Wanted


async def show_board(work: Work, person: Person, query: Mapping[str, str]) -> Board:
    """One page of the board. `query`: see `board_query`. Raises Denied `role.required`."""
    scope = await _scope(work, person)
    choices = await _choices(work, person, scope)
    wanted, complaints = read_query(query, choices)
    total = await count(work, scope, wanted)
    page = min(wanted.page, max(1, -(-total // PAGE)))
    cases = await cases_of(work, person, scope, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    return Board(
        now=work.now,
        wanted=wanted.on_page(page),
        complaints=complaints,
        choices=choices,
        tallies=await _tallies(work, person, scope, choices),
        standings=await _standings(work, scope),
        total=total,
        rows=await rows_of(work, person, scope, wanted, cases),
    )


async def export_board(work: Work, person: Person, query: Mapping[str, str]) -> Export:
    """Everything that fits the filters, to be taken away: who took it is kept.

    Raises Denied `role.required`, InvalidInput `board.filter_unknown`: a file must not hold more than was meant.
    """
    scope = await _scope(work, person)
    wanted, complaints = read_query(query, await _choices(work, person, scope))
    if complaints:
        raise InvalidInput("board.filter_unknown", value=complaints[0].value)
    cases = await cases_of(work, person, scope, wanted)
    leaf = {"filters": wanted.filters(), "cases": len(cases)}
    await work.record_change("board.exported", f"agency:{person.agency.id}", leaf, person)
    return Export(work.now, tuple(cases), scope, wanted)


async def board_address(work: Work, person: Person) -> str | None:
    """Where the person reads the board, if they may and the chat they are in can lead there."""
    reaches = bool(work.settings.public_url) or person.transport in work.inside
    return f"{work.settings.base_url}/board" if reaches and await oversees(work, person) else None


async def _scope(work: Work, person: Person) -> Scope:
    """Raises Denied `role.required`."""
    await require_overseer(work, person)
    assert person.agency.id is not None
    mine = col(Case.agency_id) == person.agency.id
    references = (await work.session.exec(select(Case.pack).where(mine).distinct())).all()
    packs = {each: work.shelf.get(each) for each in sorted(references)}
    return Scope(
        packs,
        await readable_cases(work, person),
        closed_cases(person, packs),
        await stages_of(work, person.agency.id, packs),
    )


async def _choices(work: Work, person: Person, scope: Scope) -> Choices:
    units = await work.session.exec(
        select(Unit.id, Unit.name).where(col(Unit.agency_id) == person.agency.id).order_by(col(Unit.name))
    )
    officers = await work.session.exec(
        select(Officer.id, Officer.name, Officer.roles)
        .where(col(Officer.agency_id) == person.agency.id)
        .order_by(col(Officer.name), col(Officer.id))
    )
    return Choices(
        units={str(unit): name for unit, name in units.all()},
        officers={str(officer): name for officer, name, roles in officers.all() if "officer" in roles},
        deadlines={each.id: each.title for pack in scope.packs.values() for each in pack.deadlines},
        stages={each.id: each.title for each in scope.stages.all},
    )


async def rows_of(work: Work, person: Person, scope: Scope, wanted: Wanted, case_ids: Sequence[int]) -> tuple[Row, ...]:
    """What is shown of these, in their order, as it stands now; what the reader may not read is left out."""
    second = aliased(Officer)
    found: Any = await work.session.exec(
        select(Case, Officer.name, second.name, Unit.name, scope.stages.number)  # type: ignore[call-overload]
        .join(Officer, col(Officer.id) == col(Case.officer_id))
        .outerjoin(second, second.id == col(Case.second_officer_id))
        .outerjoin(Unit, col(Unit.id) == col(Case.unit_id))
        .where(col(Case.id).in_(case_ids), scope.readable)
    )
    by_id: dict[int, tuple[Any, ...]] = {each[0].id: tuple(each) for each in found}
    terms = select(OpenTerm).where(col(OpenTerm.case_id).in_(case_ids), *first_of_case(wanted, work.now))
    owed = {term.case_id: term for term in await work.session.exec(terms)}
    secret = await secret_to(work, person, [each[0] for each in by_id.values()])
    rows = []
    for case_id in case_ids:
        if case_id in secret:
            rows.append(Row(case_id, by_id[case_id][0].number, secret=True))
        elif case_id in by_id:
            rows.append(_row(scope, by_id[case_id], owed.get(case_id)))
    return tuple(rows)


def _row(scope: Scope, found: tuple[Any, ...], term: OpenTerm | None) -> Row:
    case, officer, second, unit, number = found
    pack, stage = scope.packs[case.pack], scope.stages.at(number)
    assert case.id is not None
    return Row(
        case.id,
        case.number,
        unit=unit or "",
        officers=(officer, second) if second else (officer,),
        stage=stage.title if stage else "",
        pack=pack,
        deadline=next((each for each in pack.deadlines if term and each.id == term.deadline), None),
        due_at=term.due_at if term else None,
        provisional=bool(term and term.provisional),
    )


async def _tallies(work: Work, person: Person, scope: Scope, choices: Choices) -> tuple[Tally, ...]:
    """By unit, in the order of their names; whatever the list is filtered by."""
    closed = case((scope.closed, 1), else_=0)
    tallies: dict[int | None, Tally] = {}

    def of(unit: int | None, is_closed: int) -> Tally:
        return tallies.setdefault(None if is_closed else unit or 0, Tally(None if is_closed else unit or 0))

    now, due, whose = work.now, col(OpenTerm.due_at), col(OpenTerm.case_id)
    ends = (due <= now, and_(due > now, due <= now + _DAY), due > now)
    counted = [func.count(func.distinct(case((each, whose)))) for each in ends]
    owed: Any = (
        select(col(Case.unit_id), closed, *counted)
        .select_from(OpenTerm)
        .join(Case, col(Case.id) == whose)
        .where(col(OpenTerm.agency_id) == person.agency.id, *running(Wanted(), now), due <= now + _DAYS, scope.readable)
        .group_by(col(Case.unit_id), closed)
    )
    for unit, is_closed, overdue, due_24, due_72 in await work.session.exec(owed):
        tally = of(unit, is_closed)
        tally.overdue, tally.due_24, tally.due_72 = overdue, due_24, due_72
    going = select(col(Case.unit_id), closed, func.count()).where(is_open(), scope.readable)
    for unit, is_closed, cases in await work.session.exec(going.group_by(col(Case.unit_id), closed)):
        of(unit, is_closed).open = cases
    for unit, tally in tallies.items():
        tally.name = choices.units.get(str(unit), "")
    last = {0: 1, None: 2}
    return tuple(sorted(tallies.values(), key=lambda each: (last.get(each.unit, 0), each.name)))


async def _standings(work: Work, scope: Scope) -> tuple[Standing, ...]:
    """By stage, in the order of procedures; a stage that several procedures have is told once."""
    late = exists().where(col(OpenTerm.case_id) == col(Case.id), *running(Wanted(due=LATE), work.now))
    cases = select(scope.stages.number.label("stage"), case((late, 1), else_=0).label("late"))
    # A subquery: PostgreSQL does not take an expression with parameters for the one it groups by.
    each: Any = cases.where(is_open(), scope.readable, ~scope.closed).subquery()
    query = select(each.c.stage, func.count(), func.sum(each.c.late)).group_by(each.c.stage)
    counted = {number: (cases, overdue) for number, cases, overdue in await work.session.exec(query)}
    standings: dict[str, Standing] = {}
    for number, stage in enumerate(scope.stages.all):
        standing = standings.setdefault(stage.id, Standing(stage.id, stage.title))
        cases_here, overdue = counted.get(number, (0, 0))
        standing.open += cases_here
        standing.overdue += overdue
    return tuple(each for each in standings.values() if each.open)
