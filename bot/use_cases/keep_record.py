"""Pausing, cancelling with undo, overwriting after a conflict, correcting lines of a dialogue or table."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sqlmodel import col, select

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import answer_question, draft_of, form_of, show_current, store_given
from bot.use_cases.record_versions import newer_version
from bot.use_cases.start_record import exists_in, resume_record
from bot.use_cases.undo_events import redo_events, undo_events
from bot.views import prompts
from bot.views.questions import index_of
from bot.work import Person, Work
from dialogs.questions import KINDS
from dialogs.values import Answer, Draft, Given, ReplaceLine
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, DocumentNumber, Record


async def pause_record(work: Work, person: Person, record: Record) -> None:
    await _leave(work, person, record)
    assert record.id is not None
    await work.reply(person, prompts.paused_screen(person.t, form_of(work, record), record.id))


async def cancel_record(work: Work, person: Person, record: Record) -> None:
    """Put the draft aside; it can be taken back as it was."""
    record.state = "cancelled"
    work.session.add(record)
    await work.record_change("record.cancelled", f"record:{record.id}", {"revision": record.revision}, person)
    await _take_along(work, person, record, "void", "文书已撤销")
    await undo_events(work, person, record, await work.session.get_one(Case, record.case_id))
    await _leave(work, person, record)
    assert record.id is not None
    await work.reply(person, prompts.cancelled_screen(person.t, form_of(work, record), record.id))


async def undo_cancel(work: Work, person: Person, record_id: int) -> None:
    """Take a cancelled draft back.

    Raises InvalidInput `form.only_once`, Stale `record.corrected` when another one has taken its place meanwhile;
    InvalidInput `case.archived`.
    """
    record, case = await record_for(work, person, record_id, to_change=True, state="cancelled")
    form = form_of(work, record)
    if case.state == "archived" and not form.after_archive:
        raise InvalidInput("case.archived")
    if record.corrects_id is not None:
        if await newer_version(work.session, await work.session.get_one(Record, record.corrects_id)) is not None:
            raise Stale("record.corrected")
    elif not form.repeatable and await exists_in(work, case, form.id):
        raise InvalidInput("form.only_once", form=form.title)
    record.state = "draft"
    work.session.add(record)
    await work.record_change("record.cancel_undone", f"record:{record.id}", {"revision": record.revision}, person)
    await _take_along(work, person, record, "used", None)
    await redo_events(work, person, record, case)
    await resume_record(work, person, record)


async def _take_along(work: Work, person: Person, record: Record, state: str, reason: str | None) -> None:
    """What goes with a cancelled draft and comes back with it: its number (`state`), and a case not yet opened."""
    query = select(DocumentNumber).where(col(DocumentNumber.record_id) == record.id)
    for number in (await work.session.exec(query)).all():
        number.state, number.reason = state, reason
        work.session.add(number)
        data = {"number": number.text, "state": state}
        await work.record_change("number.changed", f"record:{record.id}", data, person)
    case = await work.session.get_one(Case, record.case_id)
    if form_of(work, record).opens_case and case.state in ("opening", "abandoned"):
        case.state = "abandoned" if state == "void" else "opening"
        work.session.add(case)
        await work.record_change(f"case.{case.state}", f"case:{case.id}", {"record": record.id}, person)


async def overwrite(work: Work, person: Person, record: Record, question_id: str, value: object, seen: int) -> None:
    """After a conflict: store the person's own value over the other officer's, knowingly.

    `seen`: revision of the other's answer as shown. Raises Stale `record.changed_meanwhile`.
    """
    draft = draft_of(record)
    revision = draft.revision + 1
    standing = draft.answers.get(question_id)
    if standing is None or standing.revision != seen:
        raise Stale("record.changed_meanwhile")
    given: Given = replace(
        standing, value=value, state="answered", revision=revision, by=str(person.id), at=work.now, reason=None
    )
    changed = Draft(draft.pack, draft.record, revision, {**draft.answers, question_id: given})
    await store_given(work, person, record, changed, question_id, given)
    await show_current(work, person, record)


async def offer_lines(work: Work, person: Person, record: Record, question_id: str, page: int | None = None) -> None:
    """A page of the lines of a dialogue or table, to pick one for correction; the newest when no `page` is named."""
    form, given = form_of(work, record), draft_of(record).answers.get(question_id)
    index = index_of(form, question_id)
    question = form.questions[index]
    lines = KINDS[question.type].parts(question, given.value if given else None)
    if given is None or not lines:
        raise Missing("answer.no_such_line")
    assert record.id is not None
    await work.reply(person, prompts.lines_screen(person.t, record.id, index, given.revision, lines, page))


async def ask_line(work: Work, person: Person, record: Record, question_id: str, seen: int, line: int) -> None:
    """The person's next text replaces this line of the answer as it stood at revision `seen`."""
    question = next(each for each in form_of(work, record).questions if each.id == question_id)
    _unchanged(record, question_id, seen)
    conversation = await conversation_of(work, person.id)
    expect(conversation, "line", record=record.id, question=question_id, seen=seen, line=line)
    work.session.add(conversation)
    await work.reply(person, prompts.line_screen(person.t, line + 1, [column.title for column in question.columns]))


async def replace_line(
    work: Work, person: Person, record_id: int, question_id: str, seen: int, line: int, text: str
) -> None:
    """Put `text` in place of a line, '' removes it. Raises Stale `record.changed_meanwhile`."""
    record, _ = await record_for(work, person, record_id, to_change=True, state="draft")
    _unchanged(record, question_id, seen)
    form = form_of(work, record)
    spoken = form.questions[index_of(form, question_id)].type == "dialogue"
    role, text = _role_and_text(text) if spoken else (None, text)
    sent = ReplaceLine(line, text, role)
    await answer_question(work, person, record_id, Answer(question_id, sent, str(person.id)))


def _role_and_text(text: str) -> tuple[Literal["question", "answer"] | None, str]:
    """A line may be written as it is shown, with 问 or 答 before it: then that says who speaks."""
    roles: dict[str, Literal["question", "answer"]] = {"问": "question", "答": "answer"}
    for mark, role in roles.items():
        for colon in "：:":
            if text.startswith(mark + colon):
                return role, text[2:].strip()
    return None, text


def _unchanged(record: Record, question_id: str, seen: int) -> None:
    """Lines are known by their position, which any line added or removed since may have moved."""
    given = draft_of(record).answers.get(question_id)
    if given is None or given.revision != seen:
        raise Stale("record.changed_meanwhile")


async def _leave(work: Work, person: Person, record: Record) -> None:
    conversation = await conversation_of(work, person.id)
    if conversation.record_id == record.id:
        conversation.record_id, conversation.focus = None, None
        expect(conversation)
        work.session.add(conversation)
