"""Who may see and do what. Denied by default; another agency's things are not even known to exist."""

from __future__ import annotations

from sqlmodel import col, or_, select

from bot.work import Person, Work
from models.errors import Denied, Missing, Stale
from models.tables import Case, Conversation, Record

_READERS = ("approver", "supervisor", "archivist")


async def case_for(work: Work, person: Person, case_id: int, *, to_change: bool = False) -> Case:
    """The case, when the person may open it (or, with `to_change`, work on it).

    Raises Missing `case.unknown` (also for another agency's case), Denied `case.not_yours`.
    """
    case = await work.session.get(Case, case_id)
    if case is None or case.agency_id != person.agency.id:
        raise Missing("case.unknown")
    own = person.id in (case.officer_id, case.second_officer_id)
    if to_change:
        person.require("officer")
    if own or (not to_change and set(person.officer.roles) & set(_READERS)):
        return case
    raise Denied("case.not_yours")


async def record_for(
    work: Work, person: Person, record_id: int, *, to_change: bool = False, state: str | None = None
) -> tuple[Record, Case]:
    """The record and its case. `state` demands it be in that state.

    Raises Missing `record.unknown`, Denied `case.not_yours`, Stale `record.wrong_state`.
    """
    record = await work.session.get(Record, record_id, with_for_update=True)
    if record is None or record.agency_id != person.agency.id:
        raise Missing("record.unknown")
    case = await case_for(work, person, record.case_id, to_change=to_change)
    if state is not None and record.state != state:
        raise Stale("record.wrong_state", state=record.state, wanted=state)
    return record, case


def officers_of(case: Case, record: Record) -> list[int]:
    """Everyone who works on a record: the case's officers and the record's maker, each once, by id."""
    return sorted({i for i in (case.officer_id, case.second_officer_id, record.maker_id) if i is not None})


async def cases_of(work: Work, person: Person, *, limit: int, offset: int) -> list[Case]:
    """Cases the person works on; for readers, the agency's. Newest first."""
    query = select(Case).where(col(Case.agency_id) == person.agency.id, col(Case.state) != "abandoned")
    if not set(person.officer.roles) & set(_READERS):
        query = query.where(or_(col(Case.officer_id) == person.id, col(Case.second_officer_id) == person.id))
    found = await work.session.exec(query.order_by(col(Case.id).desc()).limit(limit).offset(offset))
    return list(found.all())


async def conversation_of(work: Work, officer_id: int) -> Conversation:
    """Where the person's chat stands; made on first use."""
    query = select(Conversation).where(col(Conversation.officer_id) == officer_id)
    conversation = (await work.session.exec(query)).first()
    if conversation is None:
        conversation = Conversation(officer_id=officer_id)
        work.session.add(conversation)
        await work.session.flush()
    return conversation


def expect(conversation: Conversation, mode: str = "", **data: object) -> None:
    """Set what the person's next text or file means; '' is ordinary answering."""
    conversation.mode = mode
    conversation.mode_data = data
