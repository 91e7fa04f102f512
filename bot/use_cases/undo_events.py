"""A record submitted, returned and then cancelled: what its submission ended runs again, what it began ends.

Its events stay stored, so that a record taken back has them again; while it is cancelled, nobody sees them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from bot.use_cases.events import close_term, next_step, terms_of
from bot.use_cases.own_events import events_of
from bot.use_cases.reckoning import bring_up_to_date
from bot.views import deadlines as view
from bot.work import Person, Work
from dialogs.deadlines import Closes, Event, OpenDeadline, events
from dialogs.packs.schema import Pack
from models.errors import Missing
from models.tables import Case, CaseEvent, OpenTerm, Record

Marks = set[tuple[str | None, object]]


async def undo_events(work: Work, person: Person, record: Record, case: Case) -> None:
    """Terms the cancelled record ended run again, unless something else would have ended them; those it began end."""
    mine = await events_of(work, record)
    if not mine:
        return
    pack, terms = work.shelf.get(case.pack), await terms_of(work, case)
    marks: Marks = {(event.name, event.at) for event in mine}
    begun = [term for term in terms if (term.opened_by, term.opened_at) in marks]
    again = [term for term in terms if (term.closed_by, term.closed_at) in marks and term not in begun]
    for term in begun:
        if term.state == "open":
            await close_term(work, term, Closes(term.id, work.now, met=False), view.cancelled(record.form), person)
    for term in again:
        await _reopen(work, pack, term, person)
    await close_by_others(work, case, pack, again, mine, person)
    await _tell(work, person, case, pack, [term for term in again if term.state == "open"], begun)


async def redo_events(work: Work, person: Person, record: Record, case: Case) -> None:
    """The record was taken back: its events count again as they did."""
    mine = await events_of(work, record)
    pack, terms = work.shelf.get(case.pack), await terms_of(work, case)
    marks: Marks = {(event.name, event.at) for event in mine}
    for term in terms:
        if term.closed_by == view.cancelled(record.form) and (term.opened_by, term.opened_at) in marks:
            await _reopen(work, pack, term, person)
    for event in mine:
        await _apply(work, case, pack, terms, event, person)


async def _reopen(work: Work, pack: Pack, term: OpenTerm, person: Person) -> None:
    """Run again from where it was: reminders not sent so far go out, late ones at the next tick."""
    term.state, term.closed_at, term.closed_by = "open", None, None
    try:
        term.next_at = await next_step(work, pack, term)
    except Missing:  # the case has moved to a version without it
        term.next_at = None
    work.session.add(term)
    await bring_up_to_date(work, term)
    data = {"case": term.case_id, "deadline": term.deadline, "due_at": term.due_at.isoformat()}
    await work.record_change("term.reopened", f"term:{term.id}", data, person)


async def close_by_others(
    work: Work, case: Case, pack: Pack, again: Sequence[OpenTerm], mine: Sequence[CaseEvent], person: Person
) -> None:
    """What happened after the cancelled record's event may end the same term."""
    happened = await work.session.exec(
        select(CaseEvent).where(col(CaseEvent.case_id) == case.id).order_by(col(CaseEvent.at), col(CaseEvent.id))
    )
    own = {event.id for event in mine}
    for event in happened.all():
        if event.id not in own and any(term.state == "open" for term in again):
            await _apply(work, case, pack, again, event, person)


async def _apply(
    work: Work, case: Case, pack: Pack, terms: Sequence[OpenTerm], event: CaseEvent, person: Person
) -> None:
    """Let a stored event close what it closes among these terms."""
    known = [OpenDeadline(term.id, term.deadline, term.subject, term.opened_at, term.closed_at) for term in terms]
    by_id = {term.id: term for term in terms}
    happened = Event(event.name, event.at, event.subject)
    if not any(event.name in (*each.closes_on, *each.replaced_on) for each in pack.deadlines):
        return
    for change in events(pack, happened, known, await load_facts(work, case, None)):
        if isinstance(change, Closes):
            await close_term(work, by_id[change.key], change, event.name, person)  # type: ignore[index]


async def _tell(
    work: Work, person: Person, case: Case, pack: Pack, again: Sequence[OpenTerm], begun: Sequence[OpenTerm]
) -> None:
    if not again and not begun:
        return
    known = {each.id: each for each in pack.deadlines}
    running = [view.Ended(pack, known[term.deadline], term) for term in again if term.deadline in known]
    ended = [view.Ended(pack, known[term.deadline], term) for term in begun if term.deadline in known]
    await work.reply(person, view.undone_card(person.t, running, ended, work.now))
