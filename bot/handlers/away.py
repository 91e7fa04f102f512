"""Going away and coming back: /away."""

from __future__ import annotations

from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.use_cases import delegation
from bot.use_cases.access import expect
from bot.views.delegation import not_away
from bot.work import Person, Work
from models.tables import Conversation

_REASON = 200


async def on_away(event: Message | CallbackQuery, work: Work, person: Person, args: list[str] | None = None) -> None:
    await delegation.offer_absence(work, person, int(args[0]) if args else None)


async def on_deputy(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await delegation.ask_until(work, person, int(args[0]))


async def on_until_pressed(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await delegation.ask_reason(work, person, int(args[0]), f"+{args[1]}")


async def on_until(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    await delegation.ask_reason(work, person, conversation.mode_data["deputy"], words(message.text, 40))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    reason, data = words(message.text, _REASON), dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await delegation.begin_absence(work, person, data["deputy"], date.fromisoformat(data["until"]), reason)


async def on_back(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await delegation.end_absence(work, person, int(args[0]))


async def on_rather_not(query: CallbackQuery, work: Work, person: Person, conversation: Conversation) -> None:
    if conversation.mode in (delegation.UNTIL, delegation.REASON):
        expect(conversation)
        work.session.add(conversation)
    await work.reply(person, not_away(person.t))


def build() -> Router:
    router = Router(name="away")
    router.message.register(on_away, Command("away", "离岗"))
    router.callback_query.register(on_away, Pressed("away"))
    router.callback_query.register(on_away, Pressed("away:#"))
    router.callback_query.register(on_deputy, Pressed("awd:#"))
    router.callback_query.register(on_until_pressed, Pressed("awu:#:#"))
    router.callback_query.register(on_back, Pressed("awb:#"))
    router.callback_query.register(on_rather_not, Pressed("awn"))
    router.message.register(on_until, IsText(), Mode(delegation.UNTIL))
    router.message.register(on_reason, IsText(), Mode(delegation.REASON))
    return router
