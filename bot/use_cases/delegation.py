"""Going away and coming back: naming the deputy who decides meanwhile. Who stands in for whom: `stand_ins`."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect
from bot.use_cases.stand_ins import current, running
from bot.views import delegation as view
from bot.work import Person, Work
from dialogs.questions.cleaning import plain
from dialogs.questions.moments import read_date
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput, Missing, Stale
from models.tables import Delegation, Officer

UNTIL, REASON = "away_until", "away_reason"
LONGEST = timedelta(days=366)
PAGE = 8


async def offer_absence(work: Work, person: Person, page: int | None = None) -> None:
    """Whom the person can name; or, while they are away, who stands in and the way back."""
    delegation = await current(work, person.id)
    if delegation is not None:
        deputy = await work.session.get_one(Officer, delegation.deputy_id)
        await work.reply(person, view.away_screen(person.t, delegation, deputy.name))
        return
    people = await _nameable(work, person)
    at = max(0, min(page or 0, (len(people) - 1) // PAGE))
    shown, more = people[at * PAGE : (at + 1) * PAGE], len(people) > (at + 1) * PAGE
    await work.reply(person, view.deputies_screen(person.t, shown, page=at, more=more, fresh=page is None))


async def ask_until(work: Work, person: Person, deputy_id: int) -> None:
    """Ask how long; a button or the person's next text says it. Raises what `begin_absence` raises."""
    deputy = await _may_name(work, person, deputy_id)
    await _expect(work, person, UNTIL, deputy=deputy.id)
    await work.reply(person, view.until_prompt(person.t, deputy, work.now))


async def ask_reason(work: Work, person: Person, deputy_id: int, until: str) -> None:
    """Ask why, once `until` (a date as typed, or `+days`) is understood.

    Raises InvalidInput `answer.not_a_date`, `away.past`, `away.too_long`, and what `begin_absence` raises.
    """
    deputy = await _may_name(work, person, deputy_id)
    last = _last_day(work, until)
    await _expect(work, person, REASON, deputy=deputy.id, until=last.isoformat())
    await work.reply(person, view.reason_prompt(person.t, deputy, last))


async def begin_absence(work: Work, person: Person, deputy_id: int, last: date, reason: str) -> Delegation:
    """From now to the end of `last` the deputy decides in the person's stead; what waits is shown to them at once.

    Raises Missing `away.no_such_deputy`, Stale `away.already`.
    """
    from bot.use_cases.ask_opinion import show_waiting  # it asks who stands in for whom

    deputy = await _may_name(work, person, deputy_id)
    assert person.agency.id is not None and deputy.id is not None
    delegation = Delegation(
        agency_id=person.agency.id,
        absent_id=person.id,
        deputy_id=deputy.id,
        reason=reason,
        since=work.now,
        until=datetime.combine(last + timedelta(days=1), time(), SHANGHAI),
    )
    work.session.add(delegation)
    await work.session.flush()
    # Why somebody is away may be a private matter: the ledger proves it without holding it.
    leaf = {"absent": person.id, "deputy": deputy.id, "until": delegation.until.isoformat()}
    digest = {"reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
    await work.record_change("delegation.begun", f"delegation:{delegation.id}", leaf | digest, person)
    await work.reply(person, view.away_screen(person.t, delegation, deputy.name))
    await work.tell(deputy.id, lambda t: view.deputy_notice(t, delegation, person.officer.name))
    await show_waiting(work, deputy.id, stands_for=person.officer)
    return delegation


async def end_absence(work: Work, person: Person, delegation_id: int) -> None:
    """Back early. Raises Missing `away.unknown`, Stale `away.ended`."""
    delegation = await work.session.get(Delegation, delegation_id, with_for_update=True)
    if delegation is None or delegation.absent_id != person.id:
        raise Missing("away.unknown")
    if delegation.ended_at is not None or delegation.until <= work.now:
        raise Stale("away.ended")
    delegation.ended_at = work.now
    work.session.add(delegation)
    leaf = {"absent": person.id, "deputy": delegation.deputy_id}
    await work.record_change("delegation.ended", f"delegation:{delegation.id}", leaf, person)
    await work.reply(person, view.back_screen(person.t, delegation))
    await work.tell(delegation.deputy_id, lambda t: view.back_notice(t, person.officer.name))


async def _nameable(work: Work, person: Person) -> list[Officer]:
    """Colleagues who are not away themselves; those who hold the same roles first."""
    away = select(Delegation.absent_id).where(*running(work))
    found = await work.session.exec(
        select(Officer).where(
            col(Officer.agency_id) == person.agency.id,
            col(Officer.active),
            col(Officer.id) != person.id,
            col(Officer.id).not_in(away),
        )
    )
    mine = set(person.officer.roles)
    return sorted(found.all(), key=lambda each: (-len(mine & set(each.roles)), each.id or 0))


async def _may_name(work: Work, person: Person, deputy_id: int) -> Officer:
    if await current(work, person.id) is not None:
        raise Stale("away.already")
    deputy = next((each for each in await _nameable(work, person) if each.id == deputy_id), None)
    if deputy is None:
        raise Missing("away.no_such_deputy")
    return deputy


def _last_day(work: Work, text: str) -> date:
    today = work.now.astimezone(SHANGHAI).date()
    named = text.removeprefix("+")
    last = today + timedelta(days=int(named)) if text != named and named.isdecimal() and len(named) < 4 else None
    last = last or read_date(plain(text), work.now, past=False)
    if last is None:
        raise InvalidInput("answer.not_a_date", text=text[:60])
    if last < today:
        raise InvalidInput("away.past")
    if last - today > LONGEST:
        raise InvalidInput("away.too_long", days=LONGEST.days)
    return last


async def _expect(work: Work, person: Person, mode: str, **data: object) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, **data)
    work.session.add(conversation)
