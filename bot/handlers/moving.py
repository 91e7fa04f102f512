"""Going over to a newer version of the regulation."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.handlers.filters import Pressed
from bot.use_cases import move_version
from bot.work import Person, Work


async def on_record_change(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await move_version.show_record_change(work, person, int(args[0]))


async def on_move_record(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await move_version.move_record(work, person, int(args[0]), int(args[1]), args[2])


async def on_case_change(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await move_version.show_case_change(work, person, int(args[0]))


async def on_move_case(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await move_version.move_case(work, person, int(args[0]), args[1])


def build() -> Router:
    router = Router(name="moving")
    router.callback_query.register(on_record_change, Pressed("mv:#"))
    router.callback_query.register(on_move_record, Pressed("mvy:#:#:*"))
    router.callback_query.register(on_case_change, Pressed("mc:#"))
    router.callback_query.register(on_move_case, Pressed("mcy:#:*"))
    return router
