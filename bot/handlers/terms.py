"""The card of one term, and making a term longer."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.use_cases import terms
from bot.use_cases.access import expect
from bot.work import Person, Work
from models.tables import Conversation


async def on_term(_query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await terms.show_term(work, person, int(args[0]))


async def on_extend(_query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await terms.ask_extension(work, person, int(args[0]))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    term_id = conversation.mode_data["term"]
    reason = words(message.text, terms.LONGEST_REASON)
    expect(conversation)
    work.session.add(conversation)
    await terms.extend_term(work, person, term_id, reason)


def build() -> Router:
    router = Router(name="terms")
    router.callback_query.register(on_term, Pressed("term:#"))
    router.callback_query.register(on_extend, Pressed("tx:#"))
    router.message.register(on_reason, IsText(), Mode(terms.MODE))
    return router
