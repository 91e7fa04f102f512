"""Domain events: what happens to a case opens and closes its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from bot.memo import Memo
from bot.use_cases.case_facts import load_facts
from bot.use_cases.duty import calendar_of, duty_of, fingerprint_of
from bot.views import deadlines as view
from bot.work import Person, Work
from dialogs.deadlines import Closes, Due, Event, OpenDeadline, Opens, Step, events, runs_of, steps
from dialogs.packs.schema import Deadline, Pack
from models.errors import Missing
from models.tables import UNREACHED, Case, CaseEvent, OpenTerm, RungSent


class Said(NamedTuple):
    """When a step went out, and whether to somebody who could not be reached."""

    at: datetime
    missed: bool


Sent = Mapping[str, Sequence[Said]]
"""Step -> what went out of it."""


@dataclass(frozen=True)
class Changes:
    """Terms that one event opened and closed."""

    opened: tuple[OpenTerm, ...] = ()
    closed: tuple[OpenTerm, ...] = ()


async def emit(
    work: Work,
    case: Case,
    name: str,
    *,
    at: datetime | None = None,
    subject: str = "",
    covers: frozenset[str] | None = None,
    answers: Mapping[str, object] | None = None,
    person: Person | None = None,
) -> Changes:
    """Let `name` happen to the case: store the terms it opens and closes, and owe the acting person a card about them.

    `at`: the moment meant (default: now), from which terms run. `subject`, `covers`, `answers`: see
    `dialogs.deadlines.Event`. Without `person` the case's officer gets the card. Raises Missing `pack.unknown`.
    """
    pack = work.shelf.get(case.pack)
    assert case.id is not None
    await _lock(work, case)
    work.session.add(CaseEvent(case_id=case.id, name=name, at=at or work.now, subject=subject))
    await work.session.flush()
    if not any(name in (each.opens_on, *each.closes_on, *each.replaced_on) for each in pack.deadlines):
        return Changes()
    event = Event(name, at or work.now, subject, covers, answers or {})
    terms = await terms_of(work, case)
    known = [OpenDeadline(term.id, term.deadline, term.subject, term.opened_at, term.closed_at) for term in terms]
    by_id = {term.id: term for term in terms}
    opened: list[tuple[OpenTerm, Due]] = []
    closed: list[OpenTerm] = []
    calendar = await calendar_of(work, case.agency_id)
    for change in events(pack, event, known, await load_facts(work, case, None), calendar):
        if isinstance(change, Closes):
            closed.append(await close_term(work, by_id[change.key], change, name, person))  # type: ignore[index]
        else:
            opened.append((await _open(work, case, pack, change, name, person), change.due))
    if opened or closed:
        await _show(work, case, pack, opened, closed, person)
    return Changes(tuple(term for term, _ in opened), tuple(closed))


async def replace_terms(work: Work, terms: Sequence[OpenTerm], by: str, person: Person) -> None:
    """End running terms that nothing would end any more; they were neither kept nor broken."""
    for term in terms:
        await close_term(work, term, Closes(term.id, work.now, met=False), by, person)


def deadline_of(pack: Pack, deadline_id: str) -> Deadline:
    """The pack's deadline. Raises Missing `deadline.unknown`."""
    for deadline in pack.deadlines:
        if deadline.id == deadline_id:
            return deadline
    raise Missing("deadline.unknown", deadline=deadline_id, pack=pack.id)


async def terms_of(work: Work, case: Case) -> list[OpenTerm]:
    """Every term of the case, running or ended; nobody else touches them until this unit of work ends."""
    await _lock(work, case)
    found = await work.session.exec(select(OpenTerm).where(col(OpenTerm.case_id) == case.id).order_by(col(OpenTerm.id)))
    return list(found.all())


async def _lock(work: Work, case: Case) -> None:
    """Two events of one case must not both find a term absent and open it twice.

    Taken before anything that names the case is written: writing locks it too, and two that both hold that lock would
    wait for each other.
    """
    await work.session.exec(select(Case.id).where(col(Case.id) == case.id).with_for_update())


