"""The summary of the day on demand, and whether it comes by itself: /digest."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, Pressed
from bot.schedule.digests import KINDS
from bot.use_cases.morning import switch_summaries
from bot.views.morning import nothing_today
from bot.work import Person, Work


async def on_digest(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    """Every summary that is for the person, as it stands now."""
    shown = [await kind.shown(work, person.officer) for kind in KINDS]
    screens = [screen for screen in shown if screen is not None]
    for screen in screens or [nothing_today(person.t, wanted=person.officer.digests)]:
        await work.reply(person, screen)


async def on_switch(query: CallbackQuery, work: Work, person: Person) -> None:
    await switch_summaries(work, person, wanted=query.data == "digest:on")


def build() -> Router:
    router = Router(name="digests")
    router.message.register(on_digest, Command("digest", "提要"))
    router.callback_query.register(on_digest, Pressed("digest"))
    router.callback_query.register(on_switch, Pressed("digest:on"))
    router.callback_query.register(on_switch, Pressed("digest:off"))
    return router
