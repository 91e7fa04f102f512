"""A newer version of the regulation: shown beside the one in use, and gone over to only when an officer says so.

A draft moves with its answers; what is frozen, sealed, or corrects a sealed text stays on its version. A case moves
for the records begun from then on. See decision 7.
"""

from __future__ import annotations

from sqlmodel import col, select

from bot.published import keep_published
from bot.shelf import reference_of
from bot.use_cases.access import case_for, conversation_of, expect, record_for
from bot.use_cases.answer_question import draft_of, form_of, show_current
from bot.use_cases.events import emit, replace_terms
from bot.use_cases.show_case import show_case
from bot.use_cases.versions import newer_form, newer_pack
from bot.views import moving as view
from bot.views.deadlines import CASE_MOVED
from bot.work import Person, Work
from dialogs import engine
from dialogs.engine.moving import MOVED, compare, move_to_json, moved
from dialogs.packs.comparing import compare_packs
from dialogs.packs.schema import Pack
from models.errors import Stale
from models.tables import AnswerEvent, Case, OpenTerm


async def show_record_change(work: Work, person: Person, record_id: int) -> None:
    """Raises Stale `pack.not_newer` when there is no newer version (any more)."""
    record, _ = await record_for(work, person, record_id, to_change=True, state="draft")
    after = newer_form(work, record)
    if after is None:
        raise Stale("pack.not_newer")
    before = form_of(work, record)
    found = compare(before, after[1], draft_of(record))
    old = (work.shelf.get(record.pack), before)
    await work.reply(person, view.record_change(person.t, record, old, after, found))


async def move_record(work: Work, person: Person, record_id: int, revision: int, version: str) -> None:
    """Move the draft as it was shown. Raises Stale `pack.not_newer`, `record.changed_meanwhile`."""
    record, _ = await record_for(work, person, record_id, to_change=True, state="draft")
    after = newer_form(work, record)
    if after is None or after[0].version != version:
        raise Stale("pack.not_newer")
    if record.revision != revision:
        raise Stale("record.changed_meanwhile")
    pack, form = after
    await keep_published(work.session, pack, work.now)
    draft, former = draft_of(record), record.pack
    names = compare(form_of(work, record), form, draft).names
    draft = moved(draft, reference_of(pack), names)
    record.pack, record.answers, record.revision = draft.pack, engine.draft_to_json(draft), draft.revision
    record.confirmed = {}  # another text than the one confirmed
    work.session.add(record)
    stored = move_to_json(draft.pack, names)
    assert record.id is not None
    work.session.add(
        AnswerEvent(
            record_id=record.id,
            revision=draft.revision,
            question=MOVED,
            given=stored,
            officer_id=person.id,
            at=work.now,
        )
    )
    leaf = {"from": former, "to": draft.pack, "revision": draft.revision}
    await work.record_change("record.moved", f"record:{record.id}", leaf, person)
    conversation = await conversation_of(work, person.id)
    conversation.record_id, conversation.case_id, conversation.focus = record.id, record.case_id, None
    expect(conversation)
    work.session.add(conversation)
    await work.reply(person, view.record_moved(person.t, form, pack))
    await show_current(work, person, record)


async def show_case_change(work: Work, person: Person, case_id: int) -> None:
    """Raises Stale `pack.not_newer` when there is no newer version (any more)."""
    case = await case_for(work, person, case_id, to_change=True)
    after = newer_pack(work, case)
    if after is None:
        raise Stale("pack.not_newer")
    before = work.shelf.get(case.pack)
    titles = {each.id: each.title for each in before.deadlines}
    ending = [titles.get(term.deadline, term.deadline) for term in await _ending(work, case, after)]
    change = compare_packs(before, after)
    await work.reply(person, view.case_change(person.t, case, before, after, change, ending))


async def move_case(work: Work, person: Person, case_id: int, version: str) -> None:
    """Records begun from now on follow the newer version. Raises Stale `pack.not_newer`."""
    case = await case_for(work, person, case_id, to_change=True)
    await work.session.refresh(case, with_for_update=True)
    after = newer_pack(work, case)
    if after is None or after.version != version:
        raise Stale("pack.not_newer")
    await keep_published(work.session, after, work.now)
    ending, former = await _ending(work, case, after), case.pack
    await replace_terms(work, ending, CASE_MOVED, person)
    case.pack = reference_of(after)
    work.session.add(case)
    data = {"from": former, "to": case.pack, "terms_ended": [term.id for term in ending]}
    await work.record_change(CASE_MOVED, f"case:{case.id}", data, person)
    await emit(work, case, CASE_MOVED, person=person)
    await work.reply(person, view.case_moved(person.t, after))
    assert case.id is not None
    await show_case(work, person, case.id)


async def _ending(work: Work, case: Case, after: Pack) -> list[OpenTerm]:
    """Running terms the new version has no deadline for: nothing would close them any more."""
    running = await work.session.exec(
        select(OpenTerm).where(
            col(OpenTerm.case_id) == case.id,
            col(OpenTerm.state) == "open",
            col(OpenTerm.deadline).not_in([each.id for each in after.deadlines]),
        )
    )
    return list(running.all())
