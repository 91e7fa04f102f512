"""Answering a record's questions, and what can be done with the record meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import AnyCommand, HasLocation, IsText, Mode, Pressed
from bot.handlers.menu import show_menu
from bot.handlers.typed import words
from bot.use_cases import keep_record, outlines
from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.agency_settings import held_settings
from bot.use_cases.answer_question import (
    answer_question,
    current_question,
    draft_of,
    focus_question,
    form_of,
    show_current,
)
from bot.use_cases.case_facts import load_facts
from bot.use_cases.confirm_record import confirm_record, show_review
from bot.use_cases.declare_recording import begin_declaration
from bot.use_cases.start_record import resume_record
from bot.views import prompts
from bot.views.questions import why_screen
from bot.views.review import edit_screen
from bot.work import Person, Work
from dialogs import engine
from dialogs.packs.schema import Question
from dialogs.packs.schema import Record as Form
from dialogs.packs.settings import settings_read
from dialogs.values import Answer, Choose, Done, Place, Prompt, Skip, TakeOffer, Text, Unknown
from models.errors import Stale
from models.tables import Conversation, Record

_LONGEST_REASON = 500
_ANSWERS = ("c", "d", "o", "s")


async def on_button(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`a:<record>:<question index>:<revision seen>:<what>`; see `bot.views.questions`."""
    record_id, index, seen, what = int(args[0]), int(args[1]), int(args[2]), args[3]
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    form = form_of(work, record)
    question = _question(form, index)
    facts = await load_facts(work, case, record)
    standing = draft_of(record).answers.get(question.id)
    changed = (standing.revision if standing else 0) != seen
    if changed and (standing is None or standing.by == str(person.id)):
        raise Stale("button.stale")  # what another officer answered meanwhile makes a conflict card instead

    if what[0] in _ANSWERS:
        sent = _pressed_answer(engine.prompt(form, draft_of(record), facts, question.id), what)
        if sent is not None:
            await answer_question(work, person, record_id, Answer(question.id, sent, str(person.id), expects=seen))
            return
    match what[0]:
        case "s":
            await _ask_reason(work, person, record, question.id, "skip_reason", seen)
        case "u":
            await _ask_reason(work, person, record, question.id, "unknown_reason", seen)
        case "y":
            await _show_why(work, person, record, engine.prompt(form, draft_of(record), facts, question.id))
        case "v":
            await begin_declaration(work, person, record_id, question.id)
        case "l":
            await keep_record.offer_lines(work, person, record, question.id)
        case "g" if what == "g":
            await outlines.show_outlines(work, person, record, question, f"a:{record_id}:{index}:{seen}:")
        case "g":
            await outlines.switch_outline(work, person, record, what[1:])
            await show_current(work, person, record)
        case "b":
            previous = engine.previous_question(form, draft_of(record), facts, question.id)
            await focus_question(work, person, record_id, previous or question.id)
        case "e":
            await work.reply(
                person, edit_screen(person.t, record, form, engine.review(form, draft_of(record), facts), page=0)
            )
        case "p":
            await keep_record.pause_record(work, person, record)
        case "x":
            await keep_record.cancel_record(work, person, record)
        case _:
            raise Stale("button.stale")


def _pressed_answer(prompt: Prompt, what: str) -> Choose | Done | TakeOffer | Skip | None:
    """The answer a button stands for; None for a skip whose reason must be written first."""
    match what[0]:
        case "d":
            return Done()
        case "o":
            return TakeOffer()
        case "s":
            return None if prompt.skip == "with_reason" else Skip()
    if not what[1:].isdecimal() or int(what[1:]) >= len(prompt.choices):
        raise Stale("button.stale")
    return Choose(prompt.choices[int(what[1:])].id)


def _question(form: Form, index: int) -> Question:
    if index >= len(form.questions):
        raise Stale("button.stale")
    return form.questions[index]


async def _show_why(work: Work, person: Person, record: Record, prompt: Prompt) -> None:
    pack = work.shelf.get(record.pack)
    question = next(each for each in pack.record(record.form).questions if each.id == prompt.question)
    read = settings_read(pack, question)
    held = await held_settings(work, person.agency, pack) if read else []
    await work.reply(person, why_screen(person.t, pack, prompt, [each for each in held if each.setting in read]))


async def _ask_reason(work: Work, person: Person, record: Record, question_id: str, mode: str, seen: int) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, record=record.id, question=question_id, seen=seen)
    work.session.add(conversation)
    await work.reply(person, prompts.reason_screen(person.t, mode))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    """The reason for a skipped or unknown answer."""
    data, mode = dict(conversation.mode_data), conversation.mode
    reason = words(message.text, _LONGEST_REASON)
    sent = Skip(reason) if mode == "skip_reason" else Unknown(reason)
    expect(conversation)
    work.session.add(conversation)
    answer = Answer(data["question"], sent, str(person.id), expects=data["seen"])
    await answer_question(work, person, data["record"], answer)


