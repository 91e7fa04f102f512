"""One tick: reminders that have come due are owed to the people they are meant for, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import col, select

from bot.i18n import Translator
from bot.screen import Screen
from bot.use_cases.events import deadline_of
from bot.use_cases.secrecy import cleared
from bot.use_cases.stand_ins import deputy_of
from bot.views import deadlines as view
from bot.work import Work
from dialogs.deadlines import RungAt, rungs
from models.errors import Missing
from models.tables import Case, Officer, OpenTerm, RungSent

log = structlog.get_logger(__name__)

BATCH = 100
_RETRY = timedelta(minutes=10)


async def tick(work: Work) -> int:
    """Handle up to `BATCH` terms whose next reminder is due; how many there were.

    Reminders of one term that are due together go out as one message, which says of each how late it comes.
    """
    due = await work.session.exec(
        select(OpenTerm)
        .where(col(OpenTerm.next_at) <= work.now, col(OpenTerm.state) == "open")
        .order_by(col(OpenTerm.next_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    terms = due.all()
    for term in terms:
        await _remind(work, term)
    return len(terms)


async def _remind(work: Work, term: OpenTerm) -> None:
    assert term.id is not None
    case = await work.session.get_one(Case, term.case_id)
    try:
        pack = work.shelf.get(case.pack)
        deadline = deadline_of(pack, term.deadline)
    except Missing as fault:
        # A pack that was taken away: the term waits for its return and holds up no other.
        log.error("term without its pack", term=term.id, fault=fault.code, pack=case.pack)
        term.next_at = work.now + _RETRY
        work.session.add(term)
        return
    ladder = rungs(deadline, term.opened_at, term.due_at)
    sent = (await work.session.exec(select(RungSent.rung).where(col(RungSent.term_id) == term.id))).all()
    due = [rung for rung in ladder if rung.at <= work.now and rung.id not in sent]
    officer = await work.session.get_one(Officer, case.officer_id)
    people, unheld = await _recipients(work, case, officer, due)
    for officer_id, meant in people.items():
        to_officer = officer_id in (case.officer_id, case.second_officer_id)
        came_due = tuple(rung.at for rung in meant)
        told = view.Reminder(pack, deadline, term, case, officer.name, came_due, unheld if to_officer else ())
        bare = partial(_bare, case)
        clear = await cleared(work, case, await work.session.get_one(Officer, officer_id))
        await work.tell(officer_id, partial(_screen, told, work.now, to_officer) if clear else bare, outside=bare)
        for rung in meant:
            work.session.add(
                RungSent(
                    term_id=term.id,
                    rung=rung.id,
                    officer_id=officer_id,
                    due_at=rung.at,
                    queued_at=work.now,
                )
            )
    term.next_at = next((rung.at for rung in ladder if rung.at > work.now), None)
    work.session.add(term)
    await work.session.flush()


def _screen(told: view.Reminder, now: datetime, to_officer: bool, t: Translator) -> Screen:
    return view.reminder(t, told, now, to_officer=to_officer)


def _bare(case: Case, t: Translator) -> Screen:
    return view.bare_reminder(t, case)


async def _recipients(
    work: Work, case: Case, officer: Officer, due: Sequence[RungAt]
) -> tuple[dict[int, list[RungAt]], tuple[str, ...]]:
    """Person -> the due reminders meant for them, and roles that nobody holds.

    What is meant for an officer who has left goes to the supervisors instead: somebody must know. A deputy is told
    beside the one who is away, unless the case is secret to them: secrets are not delegated.
    """
    people: dict[int, list[RungAt]] = {}
    unheld: set[str] = set()
    for rung in due:
        meant: set[int] = set()
        for to in rung.to:
            if to == "second_officer" and case.second_officer_id is None:
                continue
            found = await _people(work, case, officer, to) or await _people(work, case, officer, "supervisor")
            meant |= found
            if not found:
                unheld.add("supervisor" if to in ("officer", "second_officer") else to)
        for deputy_id in {each for one in meant if (each := await deputy_of(work, one)) is not None} - meant:
            if await cleared(work, case, await work.session.get_one(Officer, deputy_id)):
                meant.add(deputy_id)
        for officer_id in sorted(meant):
            people.setdefault(officer_id, []).append(rung)
    return people, tuple(sorted(unheld))


async def _people(work: Work, case: Case, officer: Officer, to: str) -> set[int]:
    if to == "officer":
        return {case.officer_id} if officer.active else set()
    if to == "second_officer":
        second = await work.session.get(Officer, case.second_officer_id)
        return {second.id} if second and second.active and second.id else set()
    return {person.id for person in await work.with_role(case.agency_id, to) if person.id}
