"""Terms reckoned anew: other holidays or duty hours are in force, or a fact they rest on was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import and_, col, or_, select

from bot.i18n import Translator
from bot.screen import Screen
from bot.use_cases.alerting import alert
from bot.use_cases.case_facts import agency_settings
from bot.use_cases.duty import calendar_of, fingerprint_of
from bot.use_cases.events import deadline_of, next_step
from bot.use_cases.secrecy import cleared
from bot.views import moved as view
from bot.work import Person, Work
from dialogs.deadlines import Due, reckon, runs_of
from dialogs.deadlines.reckoning import Runs
from dialogs.deadlines.terms import set_by_agency
from dialogs.packs.schema import Pack
from models import ledger
from models.errors import Missing
from models.tables import Agency, Case, Officer, OpenTerm, TermChange

log = structlog.get_logger(__name__)

BATCH = 100
CALENDAR, CORRECTED, EXTENDED = "calendar", "corrected", "extended"


async def reckon_agency(work: Work, agency_id: int) -> int | None:
    """Reckon anew up to `BATCH` running terms that rest on another calendar or other duty hours.

    How many there were; None when all rest on those in force, 0 while another process works on the last of them.
    An end that moves is noted and told; one that does not only loses `provisional` when its holidays are published.
    """
    mark = await fingerprint_of(work, agency_id)
    # Two ranges rather than `!=`: most terms are not stale, and the index finds the few that are.
    stale = or_(and_(col(OpenTerm.reckoned) > "", col(OpenTerm.reckoned) < mark), col(OpenTerm.reckoned) > mark)
    wanted = (col(OpenTerm.agency_id) == agency_id, col(OpenTerm.state) == "open", stale)
    if (await work.session.exec(select(OpenTerm.id).where(*wanted).limit(1))).first() is None:
        return None
    await ledger.hold(work.session)
    found = await work.session.exec(
        select(OpenTerm).where(*wanted).limit(BATCH).with_for_update(skip_locked=True)
    )  # fmt: skip
    terms = sorted(found.all(), key=lambda term: term.id or 0)
    await reckon_terms(work, terms)
    return len(terms)


async def reckon_terms(work: Work, terms: Sequence[OpenTerm]) -> None:
    """Reckon these running terms by the calendar in force, and tell whom it concerns of every end that moves."""
    moved = []
    for term in terms:
        case = await work.session.get_one(Case, term.case_id)
        try:
            pack = work.shelf.get(case.pack)
            deadline = deadline_of(pack, term.deadline)
            due = await due_of(work, case, pack, term)
            was_provisional = term.provisional
            change = await move_term(work, pack, term, due)
        except Missing as fault:
            # A pack that was taken away: the term keeps its end, and the tick waits for the pack's return.
            log.error("term not reckoned anew", term=term.id, fault=fault.code, pack=case.pack)
            term.reckoned = await fingerprint_of(work, term.agency_id)
            work.session.add(term)
            continue
        if change is not None:
            change.kind = CALENDAR
            change.reason = view.PUBLISHED if was_provisional and not term.provisional else view.OTHER_DAYS
            await note_change(work, term, change)
            moved.append(view.Moved(pack, deadline, term, case, change, due.working))
    await tell_moved(work, moved)


async def bring_up_to_date(work: Work, term: OpenTerm) -> None:
    """Reckon a running term by the days now in force, before anything else is done to its end."""
    if term.state == "open" and term.reckoned not in ("", await fingerprint_of(work, term.agency_id)):
        await reckon_terms(work, [term])


async def due_of(work: Work, case: Case, pack: Pack, term: OpenTerm) -> Due:
    """The term's end by the calendar in force, with its working. Raises Missing `deadline.unknown`."""
    runs = term.runs if term.runs is not None else await _as_opened(work, case, pack, term)
    longer = [each.longer for each in await changes_of(work, term) if each.longer is not None]
    return reckon(runs, term.opened_at, await calendar_of(work, term.agency_id), longer)


async def changes_of(work: Work, term: OpenTerm) -> list[TermChange]:
    """Whatever has moved the term, oldest first."""
    query = select(TermChange).where(col(TermChange.term_id) == term.id).order_by(col(TermChange.id))
    return list((await work.session.exec(query)).all())


async def move_term(work: Work, pack: Pack, term: OpenTerm, due: Due) -> TermChange | None:
    """Give the term this end and its next reminder; the change to be noted, None when the end stays."""
    before, term.due_at, term.provisional = term.due_at, due.at, due.provisional
    term.reckoned = await fingerprint_of(work, term.agency_id)
    term.next_at = await next_step(work, pack, term) if term.state == "open" else None
    work.session.add(term)
    if before == due.at:
        return None
    assert term.id is not None
    return TermChange(term_id=term.id, kind="", due_before=before, due_after=due.at, at=work.now)


async def note_change(work: Work, term: OpenTerm, change: TermChange, person: Person | None = None) -> None:
    """Store a change and leave its leaf; the leaf holds no reason, which may name people."""
    work.session.add(change)
    await work.session.flush()
    moments = {
        name: value.isoformat()
        for name in ("due_before", "due_after", "opened_before", "opened_after", "closed_before", "closed_after")
        if isinstance(value := getattr(change, name), datetime)
    }
    data = {"case": term.case_id, "deadline": term.deadline, "change": change.id, "kind": change.kind} | moments
    await work.record_change("term.moved", f"term:{term.id}", data, person)


async def tell_moved(
    work: Work, moved: Sequence[view.Moved], *, also: Iterable[int] = (), apart_from: int | None = None
) -> None:
    """Tell the officers, and `also` these people, of ends that moved: one message to each."""
    theirs: dict[int, list[view.Moved]] = {}
    for one in moved:
        for officer_id in sorted({*await _concerned(work, one.case), *also} - {apart_from}):
            clear = await cleared(work, one.case, await work.session.get_one(Officer, officer_id))
            theirs.setdefault(officer_id, []).append(one if clear else one.without_content())
    for officer_id, several in theirs.items():
        for start in range(0, len(several), view.PAGE):
            some = several[start : start + view.PAGE]
            await alert(work, officer_id, partial(_screen, some, work.now), [one.case for one in some])


def _screen(moved: Sequence[view.Moved], now: datetime, t: Translator) -> Screen:
    return view.moved_card(t, moved, now)


async def _concerned(work: Work, case: Case) -> set[int]:
    """The case's officers; where they have all left, the supervisors: somebody must know."""
    ids = [case.officer_id, case.second_officer_id]
    people = [await work.session.get(Officer, each) for each in ids if each is not None]
    active = {person.id for person in people if person and person.active and person.id}
    return active or {person.id for person in await work.with_role(case.agency_id, "supervisor") if person.id}


async def _as_opened(work: Work, case: Case, pack: Pack, term: OpenTerm) -> Runs:
    """How long a term runs that was opened before this was kept with it."""
    deadline = deadline_of(pack, term.deadline)
    if deadline.within is None:
        return {"until": term.due_at.isoformat()}
    agency = await work.session.get_one(Agency, case.agency_id)
    within = set_by_agency(deadline.within, await agency_settings(work, agency, pack))
    return runs_of(within, Due(term.due_at, term.provisional, ()))
