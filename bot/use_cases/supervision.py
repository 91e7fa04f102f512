"""A supervisor's morning: what is overdue, due today, not handed over, and waiting for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy import case as either
from sqlmodel import col, func, select

from bot.i18n import translator
from bot.screen import Screen
from bot.use_cases.deciders import pending_in
from bot.use_cases.events import deadline_of
from bot.use_cases.overdue import Filter, kind_mark
from bot.use_cases.secrecy import levels_of
from bot.use_cases.stand_ins import absent_for, current
from bot.views import supervision as view
from bot.views.overdue import no_unit
from bot.work import Work
from dialogs.packs.schema import Pack
from dialogs.zone import SHANGHAI
from models.tables import Agency, Case, Officer, OpenTerm, Unit


def handovers(pack: Pack) -> set[str]:
    """The deadlines of handing recordings over."""
    return {each.id for each in pack.deadlines if each.counts_as == "handover"}


async def supervisor_morning(work: Work, officer: Officer) -> Screen | None:
    """What a supervisor who is there, or who stands in for one, should know today.

    None when there is nothing to say, or it is not theirs to know.
    """
    people = [officer, *await absent_for(work, officer.id or 0)]
    away = await current(work, officer.id or 0) is not None
    if away or not officer.active or not any("supervisor" in each.roles for each in people):
        return None
    t = translator(officer.language)
    agency = await work.session.get_one(Agency, officer.agency_id)
    kinds = handovers(work.shelf.newest(agency.pack))
    due_today, due_count = await _due_today(work, officer)
    unhanded, late, word = await _unhanded(work, officer, kinds)
    waiting, waiting_count = await _waiting(work, officer)
    found = view.Morning(
        await _by_unit(work, officer, no_unit(t)), due_today, due_count, unhanded, late, word, waiting, waiting_count
    )
    if not (found.units or found.due_count or found.unhanded or found.waiting_count):
        return None
    return view.morning_screen(t, found, work.now.astimezone(SHANGHAI))


def _running(officer: Officer) -> tuple[ColumnElement[bool], ...]:
    return (col(OpenTerm.agency_id) == officer.agency_id, col(OpenTerm.state) == "open")


async def _by_unit(work: Work, officer: Officer, nameless: str) -> tuple[view.UnitOverdue, ...]:
    """Units with something overdue, the one with the oldest first."""
    late = (*_running(officer), col(OpenTerm.due_at) <= work.now)
    counted = await work.session.exec(
        select(Case.unit_id, func.count(), func.min(OpenTerm.due_at))
        .select_from(OpenTerm)
        .join(Case, col(Case.id) == col(OpenTerm.case_id))
        .where(*late)
        .group_by(col(Case.unit_id))
    )
    found = []
    for unit_id, count, oldest in sorted(counted.all(), key=lambda each: each[2]):
        of_unit = col(Case.unit_id) == unit_id if unit_id else col(Case.unit_id).is_(None)
        first = await work.session.exec(
            select(Case)
            .join(OpenTerm, col(OpenTerm.case_id) == col(Case.id))
            .where(*late, of_unit)
            .order_by(col(OpenTerm.due_at), col(OpenTerm.id))
            .limit(1)
        )
        unit = await work.session.get(Unit, unit_id) if unit_id else None
        name = unit.name if unit else nameless
        found.append(view.UnitOverdue(name, count, oldest, first.one(), Filter(unit=unit_id or 0).word))
    return tuple(found)


async def _due_today(work: Work, officer: Officer) -> tuple[tuple[tuple[str, datetime, Case], ...], int]:
    """What falls due before the day is over, and how much there is of it."""
    tomorrow = datetime.combine(work.now.astimezone(SHANGHAI).date() + timedelta(days=1), time(), SHANGHAI)
    today = (*_running(officer), col(OpenTerm.due_at) > work.now, col(OpenTerm.due_at) <= tomorrow)
    count = (await work.session.exec(select(func.count()).select_from(OpenTerm).where(*today))).one()
    first = await work.session.exec(
        select(OpenTerm, Case)
        .join(Case, col(Case.id) == col(OpenTerm.case_id))
        .where(*today)
        .order_by(col(OpenTerm.due_at), col(OpenTerm.id))
        .limit(view.MORNING_LINES)
    )
    rows = first.all()
    levels = await levels_of(work, [case for _, case in rows])
    return tuple(
        (
            deadline_of(work.shelf.get(case.pack), term.deadline).owed if levels.clear(case, officer) else "",
            term.due_at,
            case,
        )
        for term, case in rows
    ), count


async def _unhanded(work: Work, officer: Officer, kinds: set[str]) -> tuple[int, int, str | None]:
    """Recordings still to be handed over, those of them too late, and the list narrowed to the kind most are of."""
    counted = await work.session.exec(
        select(OpenTerm.deadline, func.count(), func.sum(_late(work)))
        .where(*_running(officer), col(OpenTerm.deadline).in_(kinds))
        .group_by(col(OpenTerm.deadline))
    )
    rows: Sequence[tuple[str, int, int]] = [(each, count, late or 0) for each, count, late in counted.all()]
    late = sum(each for _, _, each in rows)
    most = max(rows, key=lambda each: each[2], default=None)
    word = Filter(kind=kind_mark(most[0])).word if most is not None and late else None
    return sum(count for _, count, _ in rows), late, word


def _late(work: Work) -> ColumnElement[int]:
    return either((col(OpenTerm.due_at) <= work.now, 1), else_=0)


async def _waiting(work: Work, officer: Officer) -> tuple[tuple[view.Waiting, ...], int]:
    """Decisions that wait for anybody of the agency, longest first, and how many there are."""
    pending = sorted(await pending_in(work, officer.agency_id), key=lambda each: each.asked_at)
    shown = pending[: view.MORNING_LINES]
    levels = await levels_of(work, [each.matter.case for each in shown])
    return tuple(
        view.Waiting(
            each.matter.case,
            work.shelf.get(each.pack).record(each.form).title if levels.clear(each.matter.case, officer) else "",
            each.asked_at,
        )
        for each in shown
    ), len(pending)
