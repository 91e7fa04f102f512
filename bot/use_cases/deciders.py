"""Who may decide a review step: the people of its role but for its makers and, unless the agency lets roles merge,
whoever has decided an earlier step; and the deputies of those who are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.memo import Memo
from bot.use_cases.case_facts import agency_settings
from bot.use_cases.secrecy import cleared, levels_of
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


@dataclass(frozen=True)
class Matter:
    """One step of one text, as far as it says who may decide it. `makers`: see `makers_of`."""

    record_id: int
    round: int
    case: Case
    step: ReviewStep
    makers: frozenset[int]


@dataclass(frozen=True)
class Waiting:
    """A request that waits, without its text: lists hold many. `form`, `pack`, `number`: the record's."""

    opinion_id: int
    asked_at: datetime
    form: str
    pack: str
    number: str | None
    matter: Matter


async def asked_for(work: Work, record: Record, case: Case, step: ReviewStep) -> Asked:
    """Who may decide `step` of the frozen record, those in their own right first."""
    return (await _judge(work, case.agency_id, [_matter(record, case, step)]))[0]


async def require_deciding(work: Work, person: Person, record: Record, case: Case, step: ReviewStep) -> Decider:
    """The person as the decider they are.

    Raises Denied `role.required`, `opinion.own_record`, `opinion.twice`, `case.secret`, `opinion.other_unit`.
    """
    found = (await asked_for(work, record, case, step)).decider(person.id)
    if found is not None and person.officer.active:
        return found
    if not any(step.by in each.roles for each in await absent_for(work, person.id)):
        person.require(step.by)
    matter = _matter(record, case, step)
    if person.id in matter.makers:
        raise Denied("opinion.own_record")
    if person.id in (await _decided(work, case.agency_id, [matter]))[matter.record_id]:
        raise Denied("opinion.twice")
    if not await cleared(work, case, person.officer):
        raise Denied("case.secret")
    raise Denied("opinion.other_unit")


async def waiting_for(work: Work, officer: Officer, case: Case | None = None) -> list[tuple[Waiting, Decider]]:
    """Everything the person is asked to decide, also in somebody's stead, oldest first; `case`: in this one only.

    However much waits in the agency, it is judged with the same few statements.
    """
    roles = {role for each in (officer, *await absent_for(work, officer.id or 0)) for role in each.roles}
    pending = [each for each in await _pending(work, officer.agency_id, case) if each.matter.step.by in roles]
    asked = await _judge(work, officer.agency_id, [each.matter for each in pending])
    found = [(each, judged.decider(officer.id or 0)) for each, judged in zip(pending, asked, strict=True)]
    return [(each, decider) for each, decider in found if decider is not None]


async def pending_in(work: Work, agency_id: int) -> list[Waiting]:
    """Everything that waits for a decision of anybody in the agency."""
    return await _pending(work, agency_id, None)


def makers_of(case: Case, maker_id: int, confirmed: Sequence[str]) -> frozenset[int]:
    """Whoever made or confirmed a record, or works on its case: nobody decides on what is their own."""
    known = {case.officer_id, case.second_officer_id, maker_id, *map(int, confirmed)}
    return frozenset(each for each in known if each is not None)


def step_of(work: Work, record: Record, step_id: str) -> ReviewStep:
    """The review step named, of the record's pinned form."""
    return _step(work, record.pack, record.form, step_id)


def _step(work: Work, pack: str, form: str, step_id: str) -> ReviewStep:
    return next(each for each in work.shelf.get(pack).record(form).review if each.id == step_id)


def _matter(record: Record, case: Case, step: ReviewStep) -> Matter:
    assert record.id is not None
    return Matter(record.id, record.round, case, step, makers_of(case, record.maker_id, [*record.confirmed]))


async def _pending(work: Work, agency_id: int, case: Case | None) -> list[Waiting]:
    """What waits for anybody of the agency, or in one case, oldest first. The texts themselves stay where they are."""

    async def read() -> list[Waiting]:
        record = (Record.id, Record.round, Record.maker_id, Record.confirmed, Record.pack, Record.form, Record.number)
        query = (
            select(Opinion.id, Opinion.step, Opinion.asked_at, Case, *record)  # type: ignore[call-overload]
            .join(Record, col(Opinion.record_id) == col(Record.id))
            .join(Case, col(Record.case_id) == col(Case.id))
            .where(
                col(Opinion.result) == "pending",
                col(Record.agency_id) == agency_id,
                col(Record.state) == "frozen",
                col(Opinion.round) == col(Record.round),
                *([col(Case.id) == case.id] if case is not None else ()),
            )
            .order_by(col(Opinion.id))
        )
        return [
            Waiting(
                opinion_id,
                asked_at,
                form,
                pack,
                number,
                Matter(record_id, round_, of, _step(work, pack, form, step), makers_of(of, maker_id, [*confirmed])),
            )
            for opinion_id, step, asked_at, of, record_id, round_, maker_id, confirmed, pack, form, number in (
                await work.session.exec(query)
            ).all()
        ]

    key = ("waiting", agency_id, case.id if case is not None else None)
    return await Memo.of(work.session).get(key, (Opinion, Record, Case), read)


async def _judge(work: Work, agency_id: int, matters: Sequence[Matter]) -> list[Asked]:
    """Who may decide each of these now. What this rests on is read once for all of them."""
    if not matters:
        return []
    decided = await _decided(work, agency_id, matters)
    levels = await levels_of(work, [each.case for each in matters])
    holders = {role: await work.with_role(agency_id, role) for role in {each.step.by for each in matters}}
    deputies: dict[int, Officer] = {}  # of those who are away
    for holder in {each.id: each for people in holders.values() for each in people}.values():
        if holder.id and (deputy_id := await deputy_of(work, holder.id)) is not None:
            deputies[holder.id] = await work.session.get_one(Officer, deputy_id)

    def judged(matter: Matter) -> Asked:
        barred = matter.makers | decided[matter.record_id]

        def free(officer: Officer) -> bool:
            return officer.id not in barred and levels.clear(matter.case, officer)

        able = [each for each in holders[matter.step.by] if free(each)]
        of_unit = [each for each in able if each.unit_id == matter.case.unit_id]
        if matter.step.of_unit and of_unit:
            able = of_unit
        people = [Decider(each) for each in able]
        for holder in able:
            deputy = deputies.get(holder.id or 0)
            if deputy is not None and deputy.id not in {each.officer.id for each in people} and free(deputy):
                people.append(Decider(deputy, holder))
        return Asked(tuple(people), matter.step.of_unit and not of_unit)

    return [judged(each) for each in matters]


async def _decided(work: Work, agency_id: int, matters: Sequence[Matter]) -> dict[int, set[int]]:
    """Record -> who has decided this text before, in person or through a deputy; nobody, where roles may merge."""
    agency = await work.session.get_one(Agency, agency_id)
    packs = {each: work.shelf.get(each) for each in {each.case.pack for each in matters}}
    merging = {each for each, pack in packs.items() if (await agency_settings(work, agency, pack)).get(MERGING) is True}
    rounds = {each.record_id: each.round for each in matters if each.case.pack not in merging}
    decided: dict[int, set[int]] = {each.record_id: set() for each in matters}
    if rounds:
        query = select(Opinion.record_id, Opinion.round, Opinion.officer_id, Opinion.stands_for_id)
        approved = (col(Opinion.record_id).in_(rounds), col(Opinion.result) == "approved")
        for record_id, round_, *people in (await work.session.exec(query.where(*approved))).all():
            if round_ == rounds[record_id]:
                decided[record_id] |= {each for each in people if each is not None}
    return decided
