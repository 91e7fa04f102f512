"""What those who oversee do: /overdue with its filters, urging, reassigning, /report."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed, list_stamp
from bot.handlers.typed import words
from bot.use_cases import overdue, reassign, reports, urging
from bot.use_cases.access import expect
from bot.views.overdue import dimension_of
from bot.views.reassign import SEATS, not_given
from bot.views.supervision import not_urged
from bot.work import Person, Work
from models.errors import Stale
from models.tables import Conversation

_LONGEST = 300
_NEW = "new"  # instead of a stamp: a list of its own


async def show_overdue(_message: Message, work: Work, person: Person) -> None:
    await overdue.list_overdue(work, person)


async def turn_overdue(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    """`overdue:<page>[:<stamp>[:<filter>]]`."""
    stamp = "" if args[1:2] == [_NEW] else list_stamp(args)
    chosen = overdue.Filter.of(args[2]) if len(args) > 2 else None
    await overdue.list_overdue(work, person, page=int(args[0]), stamp=stamp, chosen=chosen)


async def on_filter(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    """`odf:<dimension>:<page>:<stamp>:<filter>`."""
    dimension = dimension_of(args[0])
    if dimension is None:
        raise Stale("button.stale")
    chosen = overdue.Filter.of(args[3])
    await overdue.offer_filter(work, person, dimension, page=int(args[1]), stamp=list_stamp(args[1:]), chosen=chosen)


async def on_term(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await overdue.show_term(work, person, int(args[0]))


async def on_urge(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await urging.urge(work, person, int(args[0]))


async def on_urge_message(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await urging.ask_message(work, person, int(args[0]))


async def on_message(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    said, data = words(message.text, _LONGEST), dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await urging.urge(work, person, data["term"], said)


async def on_rather_not_urge(_query: CallbackQuery, work: Work, person: Person, conversation: Conversation) -> None:
    _forget(work, conversation, urging.MODE)
    await work.reply(person, not_urged(person.t))


async def on_reassign(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await reassign.offer_seats(work, person, int(args[0]))


async def on_seat(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    """`reo:<case>:<seat>[:<page>]`."""
    await reassign.offer_officers(work, person, int(args[0]), _seat(args[1]), page=int(args[2]) if args[2:] else 0)


async def on_officer(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    """`rep:<case>:<seat>:<officer>`."""
    await reassign.ask_reason(work, person, int(args[0]), _seat(args[1]), int(args[2]))


async def on_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    reason, data = words(message.text, _LONGEST), dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    await reassign.reassign(work, person, data["case"], data["seat"], data["to"], reason)


async def on_rather_not(_query: CallbackQuery, work: Work, person: Person, conversation: Conversation) -> None:
    _forget(work, conversation, reassign.MODE)
    await work.reply(person, not_given(person.t))


async def on_report(event: Message | CallbackQuery, work: Work, person: Person, rest: str = "") -> None:
    await reports.offer_report(work, person, rest)


async def on_period(_query: CallbackQuery, args: list[str], work: Work, person: Person) -> None:
    await reports.order_report(work, person, args[0])


def _seat(letter: str) -> str:
    if letter not in SEATS:
        raise Stale("button.stale")
    return SEATS[letter]


def _forget(work: Work, conversation: Conversation, mode: str) -> None:
    if conversation.mode == mode:
        expect(conversation)
        work.session.add(conversation)


def build() -> Router:
    router = Router(name="supervision")
    router.message.register(show_overdue, Command("overdue", "逾期"))
    for shape in ("#", "#:*", "#:*:*"):
        router.callback_query.register(turn_overdue, Pressed(f"overdue:{shape}"))
    router.callback_query.register(on_filter, Pressed("odf:*:#:*:*"))
    router.callback_query.register(on_term, Pressed("odt:#"))
    router.callback_query.register(on_urge, Pressed("urg:#"))
    router.callback_query.register(on_urge_message, Pressed("urm:#"))
    router.callback_query.register(on_rather_not_urge, Pressed("urn"))
    router.message.register(on_message, IsText(), Mode(urging.MODE))
    router.callback_query.register(on_reassign, Pressed("rea:#"))
    router.callback_query.register(on_seat, Pressed("reo:#:#"))
    router.callback_query.register(on_seat, Pressed("reo:#:#:#"))
    router.callback_query.register(on_officer, Pressed("rep:#:#:#"))
    router.message.register(on_reason, IsText(), Mode(reassign.MODE))
    router.callback_query.register(on_rather_not, Pressed("ren"))
    router.message.register(on_report, Command("report", "报表"))
    router.callback_query.register(on_report, Pressed("report"))
    router.callback_query.register(on_period, Pressed("report:*"))
    return router
