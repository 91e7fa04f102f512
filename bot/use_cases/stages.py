"""The stage each case has reached, as a column: lists show, sort and filter by it. One case: `dialogs.course`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlmodel import and_, case, cast, col, exists, false, func, literal, null, or_, select, true

from bot.shelf import reference_of
from bot.use_cases.case_facts import agency_settings
from bot.work import Work
from dialogs.conditions import references
from dialogs.course import Way, procedure_of, way_of
from dialogs.facts import Facts
from dialogs.packs.schema import Pack, Procedure
from models.columns import Json
from models.tables import Agency, Case, CaseFact, Record

_Values = tuple[object, ...]  # of the case facts that procedures look at


@dataclass(frozen=True)
class Stage:
    id: str
    title: str


@dataclass(frozen=True)
class Stages:
    """`number`: of a case, its place in `all`, which a later stage of one procedure has behind an earlier one."""

    all: tuple[Stage, ...]
    number: ColumnElement[int]

    def at(self, number: int | None) -> Stage | None:
        return self.all[number] if number is not None else None

    def reached(self, stage: str) -> ColumnElement[bool]:
        """Cases that stand in a stage of this id."""
        return self.number.in_([number for number, each in enumerate(self.all) if each.id == stage])


async def stages_of(work: Work, agency_id: int, packs: Mapping[str, Pack]) -> Stages:
    """For the agency's cases. `packs`: those of its cases, by reference."""
    found: list[Stage] = []
    branches: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []
    agency = await work.session.get_one(Agency, agency_id)
    for reference, pack in packs.items():
        others = work.shelf.versions(pack.id)
        titles = {stage.id: stage.title for stage in pack.stages}
        for procedure, holds in await _procedures(work, agency, reference, pack):
            way = way_of(pack, procedure)
            if way.reached:
                number = _furthest(way, others, first=len(found))
                branches.append((and_(col(Case.pack) == reference, holds), number))
                found += [Stage(each, titles[each]) for each in way.reached]
    number = case(*branches, else_=null()) if branches else cast(null(), Integer)
    return Stages(tuple(found), number)


def _furthest(way: Way, versions: Sequence[Pack], *, first: int) -> ColumnElement[int]:
    """The furthest stage of which the case has a record, else the first.

    A record of a version whose forms the case's own no longer has belongs where its own version says.
    """
    places: list[tuple[ColumnElement[bool], int]] = []
    for n, stage in enumerate(way.reached):
        if forms := [form for form, each in way.belongs.items() if each == stage]:
            places.append((col(Record.form).in_(forms), first + n))
        for pack in versions:
            gone = [each.id for each in pack.records if each.stage == stage and each.id not in way.belongs]
            if gone:
                places.append((and_(col(Record.pack) == reference_of(pack), col(Record.form).in_(gone)), first + n))
    begun = case(*places, else_=first) if places else literal(first)
    mine = (col(Record.case_id) == col(Case.id), col(Record.state) != "cancelled")
    return func.coalesce(select(func.max(begun)).where(*mine).correlate(Case).scalar_subquery(), first)


async def _procedures(
    work: Work, agency: Agency, reference: str, pack: Pack
) -> list[tuple[Procedure | None, ColumnElement[bool]]]:
    """The pack's procedures, and which cases go by each.

    Judged once for each set of values that cases have. A `when` that looks at more of a case than its facts sees none
    of it here.
    """
    named = {name for each in pack.procedures if each.when for name in references(each.when)}
    facts = sorted(name.removeprefix("case.") for name in named if name.startswith("case."))
    known = Facts(work.now, settings=await agency_settings(work, agency, pack), amounts=pack.amounts())
    if not facts:
        return [(procedure_of(pack, known), true())]
    by_procedure: dict[str, tuple[Procedure | None, list[ColumnElement[bool]]]] = {}
    for values in await _met_with(work, agency, reference, facts):
        case_facts = {name: value for name, value in zip(facts, values, strict=True) if value is not None}
        procedure = procedure_of(pack, replace(known, case=case_facts))
        _, cases = by_procedure.setdefault(procedure.id if procedure else "", (procedure, []))
        cases.append(_having(facts, values))
    return [(procedure, or_(false(), *cases)) for procedure, cases in by_procedure.values()]


async def _met_with(work: Work, agency: Agency, reference: str, facts: Sequence[str]) -> Sequence[_Values]:
    """The sets of values that the agency's cases of this pack have."""
    columns = [
        select(CaseFact.value).where(_fact(name)).correlate(Case).scalar_subquery().label(f"fact_{n}")
        for n, name in enumerate(facts)
    ]
    cases = (col(Case.agency_id) == agency.id, col(Case.pack) == reference)
    query: Any = select(*columns)
    found = await work.session.exec(query.where(*cases).distinct())
    return [tuple(row) if len(facts) > 1 else (row,) for row in found.all()]


def _having(facts: Sequence[str], values: _Values) -> ColumnElement[bool]:
    each = zip(facts, values, strict=True)
    return and_(
        *(
            exists().where(_fact(name), col(CaseFact.value) == literal(value, Json))
            if value is not None
            else ~exists().where(_fact(name), col(CaseFact.value).is_not(None))
            for name, value in each
        )
    )


def _fact(name: str) -> ColumnElement[bool]:
    return and_(col(CaseFact.case_id) == col(Case.id), col(CaseFact.name) == name)
