"""What a case holds: the list of its evidence, and each piece with its term. Who opened it is kept."""

from __future__ import annotations

from sqlmodel import col, select

from bot.use_cases.access import case_for
from bot.use_cases.reading import note_access
from bot.use_cases.retention import kept_of, terms_of
from bot.use_cases.withdraw_evidence import evidence_for
from bot.views import archive as view
from bot.work import Person, Work
from models.tables import Case, Device, Evidence, Officer


async def list_evidence(work: Work, person: Person, case_id: int, page: int = 0) -> None:
    """A page of the case's evidence, oldest first. Raises what `case_for` raises."""
    case = await case_for(work, person, case_id)
    terms = await terms_of(work, case)
    found = await work.session.exec(
        select(Evidence)
        .where(col(Evidence.case_id) == case.id)
        .order_by(col(Evidence.id))
        .offset(page * view.ITEMS)
        .limit(view.ITEMS)
    )
    shown = [(evidence, terms.evidence[evidence.id]) for evidence in found.all() if evidence.id is not None]
    pack, total = work.shelf.get(case.pack), len(terms.evidence)
    screen = view.evidence_list_screen(person.t, case, pack, shown, terms.file, page=page, total=total)
    await work.reply(person, screen)


async def show_evidence(work: Work, person: Person, evidence_id: int) -> None:
    """One piece. Raises what `evidence_for` raises."""
    evidence = await evidence_for(work, person, evidence_id)
    case = await work.session.get_one(Case, evidence.case_id)
    officer = await work.session.get_one(Officer, evidence.officer_id)
    device = await work.session.get(Device, evidence.device_id) if evidence.device_id else None
    may_change = person.id in (case.officer_id, case.second_officer_id)
    pack, kept = work.shelf.get(case.pack), await kept_of(work, evidence)
    card = view.evidence_card(person.t, case, pack, evidence, kept, officer.name, device, may_change=may_change)
    await work.reply(person, card)
    await note_access(work, person.id, case, f"evidence:{evidence.id}")
