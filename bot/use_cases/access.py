"""Who may see and do what. Denied by default; another agency's things are not even known to exist."""

from __future__ import annotations

from sqlmodel import col, select

from bot.memo import Memo
from bot.use_cases.reading import readable_cases, require_reading
from bot.work import Person, Work
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from models.errors import Denied, Missing, Stale
from models.tables import Case, Conversation, Officer, Record


async def case_for(work: Work, person: Person, case_id: int, *, to_change: bool = False) -> Case:
    """The case, when the person may open it (or, with `to_change`, work on it as one of its officers).

    Raises Missing `case.unknown` (also for another agency's case), Denied `case.not_yours`, `case.secret`.
    """
    case = await work.session.get(Case, case_id)
    if case is None or case.agency_id != person.agency.id:
        raise Missing("case.unknown")
    if to_change:
        person.require("officer")
        if person.id not in (case.officer_id, case.second_officer_id):
            raise Denied("case.not_yours")
    await require_reading(work, person, case)
    return case


async def find_case(work: Work, person: Person, text: str) -> int:
    """The id of the agency's case of this number, or of this id when it has none. See `case_for` for who may open it.

    Raises Missing `case.unknown`.
    """
    mine = select(Case.id).where(col(Case.agency_id) == person.agency.id)
    found = (await work.session.exec(mine.where(col(Case.number) == text))).first()
    if found is None and text.isascii() and text.isdecimal() and len(text) <= 9:
        found = (await work.session.exec(mine.where(col(Case.id) == int(text), col(Case.number).is_(None)))).first()
    if found is None:
        raise Missing("case.unknown")
    return found


async def case_to_fill(work: Work, person: Person, case_id: int, form_id: str) -> tuple[Case, Pack, Form]:
    """The case and its form, when the person may begin and fill such a record in it.

    Raises Missing `form.unknown` and what `case_for` raises.
    """
    case = await case_for(work, person, case_id)
    pack = work.shelf.get(case.pack)
    try:
        form = pack.record(form_id)
    except KeyError as cause:
        raise Missing("form.unknown", form=form_id) from cause
    if not set(roles_in(person.officer, case)) & set(form.by):
        raise Denied("case.not_yours")
    return case, pack, form


async def record_for(
    work: Work, person: Person, record_id: int, *, to_change: bool = False, state: str | None = None
) -> tuple[Record, Case]:
    """The record and its case; with `to_change`, when the person may fill in such records. `state` demands one.

    Raises Missing `record.unknown`, Denied `case.not_yours`, `case.secret`, Stale `record.wrong_state`.
    """
    record = await work.session.get(Record, record_id, with_for_update=True)
    if record is None or record.agency_id != person.agency.id:
        raise Missing("record.unknown")
    case = await case_for(work, person, record.case_id)
    # A record stays on its own version of the regulation, whatever its case has moved to.
    if to_change and not set(roles_in(person.officer, case)) & set(work.shelf.get(record.pack).record(record.form).by):
        raise Denied("case.not_yours")
    if state is not None and record.state != state:
        raise Stale("record.wrong_state", state=record.state, wanted=state)
    return record, case


def roles_in(officer: Officer, case: Case) -> list[str]:
    """The roles a person acts in within a case: officer only where it is theirs, any other everywhere."""
    own = officer.id in (case.officer_id, case.second_officer_id)
    return [role for role in officer.roles if officer.active and (own or role != "officer")]


def officers_of(case: Case, record: Record) -> list[int]:
    """Everyone who works on a record: the case's officers and the record's maker, each once, by id."""
    return sorted({i for i in (case.officer_id, case.second_officer_id, record.maker_id) if i is not None})


async def cases_of(work: Work, person: Person, *, limit: int, offset: int) -> list[Case]:
    """Cases the person works on or may read, newest first; of those secret to them show no more than the number."""
    query = select(Case).where(await readable_cases(work, person), col(Case.state) != "abandoned")
    found = await work.session.exec(query.order_by(col(Case.id).desc()).limit(limit).offset(offset))
    return list(found.all())


async def conversation_of(work: Work, officer_id: int) -> Conversation:
    """Where the person's chat stands; made on first use."""

    async def read() -> Conversation:
        query = select(Conversation).where(col(Conversation.officer_id) == officer_id)
        conversation = (await work.session.exec(query)).first()
        if conversation is None:
            conversation = Conversation(officer_id=officer_id)
            work.session.add(conversation)
            await work.session.flush()
        return conversation

    return await Memo.of(work.session).get(("conversation", officer_id), (), read)


def expect(conversation: Conversation, mode: str = "", **data: object) -> None:
    """Set what the person's next text or file means; '' is ordinary answering."""
    conversation.mode = mode
    conversation.mode_data = data
