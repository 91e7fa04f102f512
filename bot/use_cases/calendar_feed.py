"""A person's deadlines as a calendar their phone subscribes to, at an address that is a secret."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, func, or_, select

from bot.i18n import Translator, translator
from bot.icalendar import Entry, calendar
from bot.use_cases.duty import calendar_of, duty_of
from bot.use_cases.own_terms import stated
from bot.use_cases.secrecy import levels_of
from bot.views import calendar_feed as view
from bot.work import Person, Work
from dialogs.deadlines import steps
from dialogs.packs.schema import Deadline
from models.tables import CalendarFeed, Case, Officer, OpenTerm, TermChange

_MOST = 500  # ends in one calendar
_SHOWN = timedelta(minutes=30)  # an end at 24:00 would otherwise stand on the day after


async def give_address(work: Work, person: Person) -> None:
    """A new address for the person's calendar; the one before is revoked."""
    await _revoke(work, person)
    token = secrets.token_urlsafe(32)
    work.session.add(CalendarFeed(token_hash=_digest(token), officer_id=person.id, created_at=datetime.now(UTC)))
    await work.record_change("calendar.given", f"officer:{person.id}", {}, person)
    await work.reply(person, view.address(person.t, f"{work.settings.base_url}/calendar/{token}.ics"))


async def stop_feed(work: Work, person: Person) -> None:
    """Revoke the person's address, if there is one."""
    if await _revoke(work, person):
        await work.record_change("calendar.revoked", f"officer:{person.id}", {}, person)
    await work.reply(person, view.stopped(person.t))


async def feed_of(work: Work, token: str) -> bytes | None:
    """The calendar at this address; None when it is unknown or revoked, or its person has left."""
    feed = await work.session.get(CalendarFeed, _digest(token))
    officer = await work.session.get(Officer, feed.officer_id) if feed and feed.revoked_at is None else None
    if officer is None or not officer.active:
        return None
    t = translator(officer.language)
    return calendar(view.name(t), await _entries(work, officer, t))


async def _revoke(work: Work, person: Person) -> bool:
    query = select(CalendarFeed).where(
        col(CalendarFeed.officer_id) == person.id, col(CalendarFeed.revoked_at).is_(None)
    )
    standing = (await work.session.exec(query.with_for_update())).all()
    for feed in standing:
        feed.revoked_at = datetime.now(UTC)
        work.session.add(feed)
    return bool(standing)


async def _entries(work: Work, officer: Officer, t: Translator) -> list[Entry]:
    """The running terms of the person's cases, the soonest first."""
    query = (
        select(OpenTerm, Case)
        .join(Case, col(Case.id) == col(OpenTerm.case_id))
        .where(
            col(OpenTerm.state) == "open",
            or_(col(Case.officer_id) == officer.id, col(Case.second_officer_id) == officer.id),
        )
        .order_by(col(OpenTerm.due_at), col(OpenTerm.id))
        .limit(_MOST)
    )
    rows = (await work.session.exec(query)).all()
    levels = await levels_of(work, [case for _, case in rows])
    moved = await _moved(work, [term for term, _ in rows])
    entries = []
    for term, case in rows:
        times, last = moved.get(term.id, (0, term.opened_at))
        secret = case.id in levels.opens_to  # also to its own officers: the calendar leaves the agency's network
        known = stated(work, case, term)
        summary, description = view.entry_text(t, None if secret else known, term, case)
        entries.append(
            Entry(
                uid=f"term-{term.id}@{_host(work)}",
                summary=summary,
                description=description,
                start=term.due_at - _SHOWN,
                end=term.due_at,
                stamp=max(last, term.opened_at),
                sequence=times,
                url=work.settings.base_url,
                alarms=await _alarms(work, officer, term, case, known[1]) if known else (),
            )
        )
    return entries


async def _moved(work: Work, terms: Sequence[OpenTerm]) -> dict[int | None, tuple[int, datetime]]:
    """Term -> how often its end was moved, and when last."""
    query = (
        select(TermChange.term_id, func.count(), func.max(TermChange.at))
        .where(col(TermChange.term_id).in_([term.id for term in terms]))
        .group_by(col(TermChange.term_id))
    )
    return {term_id: (times, last) for term_id, times, last in (await work.session.exec(query)).all()}


async def _alarms(
    work: Work, officer: Officer, term: OpenTerm, case: Case, deadline: Deadline
) -> tuple[timedelta, ...]:
    """How long before the entry begins each reminder ahead of the end comes that is meant for this person."""
    role = "officer" if officer.id == case.officer_id else "second_officer"
    ahead = {rung.id for rung in deadline.ladder if rung.after_hours is None}
    duty, days = await duty_of(work, term.agency_id), await calendar_of(work, term.agency_id)
    ladder = steps(deadline, term.opened_at, term.due_at, term.due_at, duty, days)
    start = term.due_at - _SHOWN
    times = {start - step.at for step in ladder if step.id in ahead and step.to == role and step.at < start}
    return tuple(sorted(times, reverse=True))


def _host(work: Work) -> str:
    """What makes the ids of this installation its own."""
    return work.settings.base_url.partition("://")[2].partition("/")[0] or "zhilu"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
