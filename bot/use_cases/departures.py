"""Going on although the regulation wants something else first: never a wall, always with a reason that stays."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect
from bot.views import needs as view
from bot.work import Person, Work
from dialogs.packs.schema import Need
from models.errors import InvalidInput
from models.tables import Departure, Record

BEGINNING, SUBMITTING = "departure_begin", "departure_submit"  # what the conversation waits for
SHORTEST, LONGEST = 4, 500  # characters of a reason


async def departures_of(work: Work, record: Record) -> list[Departure]:
    """The needs this record went on without, in the order it did."""
    found = await work.session.exec(
        select(Departure).where(col(Departure.record_id) == record.id).order_by(col(Departure.id))
    )
    return list(found.all())


async def ask_departure(work: Work, person: Person, mode: str, **target: object) -> None:
    """The person's next text is the reason; `target` says what it is for."""
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, **target)
    work.session.add(conversation)
    await work.reply(person, view.reason_prompt(person.t))


def checked_reason(reason: str) -> str:
    """Raises InvalidInput `departure.too_short` (least), `answer.too_long` (length, limit)."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST:
        raise InvalidInput("departure.too_short", least=SHORTEST)
    if len(reason) > LONGEST:
        raise InvalidInput("answer.too_long", length=len(reason), limit=LONGEST)
    return reason


async def depart(work: Work, person: Person, record: Record, needs: Sequence[Need], reason: str) -> None:
    """Keep with the record that it goes on without `needs`, and why; each once."""
    known = {each.need for each in await departures_of(work, record)}
    assert record.id is not None
    for need in needs:
        if need.id in known:
            continue
        work.session.add(Departure(record_id=record.id, need=need.id, reason=reason, officer_id=person.id, at=work.now))
        # A reason may name people, so the ledger proves it without holding it.
        leaf = {"need": need.id, "reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
        await work.record_change("record.departed", f"record:{record.id}", leaf, person)
    await work.session.flush()


async def carry_over(work: Work, former: Record, version: Record) -> None:
    """A correction replaces the former version, so what that departed from is its own too."""
    assert version.id is not None
    for each in await departures_of(work, former):
        copied = Departure(
            record_id=version.id, need=each.need, reason=each.reason, officer_id=each.officer_id, at=each.at
        )
        work.session.add(copied)
    await work.session.flush()
