"""The compliance check of a case."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.case_papers import COMPLIANCE, INDEX
from bot.handlers.filters import Command, Pressed
from bot.use_cases.case_papers import order_case_paper
from bot.use_cases.check_compliance import check_current, show_compliance
from bot.work import Person, Work


async def on_check_command(message: Message, work: Work, person: Person) -> None:
    await check_current(work, person)


async def on_check(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_compliance(work, person, int(args[0]))


async def on_page(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_compliance(work, person, int(args[0]), page=int(args[1]), fresh=False)


async def on_check_paper(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await order_case_paper(work, person, int(args[0]), COMPLIANCE)


async def on_index(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await order_case_paper(work, person, int(args[0]), INDEX)


def build() -> Router:
    router = Router(name="compliance")
    router.message.register(on_check_command, Command("check"))
    router.callback_query.register(on_check, Pressed("check:#"))
    router.callback_query.register(on_page, Pressed("check:#:#"))
    router.callback_query.register(on_check_paper, Pressed("checkpdf:#"))
    router.callback_query.register(on_index, Pressed("index:#"))
    return router
