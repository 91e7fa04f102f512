"""One tick: reminders that have come due are owed to the people they are meant for, each once a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from bot.i18n import Translator
from bot.memo import Memo
from bot.schedule.ahead import acknowledged_key, read_ahead, read_people
from bot.screen import Screen
from bot.use_cases.acknowledge import stamp_of
from bot.use_cases.alerting import owe_alert
from bot.use_cases.events import deadline_of, is_owed, sent_of, steps_ahead
from bot.use_cases.secrecy import cleared
from bot.use_cases.stand_ins import deputy_of
from bot.views import deadlines as view
from bot.work import Work
from dialogs.deadlines import Step
from models.errors import Missing
from models.tables import UNREACHED, Acknowledgement, Case, Officer, OpenTerm, OutboundMessage, RungSent

log = structlog.get_logger(__name__)

BATCH = 100
_RETRY = timedelta(minutes=10)
_LOOK_AGAIN = timedelta(hours=1)  # whether people can be reached by now


@dataclass(frozen=True)
class _Earlier:
    """What went out before of the reminders of a term that are due, and to whom it could not be said."""

    rows: Sequence[RungSent]

    def wants(self, step: Step, officer_id: int) -> bool:
        """Whether the person is to be told: nobody of the same reminder twice, and of one they missed late."""
        of_step = [row for row in self.rows if row.rung == step.id]
        theirs = [row for row in of_step if row.officer_id == officer_id]
        if any(row.channel != UNREACHED and row.due_at == step.meant_at for row in theirs):
            return False
        return any(row.channel == UNREACHED for row in theirs) or is_owed(step, [row.queued_at for row in of_step])

    def missed_by(self, officer_id: int) -> list[RungSent]:
        return [row for row in self.rows if row.officer_id == officer_id and row.channel == UNREACHED]


@dataclass(frozen=True)
class _Meant:
    """What one person is to be told of one term. `missed`: what they could not be told of it so far."""

    told: view.Reminder
    to_officer: bool
    steps: Sequence[Step]
    missed: Sequence[RungSent]


async def tick(work: Work, *, only: int | None = None) -> int:
    """Handle up to `BATCH` terms whose next reminder is due, or `only` this one if it is; how many there were.

    What one person is to be told in one tick goes out as one message, which says of each reminder how late it comes.
    """
    query = select(OpenTerm).where(*_due(work))
    if only is not None:
        query = query.where(col(OpenTerm.id) == only)
    due = query.order_by(col(OpenTerm.next_at)).limit(BATCH).with_for_update(skip_locked=True)
    terms = (await work.session.exec(due)).all()
    kept = await read_ahead(work, terms)  # the session holds on to nothing by itself
    meant: dict[int, list[_Meant]] = {}
    following: list[datetime | None] = []
    for term in terms:
        theirs, next_at = await _come_due(work, term)
        for officer_id, one in theirs.items():
            meant.setdefault(officer_id, []).append(one)
        following.append(next_at)
    kept += await read_people(work, meant)
    owed = [(officer_id, await _tell(work, officer_id, meant[officer_id])) for officer_id in sorted(meant)]
    await work.session.flush()  # the messages have their ids now
    unreached: set[int | None] = set()
    for officer_id, messages in owed:
        await _note(work, officer_id, messages, meant[officer_id])
        if not messages:
            unreached |= {one.told.term.id for one in meant[officer_id]}
    for term, next_at in zip(terms, following, strict=True):
        if term.id in unreached:  # `catch_up` may not see it: an agency's decision too may let somebody be reached
            again = work.now + _LOOK_AGAIN
            next_at = min(next_at, again) if next_at else again
        term.next_at = next_at
        work.session.add(term)
    await work.session.flush()
    return len(terms)


async def due_terms(work: Work) -> list[int]:
    """The terms that `tick` would handle."""
    query = select(OpenTerm.id).where(*_due(work)).order_by(col(OpenTerm.next_at)).limit(BATCH)
    return [term_id for term_id in (await work.session.exec(query)).all() if term_id is not None]


async def put_off(work: Work, term_id: int) -> None:
    """Let a term that cannot be handled wait: it holds up no other, and nothing of it is dropped."""
    query = select(OpenTerm).where(*_due(work), col(OpenTerm.id) == term_id)
    term = (await work.session.exec(query.with_for_update(skip_locked=True))).first()
    if term is not None:
        term.next_at = work.now + _RETRY
        work.session.add(term)


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    return col(OpenTerm.next_at) <= work.now, col(OpenTerm.state) == "open"


async def _come_due(work: Work, term: OpenTerm) -> tuple[dict[int, _Meant], datetime | None]:
    """What has come due of a term, by person, and when its next reminder is."""
    assert term.id is not None
    case = await work.session.get_one(Case, term.case_id)
    try:
        pack = work.shelf.get(case.pack)
        deadline = deadline_of(pack, term.deadline)
    except Missing as fault:
        # A pack that was taken away: the term waits for its return and holds up no other.
        log.error("term without its pack", term=term.id, fault=fault.code, pack=case.pack)
        return {}, work.now + _RETRY
    ahead = await steps_ahead(work, pack, term)
    due = [step for step in ahead if step.at <= work.now]
    officer = await work.session.get_one(Officer, case.officer_id)
    earlier = await _earlier(work, term, due)
    people, unheld = await _recipients(work, case, officer, due, earlier)
    quiet = await _acknowledged(work, term)
    meant = {}
    for officer_id, theirs in people.items():
        theirs = [step for step in theirs if not (step.repeated and officer_id in quiet)]
        if not theirs:
            continue
        to_officer = officer_id in (case.officer_id, case.second_officer_id)
        came_due = tuple(step.at for step in theirs)
        clear = await cleared(work, case, await work.session.get_one(Officer, officer_id))
        told = view.Reminder(
            pack, deadline, term, case, officer.name, came_due, unheld if to_officer else (), secret=not clear
        )
        meant[officer_id] = _Meant(told, to_officer, theirs, earlier.missed_by(officer_id))
    return meant, next((step.at for step in ahead if step.at > work.now), None)


async def _earlier(work: Work, term: OpenTerm, due: Sequence[Step]) -> _Earlier:
    assert term.id is not None
    sent = await sent_of(work, term.id)
    again = {step.id for step in due if step.id in sent}
    if not again:  # as it mostly is
        return _Earlier(())
    query = select(RungSent).where(col(RungSent.term_id) == term.id, col(RungSent.rung).in_(again))
    return _Earlier((await work.session.exec(query)).all())


async def _tell(work: Work, officer_id: int, meant: Sequence[_Meant]) -> list[OutboundMessage]:
    """Owe one message with all of it, in each chat and by each channel."""
    know = f"ack:{meant[0].told.term.id}" if len(meant) == 1 else f"seen:{stamp_of(work.now)}"
    cases = [one.told.case for one in meant]
    return await owe_alert(work, officer_id, partial(_screen, meant, work.now, know), cases, know=know)


async def _note(work: Work, officer_id: int, messages: Sequence[OutboundMessage], meant: Sequence[_Meant]) -> None:
    """Each step is noted as owed, once a channel: a person may have several chats of one transport.

    What nobody could be told is noted too: it is no longer owed to others, and comes late to them.
    """
    channels = {message.transport: message.id for message in messages} or {UNREACHED: None}
    for one in meant:
        for step in one.steps:
            missed = [row for row in one.missed if row.rung == step.id]
            if not messages and any(row.due_at == step.meant_at for row in missed):
                continue
            for row in missed if messages else ():
                await work.session.delete(row)
            for channel, message_id in channels.items():
                work.session.add(
                    RungSent(
                        term_id=one.told.term.id or 0,
                        rung=step.id,
                        officer_id=officer_id,
                        channel=channel,
                        message_id=message_id,
                        due_at=step.meant_at,
                        queued_at=work.now,
                    )
                )


def _screen(meant: Sequence[_Meant], now: datetime, know: str, t: Translator) -> Screen:
    if len(meant) == 1:
        return view.reminder(t, meant[0].told, now, to_officer=meant[0].to_officer, know=know)
    return view.reminders(t, [(one.told, one.to_officer) for one in meant], now, know=know)


async def _acknowledged(work: Work, term: OpenTerm) -> set[int]:
    """Who has said that they know of the term, for now."""

    async def read() -> set[int]:
        known = col(Acknowledgement.term_id) == term.id, col(Acknowledgement.until) > work.now
        return set((await work.session.exec(select(Acknowledgement.officer_id).where(*known))).all())

    return await Memo.of(work.session).get(acknowledged_key(term), (Acknowledgement,), read)


async def _recipients(
    work: Work, case: Case, officer: Officer, due: Sequence[Step], earlier: _Earlier
) -> tuple[dict[int, list[Step]], tuple[str, ...]]:
    """Person -> the due reminders meant for them that they have not had, and roles that nobody holds.

    What is meant for an officer who has left goes to the supervisors instead: somebody must know. A deputy is told
    beside the one who is away, unless the case is secret to them: secrets are not delegated.
    """
    people: dict[int, dict[str, Step]] = {}
    unheld: set[str] = set()
    for step in due:
        if step.to == "second_officer" and case.second_officer_id is None:
            continue
        meant = await _people(work, case, officer, step.to) or await _people(work, case, officer, "supervisor")
        if not meant:
            unheld.add("supervisor" if step.to in ("officer", "second_officer", "unit_head") else step.to)
        for officer_id in sorted(meant | await _deputies(work, case, meant)):
            if earlier.wants(step, officer_id):
                people.setdefault(officer_id, {}).setdefault(step.id, step)
    return {officer_id: list(each.values()) for officer_id, each in people.items()}, tuple(sorted(unheld))


async def _deputies(work: Work, case: Case, people: set[int]) -> set[int]:
    found = set()
    for each in people:
        deputy_id = await deputy_of(work, each)
        if deputy_id is not None and await cleared(work, case, await work.session.get_one(Officer, deputy_id)):
            found.add(deputy_id)
    return found


async def _people(work: Work, case: Case, officer: Officer, to: str) -> set[int]:
    match to:
        case "officer":
            return {case.officer_id} if officer.active else set()
        case "second_officer":
            second = await work.session.get(Officer, case.second_officer_id)
            return {second.id} if second and second.active and second.id else set()
        case "unit_head":
            heads = await work.with_role(case.agency_id, "reviewer")
            of_unit = [person for person in heads if person.unit_id == case.unit_id]
            return {person.id for person in of_unit or heads if person.id}
    return {person.id for person in await work.with_role(case.agency_id, to) if person.id}
