"""Whose terms are whose, and what is stated of them: a person's own, and those of whoever they stand in for."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import col, or_

from bot.use_cases.events import deadline_of
from bot.use_cases.stand_ins import absent_for
from bot.work import Work
from dialogs.packs.schema import Deadline, Pack
from models.errors import Missing
from models.tables import Case, Officer, OpenTerm


async def own_cases(work: Work, officer: Officer) -> ColumnElement[bool]:
    """The cases the person works on, and those of the people they stand in for just now."""
    ids = [officer.id, *(each.id for each in await absent_for(work, officer.id or 0))]
    return or_(col(Case.officer_id).in_(ids), col(Case.second_officer_id).in_(ids))


async def in_stead_of(work: Work, officer: Officer, case: Case) -> str:
    """The name of whoever is away whose case it is; '' where it is the person's own."""
    of_case = (case.officer_id, case.second_officer_id)
    if officer.id in of_case:
        return ""
    return next((each.name for each in await absent_for(work, officer.id or 0) if each.id in of_case), "")


def stated(work: Work, case: Case, term: OpenTerm) -> tuple[Pack, Deadline] | None:
    """The deadline behind a term; None where its pack was taken away: the term runs on all the same."""
    try:
        pack = work.shelf.get(case.pack)
        return pack, deadline_of(pack, term.deadline)
    except Missing:
        return None
