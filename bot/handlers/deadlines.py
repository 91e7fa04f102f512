"""Commands and buttons about terms: /deadlines and, in demonstrations, /clock."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, Pressed, list_stamp
from bot.use_cases.acknowledge import acknowledge_message, acknowledge_term
from bot.use_cases.deadlines import list_deadlines
from bot.use_cases.move_clock import move_clock
from bot.work import Person, Work


async def show_deadlines(_message: Message, work: Work, person: Person) -> None:
    await list_deadlines(work, person)


async def turn_deadlines(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await list_deadlines(work, person, page=int(args[0]), stamp=list_stamp(args))


async def know_term(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await acknowledge_term(work, person, int(args[0]))


async def know_message(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await acknowledge_message(work, person, args[0])


async def shift_clock(_message: Message, rest: str, work: Work, person: Person) -> None:
    await move_clock(work, person, rest)


def build() -> Router:
    router = Router(name="deadlines")
    router.message.register(show_deadlines, Command("deadlines", "期限"))
    router.message.register(shift_clock, Command("clock"))
    router.callback_query.register(know_term, Pressed("ack:#"))
    router.callback_query.register(know_message, Pressed("seen:*"))
    for shape in ("#", "#:*"):
        router.callback_query.register(turn_deadlines, Pressed(f"deadlines:{shape}"))
    return router
