"""Giving a case to another officer, with what its former officer had begun (decision 10)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, or_, select

from bot.use_cases.access import case_for, conversation_of, expect, roles_in
from bot.use_cases.events import deadline_of
from bot.use_cases.overseeing import OVERSEES
from bot.views import reassign as view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, CaseFact, Conversation, Officer, OpenTerm, Opinion, Reassignment, Record, Unit

MODE = "reassign_reason"
FIRST, SECOND = "officer", "second_officer"
_OFFICERS = "officers"  # the case fact that names them


@dataclass(frozen=True)
class _Seat:
    """One of a case's two places, who holds it and who holds the other."""

    name: str
    holder_id: int | None
    other_id: int | None


async def offer_seats(work: Work, person: Person, case_id: int) -> None:
    """Whose place is to be filled anew. Raises what `reassign` raises of the case."""
    case = await _case(work, person, case_id)
    names = [await _name(work, each) for each in (case.officer_id, case.second_officer_id)]
    await work.reply(person, view.seats_screen(person.t, case, names[0], names[1]))


async def offer_officers(work: Work, person: Person, case_id: int, seat: str, *, page: int | None = None) -> None:
    """Whom the case can be given to, the case's own unit first; with the cases each has open."""
    case = await _case(work, person, case_id)
    people = await _eligible(work, case, _seat(case, seat))
    units = await work.session.exec(select(Unit.id, Unit.name).where(col(Unit.agency_id) == case.agency_id))
    names = dict(units.all())
    people.sort(key=lambda each: (each.unit_id != case.unit_id, names.get(each.unit_id, ""), each.id or 0))
    shown = view.page_of(people, page or 0)
    loads = await _loads(work, shown.people)
    lines = [view.Candidate(each, names.get(each.unit_id, ""), loads.get(each.id or 0, 0)) for each in shown.people]
    await work.reply(person, view.officers_screen(person.t, case, seat, lines, shown, fresh=page is None))


async def ask_reason(work: Work, person: Person, case_id: int, seat: str, officer_id: int) -> None:
    """Ask why; the person's next text gives the case. Raises what `reassign` raises."""
    case = await _case(work, person, case_id)
    to = await _chosen(work, case, _seat(case, seat), officer_id)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, case=case.id, seat=seat, to=to.id)
    work.session.add(conversation)
    await work.reply(person, view.reason_prompt(person.t, case, to))


