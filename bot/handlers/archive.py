"""The evidence of a case: its list, one piece, opening it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.handlers.filters import Pressed
from bot.use_cases.open_evidence import open_evidence
from bot.use_cases.show_evidence import list_evidence, show_evidence
from bot.work import Person, Work


async def on_list(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await list_evidence(work, person, int(args[0]), int(args[1]))


async def on_piece(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_evidence(work, person, int(args[0]))


async def on_open(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await open_evidence(work, person, int(args[0]))


def build() -> Router:
    router = Router(name="archive")
    router.callback_query.register(on_list, Pressed("evl:#:#"))
    router.callback_query.register(on_piece, Pressed("ev:#"))
    router.callback_query.register(on_open, Pressed("evo:#"))
    return router
