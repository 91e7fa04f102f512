"""A sealed correction moves the terms whose opening or closing fact it changes, and no others (see decision 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.events import terms_of
from bot.use_cases.reckoning import CORRECTED, due_of, move_term, note_change, tell_moved
from bot.use_cases.record_versions import versions_up_to
from bot.use_cases.undo_events import close_by_others
from bot.views.moved import Moved
from bot.work import Person, Work
from dialogs import engine
from dialogs.deadlines.terms import due_until
from dialogs.packs.schema import Deadline
from models.tables import Case, CaseEvent, OpenTerm, Record, TermChange


@dataclass(frozen=True)
class _Fact:
    """An event of the record: when it was taken to have happened, and when it did."""

    name: str
    before: datetime
    after: datetime


async def move_corrected(work: Work, person: Person, record: Record, case: Case) -> None:
    """Give the events of the corrected record the moments this version states, and move the terms that rest on them."""
    assert record.corrects_id is not None
    former = await work.session.get_one(Record, record.corrects_id)
    first = str((await versions_up_to(work.session, record))[-1])  # the one whose events were stored
    facts = await _corrected(work, case, former, record, first)
    answers = engine.seen_answers(form_of(work, record), draft_of(record), await load_facts(work, case, record))
    pack, terms, moved = work.shelf.get(case.pack), await terms_of(work, case), []
    known = {each.id: each for each in pack.deadlines}
    for term in terms:
        deadline = known.get(term.deadline)  # None: the case has moved to a version without it
        change = _restated(deadline, term, terms, first, facts, answers, work.now) if deadline else None
        if change is None or deadline is None:
            continue
        change.kind, change.officer_id, change.reason = CORRECTED, person.id, record.correction_reason or ""
        if term.closed_at is not None and term.closed_at < term.opened_at:
            # What ended it happened before it began, so something later has ended it, or nothing.
            change.closed_before = change.closed_before or term.closed_at
            term.state, term.closed_at, term.closed_by = "open", None, None
            await close_by_others(work, case, pack, [term], (), person)
            change.closed_after = term.closed_at
        due = await due_of(work, case, pack, term)
        if change.opened_after or term.state == "open":
            await move_term(work, pack, term, due)
            change.due_after = term.due_at
        await note_change(work, term, change, person)
        moved.append(Moved(pack, deadline, term, case, change, due.working))
    await tell_moved(work, moved)


async def _corrected(work: Work, case: Case, former: Record, record: Record, first: str) -> list[_Fact]:
    """The record's events, those whose moment the correction changes with their new one, which is stored."""
    was = engine.moments(form_of(work, former), draft_of(former), await load_facts(work, case, former))
    now = engine.moments(form_of(work, record), draft_of(record), await load_facts(work, case, record))
    told = {(name, before): after for (name, before), (_, after) in zip(was, now, strict=True)}
    stored = await work.session.exec(
        select(CaseEvent)
        .where(col(CaseEvent.case_id) == case.id, col(CaseEvent.subject) == first)
        .order_by(col(CaseEvent.id))
    )
    facts = []
    names = {f"record.{record.form}.{each}" for each in ("submitted", "approved", "sealed", "returned")}
    for event in stored.all():
        if event.name not in names | {name for name, _ in was}:
            continue  # of a recording whose id is the same number
        # Where the former version gave no moment, the event happened when it was submitted or sealed.
        after = told.get((event.name, event.at), told.get((event.name, None))) or event.at
        facts.append(_Fact(event.name, event.at, after))
        if after != event.at:
            event.at = after
            work.session.add(event)
    await work.session.flush()
    return facts


def _restated(
    deadline: Deadline,
    term: OpenTerm,
    terms: Sequence[OpenTerm],
    first: str,
    facts: Sequence[_Fact],
    answers: Mapping[str, object],
    now: datetime,
) -> TermChange | None:
    """The term begins, ends and runs as the corrected facts have it; None when it rests on none of them."""
    own = deadline.per == "case" or term.subject == first
    opened = next((f for f in facts if own and (f.name, f.before) == (term.opened_by, term.opened_at)), None)
    closed = next((f for f in facts if (f.name, f.before) == (term.closed_by, term.closed_at)), None)
    runs = term.runs
    if opened is not None and deadline.until is not None:
        end = answers.get(deadline.until.removeprefix("answers."))
        runs = {"until": due_until(end, opened.after).at.isoformat()}
    begins = opened is not None and (opened.after != opened.before or runs != (term.runs or runs))
    if opened is not None and any(
        (each.deadline, each.subject, each.opened_at) == (term.deadline, term.subject, opened.after)
        for each in terms
        if each is not term
    ):
        begins = False  # the corrected event would begin a term that runs already
    ends = closed is not None and closed.after != closed.before
    if not begins and not ends:
        return None
    assert term.id is not None
    change = TermChange(term_id=term.id, kind="", due_before=term.due_at, due_after=term.due_at, at=now)
    if begins and opened is not None:
        change.opened_before, change.opened_after = opened.before, opened.after
        term.opened_at, term.runs = opened.after, runs
    if ends and closed is not None:
        change.closed_before, change.closed_after = closed.before, closed.after
        term.closed_at = closed.after
    return change
