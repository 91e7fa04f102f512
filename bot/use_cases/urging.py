"""Urging: those who oversee press a case's officers for what a term asks, in one tap."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect
from bot.use_cases.alerting import alert
from bot.use_cases.events import deadline_of
from bot.use_cases.overdue import term_for
from bot.use_cases.secrecy import cleared
from bot.use_cases.stand_ins import deputy_of
from bot.views import supervision as view
from bot.work import Person, Work
from models import ledger
from models.errors import Stale
from models.tables import Case, Officer, OpenTerm, Urging

MODE = "urge_message"
PAUSE = timedelta(hours=1)


async def ask_message(work: Work, person: Person, term_id: int) -> None:
    """Ask what to tell the officers; the person's next text says it. Raises what `urge` raises."""
    term, case, pack = await term_for(work, person, term_id, lock=True)
    await _check(work, term)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, term=term.id)
    work.session.add(conversation)
    await work.reply(person, view.message_prompt(person.t, deadline_of(pack, term.deadline), case))


async def urge(work: Work, person: Person, term_id: int, message: str = "") -> None:
    """Alert the case's officers, and whoever stands in for them, that somebody presses for what the term asks.

    Raises what `term_for` raises; Stale `urge.not_running`, `urge.too_soon`, `urge.nobody`.
    """
    await ledger.hold(work.session)  # as `extend_term` does
    term, case, pack = await term_for(work, person, term_id, lock=True)
    await _check(work, term)
    told = view.Urge(pack, deadline_of(pack, term.deadline), term, case, person.officer.name, message)
    reached: list[str] = []
    unreached: list[str] = []
    for officer in await _addressees(work, case):
        assert officer.id is not None
        owed = await alert(work, officer.id, lambda t: view.urged_screen(t, told, work.now), [case])
        (reached if owed else unreached).append(officer.name)
    if not reached:
        raise Stale("urge.nobody")
    assert term.id is not None
    work.session.add(Urging(term_id=term.id, officer_id=person.id, message=message, at=work.now))
    await work.session.flush()
    digest = {"message_sha256": hashlib.sha256(message.encode()).hexdigest()} if message else {}
    await work.record_change("term.urged", f"term:{term.id}", {"case": case.id} | digest, person)
    await work.reply(person, view.urge_sent(person.t, told, reached, unreached))


async def _check(work: Work, term: OpenTerm) -> None:
    if term.state != "open":
        raise Stale("urge.not_running")
    last = await work.session.exec(
        select(Urging, Officer.name)
        .join(Officer, col(Officer.id) == col(Urging.officer_id))
        .where(col(Urging.term_id) == term.id, col(Urging.at) > work.now - PAUSE)
        .order_by(col(Urging.id).desc())
        .limit(1)
    )
    for urging, name in last.all():
        ago = int((work.now - urging.at).total_seconds() // 60)
        raise Stale("urge.too_soon", name=name, ago=ago, wait=60 - ago)


async def _addressees(work: Work, case: Case) -> list[Officer]:
    """The case's active officers and the deputies of those away, unless the case is secret to them."""
    found: dict[int, Officer] = {}
    for officer_id in (case.officer_id, case.second_officer_id):
        deputy_id = await deputy_of(work, officer_id) if officer_id else None
        for each in (officer_id, deputy_id):
            officer = await work.session.get(Officer, each) if each else None
            if officer is not None and officer.active and await cleared(work, case, officer):
                found[officer.id or 0] = officer
    return list(found.values())
