"""Approving or returning a record in chat."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import IsText, Mode, Pressed, list_stamp
from bot.handlers.typed import words
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.ask_opinion import note_shown, show_check
from bot.use_cases.open_evidence import open_evidence
from bot.use_cases.review_record import approve_record, check_opinion, opinion_to_give, return_record
from bot.use_cases.waiting import list_waiting, open_request
from bot.views import prompts
from bot.work import Person, Work
from models.tables import Conversation

_LONGEST = 500


async def on_pending(query: CallbackQuery, work: Work, person: Person) -> None:
    await list_waiting(work, person)


async def on_pending_page(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await list_waiting(work, person, page=int(args[0]), stamp=list_stamp(args))


async def on_request(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await open_request(work, person, int(args[0]))


async def on_approve(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    # The opinion goes onto a Chinese paper, so its usual wording is Chinese in every language.
    await approve_record(work, person, int(args[0]), "同意")


async def on_ask_text(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    mode = "opinion" if (query.data or "").startswith("ao:") else "return_reason"
    if not await check_opinion(work, person, int(args[0]), to_return=mode == "return_reason"):
        return
    conversation = await conversation_of(work, person.id)
    expect(conversation, mode, opinion=int(args[0]))
    work.session.add(conversation)
    await work.reply(person, prompts.opinion_prompt(person.t, mode))


async def on_check(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    opinion, _, case = await opinion_to_give(work, person, int(args[0]))
    await show_check(work, person, opinion, case)


async def on_evidence(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`oe:<opinion>:<evidence>`: open a piece of evidence before deciding."""
    opinion, _, _ = await opinion_to_give(work, person, int(args[0]))
    evidence = await open_evidence(work, person, int(args[1]))
    note_shown(work, opinion, person, f"evidence:{evidence.id}")


async def on_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    mode, opinion_id = conversation.mode, conversation.mode_data["opinion"]
    text = words(message.text, _LONGEST)
    expect(conversation)
    work.session.add(conversation)
    if mode == "opinion":
        await approve_record(work, person, opinion_id, text)
    else:
        await return_record(work, person, opinion_id, text)


def build() -> Router:
    router = Router(name="approvals")
    router.callback_query.register(on_pending, Pressed("pending"))
    router.callback_query.register(on_pending_page, Pressed("pending:#:*"))
    router.callback_query.register(on_request, Pressed("op:#"))
    router.callback_query.register(on_approve, Pressed("ap:#"))
    router.callback_query.register(on_ask_text, Pressed("ao:#"))
    router.callback_query.register(on_ask_text, Pressed("rt:#"))
    router.callback_query.register(on_check, Pressed("oc:#"))
    router.callback_query.register(on_evidence, Pressed("oe:#:#"))
    router.message.register(on_text, IsText(), Mode("opinion", "return_reason"))
    return router