async def _open(work: Work, case: Case, pack: Pack, change: Opens, by: str, person: Person | None) -> OpenTerm:
    assert case.id is not None
    term = OpenTerm(
        agency_id=case.agency_id,
        case_id=case.id,
        deadline=change.deadline_id,
        subject=change.subject,
        opened_by=by,
        opened_at=change.opened_at,
        due_at=change.due.at,
        provisional=change.due.provisional,
        runs=runs_of(change.within, change.due),
        reckoned=await fingerprint_of(work, case.agency_id),
    )
    term.next_at = await next_step(work, pack, term)
    work.session.add(term)
    await work.session.flush()
    data = {"case": case.id, "deadline": term.deadline, "subject": term.subject, "by": by}
    moments = {"opened_at": term.opened_at.isoformat(), "due_at": term.due_at.isoformat()}
    await work.record_change("term.opened", f"term:{term.id}", data | moments, person)
    return term


async def next_step(work: Work, pack: Pack, term: OpenTerm) -> datetime | None:
    """When the first reminder goes out that has not gone yet, late ones at once; None when there is none.

    Raises Missing `deadline.unknown`.
    """
    ahead = await steps_ahead(work, pack, term)
    return ahead[0].at if ahead else None


async def steps_ahead(work: Work, pack: Pack, term: OpenTerm) -> list[Step]:
    """Reminders of a term that have not gone out, or did not reach somebody, up to the first after now, in order of
    time. Who has had which of them already is for the tick to see.

    Of a reminder that comes again and again only the newest counts. Raises Missing `deadline.unknown`.
    """
    deadline = deadline_of(pack, term.deadline)
    duty, calendar = await duty_of(work, term.agency_id), await calendar_of(work, term.agency_id)
    sent = await sent_of(work, term.id) if term.id is not None else {}
    ladder = steps(deadline, term.opened_at, term.due_at, work.now, duty, calendar)
    newest = {(step.id.partition("#")[0], step.to): step for step in ladder if step.at <= work.now}
    return [
        step
        for step in ladder
        if _comes_up(step, sent.get(step.id, ()))
        and (step.at > work.now or newest[step.id.partition("#")[0], step.to] is step)
    ]


def _comes_up(step: Step, before: Sequence[Said]) -> bool:
    return any(said.missed for said in before) or is_owed(step, [said.at for said in before])


def is_owed(step: Step, went_out: Iterable[datetime]) -> bool:
    """Whether the step comes only after all that went out of it: by another end, or to those told at another hour."""
    return all(step.at > at for at in went_out)


async def sent_of(work: Work, term_id: int) -> Sent:
    """The steps of the term that have gone out."""

    async def read() -> Sent:
        return (await _read_sent(work, [term_id]))[term_id]

    return await Memo.of(work.session).get(("sent", term_id), (RungSent,), read)


async def keep_sent(work: Work, term_ids: Sequence[int]) -> None:
    """Read at once what `sent_of` would read of each of these terms."""
    for term_id, sent in (await _read_sent(work, term_ids)).items():
        Memo.of(work.session).keep(("sent", term_id), (RungSent,), sent)


async def _read_sent(work: Work, term_ids: Sequence[int]) -> dict[int, Sent]:
    missed = col(RungSent.channel) == UNREACHED
    query = select(RungSent.term_id, RungSent.rung, RungSent.queued_at, missed)
    rows = await work.session.exec(query.where(col(RungSent.term_id).in_(term_ids)).distinct())
    found: dict[int, dict[str, list[Said]]] = {each: {} for each in term_ids}
    for term_id, rung, at, was_missed in rows.all():
        found[term_id].setdefault(rung, []).append(Said(at, bool(was_missed)))
    return {**found}


async def close_term(work: Work, term: OpenTerm, change: Closes, by: str, person: Person | None) -> OpenTerm:
    """End a term as the change says, and leave its leaf."""
    term.state, term.closed_at, term.closed_by = "met" if change.met else "replaced", change.closed_at, by
    term.next_at = None
    work.session.add(term)
    data = {"case": term.case_id, "deadline": term.deadline, "by": by, "closed_at": change.closed_at.isoformat()}
    await work.record_change("term.closed", f"term:{term.id}", data, person)
    return term


async def _show(
    work: Work,
    case: Case,
    pack: Pack,
    opened: list[tuple[OpenTerm, Due]],
    closed: list[OpenTerm],
    person: Person | None,
) -> None:
    begun = [view.Begun(pack, deadline_of(pack, term.deadline), term, due.working) for term, due in opened]
    ended = [view.Ended(pack, deadline_of(pack, term.deadline), term) for term in closed]
    if person is not None:
        await work.reply(person, view.changes_card(person.t, case, begun, ended, work.now))
    else:
        await work.tell(case.officer_id, lambda t: view.changes_card(t, case, begun, ended, work.now))
