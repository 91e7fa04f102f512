"""Pausing, cancelling with undo, overwriting after a conflict, correcting dialogue lines."""

from __future__ import annotations

from dataclasses import replace

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import draft_of, form_of, show_current, store_given
from bot.use_cases.start_record import resume_record
from bot.views import prompts
from bot.views.questions import index_of
from bot.work import Person, Work
from dialogs.values import Draft, Given
from models.errors import Missing
from models.tables import Record

_LINES = 30


async def pause_record(work: Work, person: Person, record: Record) -> None:
    await _leave(work, person, record)
    assert record.id is not None
    await work.reply(person, prompts.paused_screen(person.t, form_of(work, record), record.id))


async def cancel_record(work: Work, person: Person, record: Record) -> None:
    """Put the draft aside; it can be taken back as it was."""
    record.state = "cancelled"
    work.session.add(record)
    await work.record_change("record.cancelled", f"record:{record.id}", {"revision": record.revision}, person)
    await _leave(work, person, record)
    assert record.id is not None
    await work.reply(person, prompts.cancelled_screen(person.t, form_of(work, record), record.id))


async def undo_cancel(work: Work, person: Person, record_id: int) -> None:
    record, _ = await record_for(work, person, record_id, to_change=True, state="cancelled")
    record.state = "draft"
    work.session.add(record)
    await work.record_change("record.cancel_undone", f"record:{record.id}", {"revision": record.revision}, person)
    await resume_record(work, person, record)


async def overwrite(work: Work, person: Person, record: Record, question_id: str, value: object) -> None:
    """After a conflict: store the person's own value over the other officer's, knowingly."""
    draft = draft_of(record)
    revision = draft.revision + 1
    standing = draft.answers[question_id]
    given: Given = replace(
        standing, value=value, state="answered", revision=revision, by=str(person.id), at=work.now, reason=None
    )
    changed = Draft(draft.pack, draft.record, revision, {**draft.answers, question_id: given})
    await store_given(work, person, record, changed, question_id, given)
    await show_current(work, person, record)


async def offer_lines(work: Work, person: Person, record: Record, question_id: str) -> None:
    """The last lines of a dialogue answer, to pick one for correction."""
    given = draft_of(record).answers.get(question_id)
    if given is None or not isinstance(given.value, list):
        raise Missing("answer.no_such_line")
    lines = [f"{'问' if line['role'] == 'question' else '答'}：{line['text']}" for line in given.value]
    form = form_of(work, record)
    assert record.id is not None
    screen = prompts.lines_screen(person.t, record.id, index_of(form, question_id), lines[:_LINES])
    await work.reply(person, screen)


async def _leave(work: Work, person: Person, record: Record) -> None:
    conversation = await conversation_of(work, person.id)
    if conversation.record_id == record.id:
        conversation.record_id, conversation.focus = None, None
        expect(conversation)
        work.session.add(conversation)
