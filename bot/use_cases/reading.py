"""Who may read a case, and that somebody has read it. See `access` for who may change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from bot.use_cases.deciders import waiting_for
from bot.use_cases.secrecy import cleared
from bot.use_cases.stand_ins import absent_for
from bot.work import Person, Work
from models.errors import Denied
from models.tables import Access, Case, Officer, Opinion, Record

# Read every unit's cases: who supervises, keeps or heads, and whose legal review serves all units.
EVERYWHERE = frozenset({"supervisor", "archivist", "head", "legal_reviewer"})
OF_UNIT = frozenset({"reviewer", "approver"})  # read their own unit's, and what they are asked about
AGAIN = timedelta(minutes=10)  # an opening is noted once in this time


async def require_reading(work: Work, person: Person, case: Case) -> None:
    """Raise Denied `case.secret`, `case.not_yours` unless the person may read the case.

    A deputy reads what the absent person reads, as long as the case is not secret: secrets are not delegated.
    """
    if person.id in (case.officer_id, case.second_officer_id):
        return
    if not await cleared(work, case, person.officer):
        raise Denied("case.secret")
    readable = select(Case.id).where(col(Case.id) == case.id, await readable_cases(work, person, case))
    if (await work.session.exec(readable)).first() is None:
        raise Denied("case.not_yours")


async def readable_cases(work: Work, person: Person, case: Case | None = None) -> ColumnElement[bool]:
    """The cases a person may find, secret ones too: their own, by role, by unit, asked about, and as a deputy.

    case: the only one it will be asked of.
    """
    people = [person.officer, *await absent_for(work, person.id)]
    if EVERYWHERE & {role for each in people for role in each.roles}:
        return col(Case.agency_id) == person.agency.id
    wanted = [_by_place(each) for each in people]
    wanted.append(col(Case.id).in_(select(Record.case_id).where(col(Record.maker_id) == person.id)))
    wanted.append(col(Case.id).in_(await _asked(work, people, case)))
    return (col(Case.agency_id) == person.agency.id) & or_(*wanted)


async def note_access(work: Work, officer_id: int, case: Case, what: str) -> None:
    """Keep that somebody opened or was sent `what` of a case (see `Access`), once in ten minutes."""
    again = select(Access.id).where(
        col(Access.case_id) == case.id,
        col(Access.officer_id) == officer_id,
        col(Access.what) == what,
        col(Access.at) > work.now - AGAIN,
    )
    if (await work.session.exec(again.limit(1))).first() is None:
        assert case.id is not None
        work.session.add(
            Access(agency_id=case.agency_id, case_id=case.id, officer_id=officer_id, what=what, at=work.now)
        )
        await work.session.flush()


def _by_place(officer: Officer) -> ColumnElement[bool]:
    """Cases read without being asked: one's own, and by role one's unit's."""
    own = or_(col(Case.officer_id) == officer.id, col(Case.second_officer_id) == officer.id)
    if not OF_UNIT & set(officer.roles):
        return own
    unit = col(Case.unit_id).is_(None) if officer.unit_id is None else col(Case.unit_id) == officer.unit_id
    return or_(own, unit)


async def _asked(work: Work, people: Sequence[Officer], case: Case | None) -> set[int]:
    """Cases, or this one, in which one of the people, or somebody in their stead, has decided or is asked to."""
    ids = [each.id for each in people]
    decided = await work.session.exec(
        select(Record.case_id)
        .join(Opinion, col(Opinion.record_id) == col(Record.id))
        .where(
            or_(col(Opinion.officer_id).in_(ids), col(Opinion.stands_for_id).in_(ids)),
            *([col(Record.case_id) == case.id] if case is not None else ()),
        )
    )
    waiting = [each.matter.case.id for officer in people for each, _ in await waiting_for(work, officer, case)]
    return {*decided.all(), *(each for each in waiting if each is not None)}
