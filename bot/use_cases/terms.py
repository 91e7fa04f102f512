"""One term: its card, and making it longer where the regulation lets somebody do so."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import col, select

from bot.use_cases.access import case_for, conversation_of, expect, roles_in
from bot.use_cases.duty import calendar_of
from bot.use_cases.events import deadline_of
from bot.use_cases.reading import note_access
from bot.use_cases.reckoning import EXTENDED, bring_up_to_date, changes_of, due_of, move_term, note_change, tell_moved
from bot.views import terms as view
from bot.views.moved import Moved, moved_card
from bot.work import Person, Work
from dialogs.deadlines import Due, extended
from dialogs.packs.schema import Extension
from models import ledger
from models.errors import Denied, InvalidInput, Missing, Stale
from models.tables import UNREACHED, Officer, OpenTerm, RungSent

MODE = "extension_reason"
LONGEST_REASON = 500


async def show_term(work: Work, person: Person, term_id: int) -> None:
    """The card of a term, to whoever may read its case. Raises Missing `deadline.unknown`, what `case_for` raises."""
    shown = await _shown(work, person, await _term(work, person, term_id))
    await note_access(work, person.id, shown.case, f"term:{term_id}")
    await work.reply(person, view.term_card(person.t, shown, work.now))


async def ask_extension(work: Work, person: Person, term_id: int) -> None:
    """Show what an extension would do and ask why. Raises what `extend_term` raises."""
    shown = await _shown(work, person, await _term(work, person, term_id))
    extension = _extensible(work, person, shown)
    longer = await _longer(work, shown, extension)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, term=term_id)
    work.session.add(conversation)
    await work.reply(person, view.extension_prompt(person.t, shown, longer))


async def extend_term(work: Work, person: Person, term_id: int, reason: str) -> None:
    """Make a running term longer from its old end on, and tell its officers and the supervisors.

    Raises Missing `deadline.unknown`; Stale `term.ended`; Denied `extension.none`, `extension.role` (role),
    `extension.own_case`, `extension.used_up` (times), `extension.too_late`; InvalidInput `extension.no_reason`.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput("extension.no_reason", limit=LONGEST_REASON)
    await ledger.hold(work.session)  # a leaf follows; whoever writes one waits before it locks the term
    found = await _term(work, person, term_id, lock=True)
    await bring_up_to_date(work, found)
    shown = await _shown(work, person, found)
    extension = _extensible(work, person, shown)
    longer = await _longer(work, shown, extension)
    term = shown.term
    change = await move_term(work, shown.pack, term, longer)
    assert change is not None, "an extension has a length"
    change.kind, change.reason, change.officer_id = EXTENDED, reason, person.id
    change.longer = extension.within.model_dump(exclude_defaults=True, exclude={"setting", "count_first_day"})
    await note_change(work, term, change, person)
    moved = Moved(shown.pack, shown.deadline, term, shown.case, change, longer.working)
    supervisors = [each.id for each in await work.with_role(shown.case.agency_id, "supervisor") if each.id]
    await tell_moved(work, [moved], also=supervisors, apart_from=person.id)
    await work.reply(person, moved_card(person.t, [moved], work.now))


async def _term(work: Work, person: Person, term_id: int, *, lock: bool = False) -> OpenTerm:
    term = await work.session.get(OpenTerm, term_id, with_for_update=lock or None, populate_existing=lock)
    if term is None or term.agency_id != person.agency.id:
        raise Missing("deadline.unknown")
    return term


async def _shown(work: Work, person: Person, term: OpenTerm) -> view.Shown:
    case = await case_for(work, person, term.case_id)
    pack = work.shelf.get(case.pack)
    deadline = deadline_of(pack, term.deadline)
    changes = await changes_of(work, term)
    makers = {each.officer_id for each in changes if each.officer_id is not None}
    names = {each: (await work.session.get_one(Officer, each)).name for each in makers}
    due = await due_of(work, case, pack, term)
    shown = view.Shown(
        pack,
        deadline,
        term,
        case,
        due.working if due.at == term.due_at else (),
        [(each, names.get(each.officer_id or 0, "")) for each in changes],
        await _sent(work, term),
        extended=sum(each.kind == EXTENDED for each in changes),
    )
    return replace(shown, may_extend=_refusal(work, person, shown) is None)


async def _sent(work: Work, term: OpenTerm) -> list[view.Sent]:
    found = await work.session.exec(
        select(RungSent.rung, RungSent.queued_at, Officer.name)
        .join(Officer, col(Officer.id) == col(RungSent.officer_id))
        .where(col(RungSent.term_id) == term.id, col(RungSent.channel) != UNREACHED)
        .order_by(col(RungSent.id))
    )
    grouped: dict[tuple[str, object], view.Sent] = {}
    for rung, at, name in found.all():
        known = grouped.get((rung, at), view.Sent(rung, at, ()))
        grouped[rung, at] = view.Sent(rung, at, tuple(dict.fromkeys((*known.names, name))))
    return list(grouped.values())


def _extensible(work: Work, person: Person, shown: view.Shown) -> Extension:
    refusal = _refusal(work, person, shown)
    if refusal is not None:
        raise refusal
    assert shown.deadline.extension is not None
    return shown.deadline.extension


def _refusal(work: Work, person: Person, shown: view.Shown) -> Denied | Stale | None:
    """Why the person may not make the term longer now."""
    extension, case = shown.deadline.extension, shown.case
    if extension is None:
        return Denied("extension.none")
    if shown.term.state != "open":
        return Stale("term.ended")
    if extension.by not in roles_in(person.officer, case):
        return Denied("extension.role", role=extension.by)
    if extension.by != "officer" and person.id in (case.officer_id, case.second_officer_id):
        return Denied("extension.own_case")
    if shown.extended >= extension.times:
        return Denied("extension.used_up", times=extension.times)
    if work.now >= shown.term.due_at:
        return Denied("extension.too_late")
    return None


async def _longer(work: Work, shown: view.Shown, extension: Extension) -> Due:
    term = shown.term
    due = Due(term.due_at, term.provisional, shown.working)
    return extended(due, extension.within, await calendar_of(work, shown.case.agency_id))
