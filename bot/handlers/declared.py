"""Declaring a recording made with a body camera, step by step."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import HasLocation, IsText, Mode, Pressed
from bot.use_cases.declare_recording import (
    MODE,
    show_devices,
    stop_declaration,
    take_device,
    take_known_place,
    take_moment,
    take_place,
    take_text,
)
from bot.work import Person, Work
from models.tables import Conversation


async def on_page(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_devices(work, person, int(args[0]))


async def on_device(
    query: CallbackQuery, work: Work, person: Person, conversation: Conversation, args: list[str]
) -> None:
    await take_device(work, person, conversation, int(args[0]))


async def on_moment(
    query: CallbackQuery, work: Work, person: Person, conversation: Conversation, args: list[str]
) -> None:
    """`dvt:<minutes since 1970>`."""
    await take_moment(work, person, conversation, datetime.fromtimestamp(int(args[0]) * 60, UTC))


async def on_known_place(query: CallbackQuery, work: Work, person: Person, conversation: Conversation) -> None:
    await take_known_place(work, person, conversation)


async def on_stop(query: CallbackQuery, work: Work, person: Person) -> None:
    await stop_declaration(work, person)


async def on_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    await take_text(work, person, conversation, message.text or "")


async def on_location(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    place = message.location
    assert place is not None
    title = f"{message.venue.title}，" if message.venue else ""
    await take_place(work, person, conversation, f"{title}{place.latitude:.5f}, {place.longitude:.5f}")


def build() -> Router:
    router = Router(name="declared")
    router.callback_query.register(on_page, Pressed("dvp:#"))
    router.callback_query.register(on_device, Pressed("dvd:#"))
    router.callback_query.register(on_moment, Pressed("dvt:#"))
    router.callback_query.register(on_known_place, Pressed("dvo"))
    router.callback_query.register(on_stop, Pressed("dvx"))
    router.message.register(on_text, IsText(), Mode(MODE))
    router.message.register(on_location, HasLocation(), Mode(MODE))
    return router
