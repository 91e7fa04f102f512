"""Cases: opening, listing, showing, and beginning records in them."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, Pressed
from bot.use_cases.access import record_for
from bot.use_cases.review_record import ask_opinion_again, pending_opinions
from bot.use_cases.show_case import list_cases, offer_forms, show_case
from bot.use_cases.start_record import open_case, resume_record, start_record
from bot.views.cases import nothing_pending
from bot.work import Person, Work


async def on_new(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    await open_case(work, person)


async def on_cases(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await list_cases(work, person, int(args[0]))


async def on_cases_command(message: Message, work: Work, person: Person) -> None:
    await list_cases(work, person, 0)


async def on_case(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_case(work, person, int(args[0]), int(args[1]) if len(args) > 1 else 0)


async def on_forms(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await offer_forms(work, person, int(args[0]))


async def on_start_record(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await start_record(work, person, int(args[0]), args[1])


async def on_record(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """Open a record: a draft is resumed by those who work on it, anything later shows its card."""
    record, _ = await record_for(work, person, int(args[0]))
    if record.state == "draft":
        record, _ = await record_for(work, person, int(args[0]), to_change=True)
    await resume_record(work, person, record)


async def on_pending(query: CallbackQuery, work: Work, person: Person) -> None:
    waiting = await pending_opinions(work, person)
    for opinion, record, case in waiting[:5]:
        await ask_opinion_again(work, person, opinion, record, case)
    if not waiting:
        await work.reply(person, nothing_pending(person.t))


def build() -> Router:
    router = Router(name="cases")
    router.message.register(on_new, Command("new"))
    router.callback_query.register(on_new, Pressed("new"))
    router.message.register(on_cases_command, Command("cases"))
    router.callback_query.register(on_cases, Pressed("cases:#"))
    router.callback_query.register(on_case, Pressed("case:#"))
    router.callback_query.register(on_case, Pressed("case:#:#"))
    router.callback_query.register(on_forms, Pressed("forms:#"))
    router.callback_query.register(on_start_record, Pressed("start:#:*"))
    router.callback_query.register(on_record, Pressed("rec:#"))
    router.callback_query.register(on_pending, Pressed("pending"))
    return router
