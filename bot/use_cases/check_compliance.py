"""The compliance check of a case, for whoever may open the case: a card, and before a decision proof of reading it."""

from __future__ import annotations

from dataclasses import replace

from bot.use_cases.access import case_for, conversation_of, roles_in
from bot.use_cases.case_compliance import compliance_of, names_in
from bot.use_cases.reading import note_access
from bot.use_cases.show_case import list_cases
from bot.views.compliance import compliance_screen
from bot.work import Person, Work
from models.tables import Opinion

READ = "compliance"  # its name in `Opinion.read`


async def show_compliance(
    work: Work, person: Person, case_id: int, *, opinion: Opinion | None = None, page: int = 0, fresh: bool = True
) -> None:
    """Show how the case stands. `opinion`: the decision the reader is asked for; that they were shown it is kept.

    fresh: as a new card; otherwise the card that stands shows another page.

    Raises Missing `case.unknown`, Denied `case.not_yours`, `case.secret`.
    """
    case = await case_for(work, person, case_id)
    pack = work.shelf.get(case.pack)
    found = await compliance_of(work, case)
    await note_access(work, person.id, case, "compliance")
    names = await names_in(work, found)
    roles = set(roles_in(person.officer, case)) if case.state == "open" and opinion is None else set()
    begins = {form.id: form.title for form in pack.records if not form.opens_case and roles & set(form.by)}
    screen = compliance_screen(person.t, case, pack, found, names, page=page, begins=begins)
    await work.reply(person, replace(screen, fresh=fresh))
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