async def on_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    """Ordinary text answers the current question."""
    await _answer_current(work, person, conversation, Text(message.text or ""))


async def on_location(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    place = message.location
    assert place is not None
    title = message.venue.title if message.venue else None
    sent = Place(place.latitude, place.longitude, place.horizontal_accuracy, title)
    await _answer_current(work, person, conversation, sent)


async def _answer_current(work: Work, person: Person, conversation: Conversation, sent: Text | Place) -> None:
    record = await work.session.get(Record, conversation.record_id) if conversation.record_id else None
    if record is None or record.state != "draft":
        await work.reply(person, prompts.nothing_asked(person.t))
        await show_menu(work, person)
        return
    _, _, question = await current_question(work, person, record)
    if question is None:
        await work.reply(person, prompts.nothing_open(person.t))
        await show_current(work, person, record)
        return
    seen = conversation.mode_data.get("seen") if conversation.focus == question.id else None
    assert record.id is not None
    await answer_question(work, person, record.id, Answer(question.id, sent, str(person.id), expects=seen))


async def on_focus(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    question = _question(form_of(work, record), int(args[1]))
    await focus_question(work, person, int(args[0]), question.id, back_to_review=len(args) > 2)


async def on_review(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_review(work, person, int(args[0]), int(args[1]))


async def on_edit(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, case = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    form = form_of(work, record)
    found = engine.review(form, draft_of(record), await load_facts(work, case, record))
    await work.reply(person, edit_screen(person.t, record, form, found, page=int(args[1])))


async def on_confirm(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await confirm_record(work, person, int(args[0]), int(args[1]))


async def on_go(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True)
    await resume_record(work, person, record)


async def on_pause(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    await keep_record.pause_record(work, person, record)


async def on_cancel(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    await keep_record.cancel_record(work, person, record)


async def on_undo_cancel(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await keep_record.undo_cancel(work, person, int(args[0]))


async def on_conflict(
    query: CallbackQuery, work: Work, person: Person, conversation: Conversation, args: list[str]
) -> None:
    """Two answers to one question: keep theirs, or overwrite knowingly."""
    data = dict(conversation.mode_data)
    if conversation.mode != "conflict" or data.get("record") != int(args[0]):
        raise Stale("button.stale")
    expect(conversation)
    conversation.focus = None
    work.session.add(conversation)
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    if args[1] == "mine":
        await keep_record.overwrite(work, person, record, data["question"], data["value"], data["seen"])
    else:
        await show_current(work, person, record)


async def on_lines(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`ls:<record>:<question index>:<page>`: turn the list of lines."""
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    question = _question(form_of(work, record), int(args[1]))
    await keep_record.offer_lines(work, person, record, question.id, int(args[2]))


async def on_line(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`ln:<record>:<question index>:<revision seen>:<line>`: the next text replaces that line."""
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    question = _question(form_of(work, record), int(args[1]))
    await keep_record.ask_line(work, person, record, question.id, int(args[2]), int(args[3]))


async def on_line_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    text = (message.text or "").strip()
    expect(conversation)
    work.session.add(conversation)
    text = "" if text in ("-", "—", "删除") else text
    await keep_record.replace_line(work, person, data["record"], data["question"], data["seen"], data["line"], text)


async def on_unknown_command(message: Message, work: Work, person: Person) -> None:
    await work.reply(person, prompts.unknown_command(person.t, (message.text or "").split()[0]))


async def on_other(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    """What no other handler takes: a sticker, a contact, a button of an older version."""
    if isinstance(event, CallbackQuery):
        raise Stale("button.stale")
    await work.reply(person, prompts.not_understood(person.t))


def build() -> Router:
    router = Router(name="records")
    on_press: dict[str, Callable[..., Any]] = {
        "a:#:#:#:*": on_button,
        "f:#:#": on_focus,
        "f:#:#:r": on_focus,
        "rv:#:#": on_review,
        "ed:#:#": on_edit,
        "ok:#:#": on_confirm,
        "go:#": on_go,
        "pz:#": on_pause,
        "cx:#": on_cancel,
        "ux:#": on_undo_cancel,
        "k:#:theirs": on_conflict,
        "k:#:mine": on_conflict,
        "ls:#:#:#": on_lines,
        "ln:#:#:#:#": on_line,
    }
    for shape, press in on_press.items():
        router.callback_query.register(press, Pressed(shape))
    router.message.register(on_reason, IsText(), Mode("skip_reason", "unknown_reason"))
    router.message.register(on_line_text, IsText(), Mode("line"))
    return router


def build_last() -> Router:
    """Handlers that take what is left, after every other router."""
    router = Router(name="rest")
    router.message.register(on_unknown_command, AnyCommand())
    router.message.register(on_location, HasLocation())
    router.message.register(on_text, IsText())
    router.message.register(on_other)
    router.callback_query.register(on_other)
    return router
