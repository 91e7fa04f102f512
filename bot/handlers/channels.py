"""Which channels beside the chat a person wants: /channels."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed
from bot.handlers.typed import words
from bot.use_cases import alert_channels
from bot.work import Person, Work
from models.tables import Conversation

_LONGEST = 500


async def on_list(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    await alert_channels.list_choices(work, person)


async def on_switch(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await alert_channels.switch(work, person, args[0], on=args[1] != "0")


async def on_first(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await alert_channels.prefer(work, person, args[0])


async def on_give(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await alert_channels.ask_address(work, person, args[0])


async def on_address(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    await alert_channels.check_address(work, person, conversation, words(message.text, _LONGEST))


async def on_code(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    await alert_channels.confirm_address(work, person, conversation, words(message.text, _LONGEST))


def build() -> Router:
    router = Router(name="channels")
    router.message.register(on_list, Command("channels"))
    router.callback_query.register(on_list, Pressed("channels"))
    router.callback_query.register(on_switch, Pressed("chs:*:#"))
    router.callback_query.register(on_first, Pressed("chf:*"))
    router.callback_query.register(on_give, Pressed("cha:*"))
    router.message.register(on_address, IsText(), Mode(alert_channels.ADDRESS))
    router.message.register(on_code, IsText(), Mode(alert_channels.CODE))
    return router
