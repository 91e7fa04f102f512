"""Showing cases: the list, one card, and what may be begun in it."""

from __future__ import annotations

from sqlmodel import col, func, select

from bot.use_cases.access import case_for, cases_of, conversation_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.overseeing import OVERSEES
from bot.use_cases.reading import note_access
from bot.use_cases.secrecy import secret_to
from bot.use_cases.start_record import may_begin
from bot.use_cases.versions import newer_pack
from bot.views.basis import basis_text
from bot.views.cases import RECORDS, case_screen, cases_screen
from bot.work import Person, Work
from dialogs.course import course_of
from models.tables import CaseFact, Evidence, OpenTerm, Record

_PAGE = 8


async def list_cases(work: Work, person: Person, page: int) -> None:
    page = max(page, 0)
    cases = await cases_of(work, person, limit=_PAGE + 1, offset=page * _PAGE)
    shown = cases[:_PAGE]
    secret = await secret_to(work, person, shown)
    facts = await work.session.exec(
        select(CaseFact).where(
            col(CaseFact.case_id).in_([case.id for case in shown if case.id not in secret]),
            col(CaseFact.name) == "party_name",
        )
    )
    parties = {fact.case_id: str(fact.value) for fact in facts.all()}
    await work.reply(person, cases_screen(person.t, shown, parties, page=page, more=len(cases) > _PAGE))


async def show_case(work: Work, person: Person, case_id: int, page: int = 0) -> None:
    """The card of a case with a page of its records, newest first."""
    case = await case_for(work, person, case_id)
    await note_access(work, person.id, case, "case")
    pack = work.shelf.get(case.pack)
    facts = await load_facts(work, case, None)
    records = await work.session.exec(
        select(Record)
        .where(col(Record.case_id) == case.id, col(Record.state) != "cancelled")
        .order_by(col(Record.id).desc())
        .limit(RECORDS + 1)
        .offset(page * RECORDS)
    )
    shown = records.all()
    open_terms = await work.session.exec(
        select(OpenTerm)
        .where(col(OpenTerm.case_id) == case.id, col(OpenTerm.state) == "open")
        .order_by(col(OpenTerm.due_at))
    )
    owed = {
        deadline.id: f"{deadline.owed}（{basis_text(person.t, pack, deadline.basis)}）" for deadline in pack.deadlines
    }
    count = await work.session.exec(select(func.count()).select_from(Evidence).where(col(Evidence.case_id) == case.id))
    may_change = person.id in (case.officer_id, case.second_officer_id) and "officer" in person.officer.roles
    if may_change:  # files sent from now on belong to it
        conversation = await conversation_of(work, person.id)
        conversation.case_id = case.id
        work.session.add(conversation)
    await work.reply(
        person,
        case_screen(
            person.t,
            case,
            pack,
            facts,
            shown[:RECORDS],
            [(term, owed.get(term.deadline, term.deadline)) for term in open_terms.all()],
            count.one(),
            page=page,
            more=len(shown) > RECORDS,
            course=course_of(pack, facts),
            may_begin=may_begin(person, case, pack),
            newer=may_change and newer_pack(work, case) is not None,
            may_reassign=case.state in ("open", "archived") and bool(OVERSEES & set(person.officer.roles)),
        ),
    )