async def reassign(work: Work, person: Person, case_id: int, seat: str, officer_id: int, reason: str) -> Reassignment:
    """Give a place of the case to another active officer of the agency; everybody concerned is told.

    Raises Denied `role.required` and what `case_for` raises; InvalidInput `case.not_open`; Missing
    `reassign.no_such_officer`; Stale `reassign.already`; InvalidInput `reassign.is_other`, `reassign.has_decided`.
    """
    case = await _case(work, person, case_id, lock=True)
    place = _seat(case, seat)
    to = await _chosen(work, case, place, officer_id)
    assert case.id is not None and to.id is not None
    given = Reassignment(
        case_id=case.id,
        seat=seat,
        from_id=place.holder_id,
        to_id=to.id,
        unit_before_id=case.unit_id,
        reason=reason,
        officer_id=person.id,
        at=work.now,
    )
    work.session.add(given)
    if seat == FIRST:
        case.officer_id, case.unit_id = to.id, to.unit_id or case.unit_id
    else:
        case.second_officer_id = to.id
    work.session.add(case)
    await _set_fact(work, case)
    drafts = await _hand_on(work, case, place.holder_id, to.id)
    await work.session.flush()
    leaf = {"seat": seat, "from": place.holder_id, "to": to.id, "drafts": [each.id for each in drafts]}
    digest = {"reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
    await work.record_change("case.reassigned", f"case:{case.id}", leaf | digest, person)
    await _tell(work, person, case, place, to, reason, drafts)
    return given


async def hand_on_returned(work: Work, record: Record, case: Case, form: Form) -> None:
    """A record comes back to somebody who may no longer fill it: it is the case's first officer's now."""
    maker = await work.session.get_one(Officer, record.maker_id)
    if set(roles_in(maker, case)) & set(form.by) or "officer" not in form.by:
        return
    leaf = {"from": record.maker_id, "to": case.officer_id}
    record.maker_id = case.officer_id
    work.session.add(record)
    await work.record_change("record.handed_on", f"record:{record.id}", leaf)


async def _case(work: Work, person: Person, case_id: int, *, lock: bool = False) -> Case:
    person.require(*OVERSEES)
    case = await case_for(work, person, case_id)
    if lock:
        await work.session.refresh(case, with_for_update=True)
    if case.state not in ("open", "archived"):
        raise InvalidInput("case.not_open", state=case.state)
    return case


def _seat(case: Case, name: str) -> _Seat:
    if name == FIRST:
        return _Seat(FIRST, case.officer_id, case.second_officer_id)
    return _Seat(SECOND, case.second_officer_id, case.officer_id)


async def _eligible(work: Work, case: Case, seat: _Seat) -> list[Officer]:
    """Active officers of the agency but for the two it has, and those who have decided on a record of it."""
    decided = await _decided(work, case)
    people = await work.with_role(case.agency_id, "officer")
    return [each for each in people if each.id not in (seat.holder_id, seat.other_id) and each.id not in decided]


async def _chosen(work: Work, case: Case, seat: _Seat, officer_id: int) -> Officer:
    to = await work.session.get(Officer, officer_id)
    if to is None or to.agency_id != case.agency_id or not to.active or "officer" not in to.roles:
        raise Missing("reassign.no_such_officer")
    if to.id == seat.holder_id:
        raise Stale("reassign.already", name=to.name)
    if to.id == seat.other_id:
        raise InvalidInput("reassign.is_other", name=to.name)
    if to.id in await _decided(work, case):
        raise InvalidInput("reassign.has_decided", name=to.name)
    return to


async def _decided(work: Work, case: Case) -> set[int]:
    """Nobody works on a case they have reviewed or approved something in."""
    found = await work.session.exec(
        select(Opinion.officer_id)
        .join(Record, col(Record.id) == col(Opinion.record_id))
        .where(col(Record.case_id) == case.id, col(Opinion.officer_id).is_not(None))
    )
    return {each for each in found.all() if each is not None}


async def _loads(work: Work, people: Sequence[Officer]) -> dict[int, int]:
    """Open cases each of them works on."""
    loads = {}
    for each in people:
        mine = or_(col(Case.officer_id) == each.id, col(Case.second_officer_id) == each.id)
        counted = select(func.count()).select_from(Case).where(mine, col(Case.state) == "open")
        loads[each.id or 0] = (await work.session.exec(counted)).one()
    return loads


async def _set_fact(work: Work, case: Case) -> None:
    """What conditions and new records see as the case's officers."""
    query = select(CaseFact).where(col(CaseFact.case_id) == case.id, col(CaseFact.name) == _OFFICERS)
    fact = (await work.session.exec(query)).first()
    if fact is not None:
        fact.value = [str(each) for each in (case.officer_id, case.second_officer_id) if each]
        work.session.add(fact)


async def _hand_on(work: Work, case: Case, leaving_id: int | None, to_id: int) -> list[Record]:
    """The leaving officer's drafts become the new one's; what they have confirmed is to be confirmed anew.

    A submitted text stays its maker's: it is they who did what it tells and sign for it.
    """
    if leaving_id is None:
        return []
    drafts = await work.session.exec(select(Record).where(col(Record.case_id) == case.id, col(Record.state) == "draft"))
    handed = []
    for record in drafts.all():
        record.confirmed = {each: at for each, at in record.confirmed.items() if each != str(leaving_id)}
        if record.maker_id == leaving_id:
            record.maker_id = to_id
            handed.append(record)
        work.session.add(record)
    conversation = await conversation_of(work, leaving_id)
    if conversation.case_id == case.id:
        _leave(conversation)
        work.session.add(conversation)
    return handed


def _leave(conversation: Conversation) -> None:
    """What is typed next must not go to a case that is no longer theirs."""
    conversation.case_id = conversation.record_id = conversation.focus = None
    expect(conversation)


async def _tell(
    work: Work, person: Person, case: Case, seat: _Seat, to: Officer, reason: str, drafts: Sequence[Record]
) -> None:
    """The new officer, the former, the other one, those whose submitted records are not sealed, and who decided it."""
    pack = work.shelf.get(case.pack)
    terms = await work.session.exec(
        select(OpenTerm)
        .where(col(OpenTerm.case_id) == case.id, col(OpenTerm.state) == "open")
        .order_by(col(OpenTerm.due_at))
    )
    given = view.Given(
        case,
        seat.name,
        person.officer.name,
        await _name(work, seat.holder_id),
        to.name,
        await _name(work, seat.other_id),
        reason,
        tuple((deadline_of(pack, term.deadline).owed, term.due_at) for term in terms.all()),
        tuple((each.id or 0, work.shelf.get(each.pack).record(each.form).title) for each in drafts),
    )
    waiting = await work.session.exec(
        select(Record.maker_id).where(col(Record.case_id) == case.id, col(Record.state) == "frozen")
    )
    told = {each for each in (seat.holder_id, seat.other_id, *waiting.all()) if each} - {to.id, person.id}
    assert to.id is not None
    await work.tell(to.id, lambda t: view.given_to_you(t, given, work.now), outside=lambda t: view.bare_notice(t, case))
    for officer_id in sorted(told):
        await work.tell(officer_id, lambda t: view.given_notice(t, given), outside=lambda t: view.bare_notice(t, case))
    await work.reply(person, view.given_screen(person.t, given))


async def _name(work: Work, officer_id: int | None) -> str:
    officer = await work.session.get(Officer, officer_id) if officer_id else None
    return officer.name if officer else ""
