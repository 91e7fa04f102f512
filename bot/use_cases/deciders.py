"""Who may decide a review step: the people of its role but for its makers and, unless the agency lets roles merge,
whoever has decided an earlier step; and the deputies of those who are away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from bot.use_cases.case_facts import agency_settings
from bot.use_cases.secrecy import cleared
from bot.use_cases.stand_ins import absent_for, deputy_of
from bot.work import Person, Work
from dialogs.packs.schema import ReviewStep
from models.errors import Denied
from models.tables import Agency, Case, Officer, Opinion, Record

MERGING = "roles_may_merge"  # the pack's setting


@dataclass(frozen=True)
class Decider:
    """Somebody asked; `stands_for` is the absent person in whose stead."""

    officer: Officer
    stands_for: Officer | None = None


@dataclass(frozen=True)
class Asked:
    """Everybody who may decide a step now. `beyond_unit`: it is the unit's step, but nobody there may decide it."""

    people: tuple[Decider, ...]
    beyond_unit: bool = False

    def decider(self, officer_id: int) -> Decider | None:
        """The person as they are asked: in their own right, where they have it."""
        return next((each for each in self.people if each.officer.id == officer_id), None)


async def asked_for(work: Work, record: Record, case: Case, step: ReviewStep) -> Asked:
    """Who may decide `step` of the frozen record, those in their own right first."""
    barred = makers_of(case, record) | await _decided(work, record, case)

    async def free(officer: Officer) -> bool:
        return officer.id not in barred and await cleared(work, case, officer)

    holders = [each for each in await work.with_role(record.agency_id, step.by) if await free(each)]
    of_unit = [each for each in holders if each.unit_id == case.unit_id]
    if step.of_unit and of_unit:
        holders = of_unit
    people = [Decider(each) for each in holders]
    for holder in holders:
        assert holder.id is not None
        deputy_id = await deputy_of(work, holder.id)
        deputy = await work.session.get_one(Officer, deputy_id) if deputy_id else None
        if deputy is not None and deputy.id not in {each.officer.id for each in people} and await free(deputy):
            people.append(Decider(deputy, holder))
    return Asked(tuple(people), step.of_unit and not of_unit)


async def require_deciding(work: Work, person: Person, record: Record, case: Case, step: ReviewStep) -> Decider:
    """The person as the decider they are.

    Raises Denied `role.required`, `opinion.own_record`, `opinion.twice`, `case.secret`, `opinion.other_unit`.
    """
    found = (await asked_for(work, record, case, step)).decider(person.id)
    if found is not None and person.officer.active:
        return found
    if not any(step.by in each.roles for each in await absent_for(work, person.id)):
        person.require(step.by)
    if person.id in makers_of(case, record):
        raise Denied("opinion.own_record")
    if person.id in await _decided(work, record, case):
        raise Denied("opinion.twice")
    if not await cleared(work, case, person.officer):
        raise Denied("case.secret")
    raise Denied("opinion.other_unit")


async def waiting_for(work: Work, officer: Officer) -> list[tuple[Opinion, Record, Case, Decider]]:
    """Everything the person is asked to decide, also in somebody's stead, oldest first."""
    roles = {role for each in (officer, *await absent_for(work, officer.id or 0)) for role in each.roles}
    found = await work.session.exec(
        select(Opinion, Record, Case)
        .join(Record, col(Opinion.record_id) == col(Record.id))
        .join(Case, col(Record.case_id) == col(Case.id))
        .where(
            col(Opinion.result) == "pending",
            col(Record.agency_id) == officer.agency_id,
            col(Record.state) == "frozen",
            col(Opinion.round) == col(Record.round),
        )
        .order_by(col(Opinion.id))
    )
    waiting = []
    for opinion, record, case in found.all():
        step = step_of(work, record, opinion.step)
        if step.by in roles:
            decider = (await asked_for(work, record, case, step)).decider(officer.id or 0)
            if decider is not None:
                waiting.append((opinion, record, case, decider))
    return waiting


def makers_of(case: Case, record: Record) -> set[int]:
    """Whoever made or confirmed the record, or works on its case: nobody decides on what is their own."""
    known = {case.officer_id, case.second_officer_id, record.maker_id, *map(int, record.confirmed)}
    return {each for each in known if each is not None}


def step_of(work: Work, record: Record, step_id: str) -> ReviewStep:
    """The review step named, of the record's pinned form."""
    return next(each for each in work.shelf.get(record.pack).record(record.form).review if each.id == step_id)


async def _decided(work: Work, record: Record, case: Case) -> set[int]:
    """Who has decided this text before, in person or through a deputy; nobody, where roles may merge."""
    agency = await work.session.get_one(Agency, record.agency_id)
    if (await agency_settings(work, agency, work.shelf.get(case.pack))).get(MERGING) is True:
        return set()
    found = await work.session.exec(
        select(Opinion.officer_id, Opinion.stands_for_id).where(
            col(Opinion.record_id) == record.id,
            col(Opinion.round) == record.round,
            col(Opinion.result) == "approved",
        )
    )
    return {each for pair in found.all() for each in pair if each is not None}
