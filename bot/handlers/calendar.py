"""Deadlines in the phone's own calendar: /calendar, and `/calendar stop`."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, Pressed
from bot.use_cases.calendar_feed import give_address, stop_feed
from bot.work import Person, Work

_STOP = ("stop", "停止", "停用")


async def on_calendar(message: Message, rest: str, work: Work, person: Person) -> None:
    await (stop_feed if rest.lower() in _STOP else give_address)(work, person)


async def on_new(_query: CallbackQuery, work: Work, person: Person) -> None:
    await give_address(work, person)


async def on_stop(_query: CallbackQuery, work: Work, person: Person) -> None:
    await stop_feed(work, person)


def build() -> Router:
    router = Router(name="calendar")
    router.message.register(on_calendar, Command("calendar", "日历"))
    router.callback_query.register(on_new, Pressed("ics:new"))
    router.callback_query.register(on_stop, Pressed("ics:stop"))
    return router
