"""The compliance check of a case as it stands, and the names in it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from bot.work import Work
from dialogs.compliance import Compliance, check
from models.tables import Case, Officer


async def compliance_of(work: Work, case: Case) -> Compliance:
    """The check of the case as it stands now."""
    return check(work.shelf.get(case.pack), await load_facts(work, case, None, clashes=True))


async def names_in(work: Work, found: Compliance) -> dict[str, str]:
    """Names of the officers in findings, by their id as text."""
    return await names_of(work, (each for finding in found.findings for each in finding.people))


async def names_of(work: Work, officer_ids: Iterable[str]) -> dict[str, str]:
    """Unknown ids are left out."""
    wanted = {int(each) for each in officer_ids if each.isdecimal()}
    if not wanted:
        return {}
    found = await work.session.exec(select(Officer).where(col(Officer.id).in_(wanted)))
    return {str(officer.id): officer.name for officer in found.all()}
