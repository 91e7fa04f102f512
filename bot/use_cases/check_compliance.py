"""The compliance check of a case, for whoever may open the case: a card, and before a decision proof of reading it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from bot.use_cases.access import case_for, conversation_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.show_case import list_cases
from bot.views.compliance import compliance_screen
from bot.work import Person, Work
from dialogs.compliance import Compliance, check
from models.tables import Case, Officer, Opinion

READ = "compliance"  # its name in `Opinion.read`


async def show_compliance(
    work: Work, person: Person, case_id: int, *, opinion: Opinion | None = None, page: int = 0
) -> None:
    """Show how the case stands. `opinion`: the decision the reader is asked for; that they were shown it is kept.

    Raises Missing `case.unknown`, Denied `case.not_yours`, `case.secret`.
    """
    case = await case_for(work, person, case_id)
    pack = work.shelf.get(case.pack)
    found = await compliance_of(work, case)
    names = await names_of(work, (each for finding in found.findings for each in finding.people))
    begins = {}
    if case.state == "open" and person.id in (case.officer_id, case.second_officer_id):
        begins = {form.id: form.title for form in pack.records if not form.opens_case}
    await work.reply(person, compliance_screen(person.t, case, pack, found, names, page=page, begins=begins))
    if opinion is not None and READ not in opinion.read:
        opinion.read = opinion.read | {READ: work.now.isoformat()}
        work.session.add(opinion)


async def check_current(work: Work, person: Person) -> None:
    """`/check`: the case the chat is about; without one the list of cases to choose from."""
    conversation = await conversation_of(work, person.id)
    if conversation.case_id is None:
        await list_cases(work, person, 0)
        return
    await show_compliance(work, person, conversation.case_id)


async def compliance_of(work: Work, case: Case) -> Compliance:
    """The check of the case as it stands now."""
    return check(work.shelf.get(case.pack), await load_facts(work, case, None, clashes=True))


async def names_of(work: Work, officer_ids: Iterable[str]) -> dict[str, str]:
    """Names of officers by their id as text; unknown ids are left out."""
    wanted = {int(each) for each in officer_ids if each.isdecimal()}
    if not wanted:
        return {}
    found = await work.session.exec(select(Officer).where(col(Officer.id).in_(wanted)))
    return {str(officer.id): officer.name for officer in found.all()}
