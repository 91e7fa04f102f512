"""Answering a record's questions, and what can be done with the record meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import AnyCommand, HasLocation, IsText, Mode, Pressed
from bot.handlers.menu import show_menu
from bot.use_cases import keep_record
from bot.use_cases.access import conversation_of, expect, record_for
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
from bot.use_cases.start_record import resume_record
from bot.views import prompts
from bot.views.questions import why_screen
from bot.views.review import edit_screen
from bot.work import Person, Work
from dialogs import engine
from dialogs.values import Answer, Choose, Done, Place, ReplaceLine, Skip, TakeOffer, Text, Unknown
from models.errors import Stale
from models.tables import Conversation, Record


async def on_button(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`a:<record>:<question index>:<revision seen>:<what>`; see `bot.views.questions`."""
    record_id, index, seen, what = int(args[0]), int(args[1]), int(args[2]), args[3]
    record, case = await record_for(work, person, record_id, to_change=True, state="draft")
    form = form_of(work, record)
    question = form.questions[index]
    facts = await load_facts(work, case, record)
    standing = draft_of(record).answers.get(question.id)
    if (standing.revision if standing else 0) != seen:
        raise Stale("button.stale")

    async def answer(sent: Choose | Done | TakeOffer | Skip) -> None:
        await answer_question(work, person, record_id, Answer(question.id, sent, str(person.id), expects=seen))

    match what[0]:
        case "c":
            prompt = engine.prompt(form, draft_of(record), facts, question.id)
            choice = int(what[1:])
            if choice >= len(prompt.choices):
                raise Stale("button.stale")
            await answer(Choose(prompt.choices[choice].id))
        case "d":
            await answer(Done())
        case "o":
            await answer(TakeOffer())
        case "s":
            prompt = engine.prompt(form, draft_of(record), facts, question.id)
            if prompt.skip == "with_reason":
                await _ask_reason(work, person, record, question.id, "skip_reason")
            else:
                await answer(Skip())
        case "u":
            await _ask_reason(work, person, record, question.id, "unknown_reason")
        case "y":
            pack = work.shelf.get(record.pack)
            abouts = {f"{pack.short}-{article.no}": article.about for article in pack.articles}
            prompt = engine.prompt(form, draft_of(record), facts, question.id)
            known = {basis: abouts.get(basis.split(".")[0], "") for basis in prompt.basis}
            await work.reply(person, why_screen(person.t, pack.title, prompt, known))
        case "l":
            await keep_record.offer_lines(work, person, record, question.id)
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


async def _ask_reason(work: Work, person: Person, record: Record, question_id: str, mode: str) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, record=record.id, question=question_id)
    work.session.add(conversation)
    await work.reply(person, prompts.reason_screen(person.t, mode))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    """The reason for a skipped or unknown answer."""
    data, mode = dict(conversation.mode_data), conversation.mode
    sent = Skip(message.text) if mode == "skip_reason" else Unknown(message.text or "")
    expect(conversation)
    work.session.add(conversation)
    await answer_question(work, person, data["record"], Answer(data["question"], sent, str(person.id)))


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
    _, draft, question = await current_question(work, person, record)
    if question is None:
        await work.reply(person, prompts.nothing_open(person.t))
        await show_current(work, person, record)
        return
    standing = draft.answers.get(question.id)
    seen = standing.revision if standing else 0
    assert record.id is not None
    await answer_question(work, person, record.id, Answer(question.id, sent, str(person.id), expects=seen))


async def on_focus(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    question = form_of(work, record).questions[int(args[1])]
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
    work.session.add(conversation)
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    if args[1] == "mine":
        await keep_record.overwrite(work, person, record, data["question"], data["value"])
    else:
        await show_current(work, person, record)


async def on_line(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`ln:<record>:<question index>:<line>`: the next text replaces that line."""
    record, _ = await record_for(work, person, int(args[0]), to_change=True, state="draft")
    question = form_of(work, record).questions[int(args[1])]
    conversation = await conversation_of(work, person.id)
    expect(conversation, "line", record=record.id, question=question.id, line=int(args[2]))
    work.session.add(conversation)
    await work.reply(person, prompts.line_screen(person.t, int(args[2]) + 1))


async def on_line_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    data = dict(conversation.mode_data)
    text = (message.text or "").strip()
    expect(conversation)
    work.session.add(conversation)
    sent = ReplaceLine(data["line"], "" if text in ("-", "—", "删除") else text)
    await answer_question(work, person, data["record"], Answer(data["question"], sent, str(person.id)))


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
        "a": on_button,
        "f": on_focus,
        "rv": on_review,
        "ed": on_edit,
        "ok": on_confirm,
        "go": on_go,
        "pz": on_pause,
        "cx": on_cancel,
        "ux": on_undo_cancel,
        "k": on_conflict,
        "ln": on_line,
    }
    for verb, press in on_press.items():
        router.callback_query.register(press, Pressed(verb))
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
