"""‘I know’: repeated reminders of a term leave whoever said so alone for a while. The term runs on all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.use_cases.access import case_for
from bot.views.acknowledging import acknowledged_card
from bot.work import Person, Work
from models.errors import Missing, Stale
from models.tables import UNREACHED, Acknowledgement, OpenTerm, RungSent

QUIET = timedelta(hours=24)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stamp_of(queued_at: datetime) -> str:
    """Names the reminders that one message to a person carries: those owed at this moment, to the microsecond."""
    return f"{(queued_at - _EPOCH) // _MICROSECOND:x}"


async def acknowledge_term(work: Work, person: Person, term_id: int) -> None:
    """The person knows of this term. They must have been reminded of it, or be able to read its case.

    Raises Missing `deadline.unknown`, Stale `deadline.ended`, and what `case_for` raises.
    """
    term = await work.session.get(OpenTerm, term_id)
    if term is None or term.agency_id != person.agency.id:
        raise Missing("deadline.unknown")
    told = select(RungSent.id).where(
        col(RungSent.term_id) == term.id, col(RungSent.officer_id) == person.id, col(RungSent.channel) != UNREACHED
    )
    if (await work.session.exec(told.limit(1))).first() is None:
        await case_for(work, person, term.case_id)
    await _acknowledge(work, person, [term])


async def acknowledge_message(work: Work, person: Person, stamp: str) -> None:
    """The person knows of every term of one message. Raises Stale `button.stale`, `deadline.ended`."""
    try:
        queued_at = _EPOCH + int(stamp, 16) * _MICROSECOND
    except (ValueError, OverflowError) as fault:
        raise Stale("button.stale") from fault
    told = select(RungSent.term_id).where(col(RungSent.officer_id) == person.id, col(RungSent.queued_at) == queued_at)
    found = await work.session.exec(select(OpenTerm).where(col(OpenTerm.id).in_(told)).order_by(col(OpenTerm.id)))
    terms = found.all()
    if not terms:
        raise Stale("button.stale")
    await _acknowledge(work, person, terms)


async def _acknowledge(work: Work, person: Person, terms: Sequence[OpenTerm]) -> None:
    """Keep it for each that still runs. A second tap changes nothing and is told the same."""
    running = [term for term in terms if term.state == "open"]
    if not running:
        raise Stale("deadline.ended")
    query = select(Acknowledgement.term_id, Acknowledgement.until).where(
        col(Acknowledgement.officer_id) == person.id,
        col(Acknowledgement.term_id).in_([term.id for term in running]),
        col(Acknowledgement.until) > work.now,
    )
    until = dict((await work.session.exec(query)).all())
    for term in running:
        assert term.id is not None
        if term.id in until:
            continue
        until[term.id] = work.now + QUIET
        work.session.add(Acknowledgement(term_id=term.id, officer_id=person.id, at=work.now, until=until[term.id]))
        data = {"case": term.case_id, "deadline": term.deadline, "until": until[term.id].isoformat()}
        await work.record_change("term.acknowledged", f"term:{term.id}", data, person)
    await work.reply(person, acknowledged_card(person.t, len(running), min(until.values())))
