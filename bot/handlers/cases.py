"""Cases: opening, listing, showing, and beginning records in them."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed
from bot.use_cases import departures
from bot.use_cases.access import case_to_fill, expect, find_case, record_for
from bot.use_cases.confirm_record import confirm_record
from bot.use_cases.show_case import list_cases, show_case
from bot.use_cases.start_record import offer_forms, open_case, resume_record, start_record
from bot.views.needs import not_departed
from bot.work import Person, Work
from models.tables import Conversation


async def on_new(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    await open_case(work, person)


async def on_cases(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await list_cases(work, person, int(args[0]))


async def on_cases_command(message: Message, work: Work, person: Person) -> None:
    await list_cases(work, person, 0)


async def on_case(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await show_case(work, person, int(args[0]), int(args[1]) if len(args) > 1 else 0)


async def on_case_command(message: Message, work: Work, person: Person, rest: str) -> None:
    """`/case <number>`: the case of that number, or, for one that has none, of that id."""
    case_id = await find_case(work, person, rest) if rest else None
    await (show_case(work, person, case_id) if case_id is not None else list_cases(work, person, 0))


async def on_forms(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    stage, page = (args[1], int(args[2])) if len(args) > 2 else (None, 0)
    await offer_forms(work, person, int(args[0]), None if stage == "-" else stage, page, fresh=len(args) == 1)


async def on_start_record(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await start_record(work, person, int(args[0]), args[1])


async def on_departure(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`dep:<case>:<form>`: begin although something should come first."""
    await case_to_fill(work, person, int(args[0]), args[1])
    await departures.ask_departure(work, person, departures.BEGINNING, case=int(args[0]), form=args[1])


async def on_departure_submitting(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """`dps:<record>:<revision>`: confirm although something should come first."""
    await record_for(work, person, int(args[0]), to_change=True, state="draft")
    target = {"record": int(args[0]), "revision": int(args[1])}
    await departures.ask_departure(work, person, departures.SUBMITTING, **target)


async def on_departure_reason(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    reason = departures.checked_reason(message.text or "")
    mode, data = conversation.mode, dict(conversation.mode_data)
    expect(conversation)
    work.session.add(conversation)
    if mode == departures.BEGINNING:
        await start_record(work, person, data["case"], data["form"], reason=reason)
    else:
        await confirm_record(work, person, data["record"], data["revision"], reason=reason)


async def on_no_departure(query: CallbackQuery, work: Work, person: Person, conversation: Conversation) -> None:
    if conversation.mode in (departures.BEGINNING, departures.SUBMITTING):
        expect(conversation)
        work.session.add(conversation)
    await work.reply(person, not_departed(person.t))


async def on_record(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    """Open a record: a draft is resumed by those who work on it, anything later shows its card."""
    record, _ = await record_for(work, person, int(args[0]))
    if record.state == "draft":
        record, _ = await record_for(work, person, int(args[0]), to_change=True)
    await resume_record(work, person, record)


def build() -> Router:
    router = Router(name="cases")
    router.message.register(on_new, Command("new"))
    router.callback_query.register(on_new, Pressed("new"))
    router.message.register(on_cases_command, Command("cases"))
    router.callback_query.register(on_cases, Pressed("cases:#"))
    router.message.register(on_case_command, Command("case"))
    router.callback_query.register(on_case, Pressed("case:#"))
    router.callback_query.register(on_case, Pressed("case:#:#"))
    router.callback_query.register(on_forms, Pressed("forms:#"))
    router.callback_query.register(on_forms, Pressed("forms:#:*:#"))
    router.callback_query.register(on_start_record, Pressed("start:#:*"))
    router.callback_query.register(on_record, Pressed("rec:#"))
    router.callback_query.register(on_departure, Pressed("dep:#:*"))
    router.callback_query.register(on_departure_submitting, Pressed("dps:#:#"))
    router.callback_query.register(on_no_departure, Pressed("dpn"))
    router.message.register(on_departure_reason, IsText(), Mode(departures.BEGINNING, departures.SUBMITTING))
    return router
