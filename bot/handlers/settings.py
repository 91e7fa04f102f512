"""What is left to the agency: /settings."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.use_cases import agency_settings
from bot.use_cases.access import expect
from bot.work import Person, Work
from models.tables import Conversation

_LONGEST = 500


async def on_list(event: Message | CallbackQuery, work: Work, person: Person, args: list[str] | None = None) -> None:
    await agency_settings.list_settings(work, person, int(args[0]) if args else 0)


async def on_choose(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await agency_settings.ask_value(work, person, int(args[0]))


async def on_value(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await agency_settings.pressed_value(work, person, int(args[0]), int(args[1]))


async def on_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    """A number, or the reason for a value chosen before."""
    data, mode = dict(conversation.mode_data), conversation.mode
    text = words(message.text, _LONGEST)
    if mode == agency_settings.MODE_VALUE:
        await agency_settings.ask_reason(work, person, data["setting"], text)
        return
    await agency_settings.choose_with_reason(work, person, data["setting"], data["text"], text)
    expect(conversation)
    work.session.add(conversation)


def build() -> Router:
    router = Router(name="settings")
    router.message.register(on_list, Command("settings"))
    router.callback_query.register(on_list, Pressed("set:#"))
    router.callback_query.register(on_choose, Pressed("sv:#"))
    router.callback_query.register(on_value, Pressed("sw:#:#"))
    router.message.register(on_text, IsText(), Mode(agency_settings.MODE_VALUE, agency_settings.MODE_REASON))
    return router
