"""The register of recording devices: /devices."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, IsText, Mode, Pressed
from bot.use_cases import devices
from bot.work import Person, Work
from models.tables import Conversation

_ASKED: dict[str, devices.Asked] = {"devb": "returned", "devx": "lost", "devr": "retired"}


async def on_command(message: Message, work: Work, person: Person) -> None:
    await devices.list_devices(work, person)


async def on_list(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await devices.list_devices(work, person, int(args[0]))


async def on_device(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await devices.show_device(work, person, int(args[0]))


async def on_choose(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await devices.choose_holder(work, person, int(args[0]), int(args[1]))


async def on_issue(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await devices.issue_device(work, person, int(args[0]), int(args[1]))


async def on_ask(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    await devices.ask_remark(work, person, _ASKED[(query.data or "").partition(":")[0]], int(args[0]))


async def on_add(query: CallbackQuery, work: Work, person: Person) -> None:
    await devices.ask_remark(work, person, "add")


async def on_good_order(query: CallbackQuery, work: Work, person: Person, args: list[str]) -> None:
    # The remark stands in a Chinese register, so its usual wording is Chinese in every language.
    await devices.move_device(work, person, "returned", int(args[0]), "完好")


async def on_text(message: Message, work: Work, person: Person, conversation: Conversation) -> None:
    await devices.take_text(work, person, conversation, message.text or "")


def build() -> Router:
    router = Router(name="devices")
    router.message.register(on_command, Command("devices", "设备"))
    router.callback_query.register(on_list, Pressed("devl:#"))
    router.callback_query.register(on_device, Pressed("dev:#"))
    router.callback_query.register(on_choose, Pressed("devi:#:#"))
    router.callback_query.register(on_issue, Pressed("devg:#:#"))
    for verb in _ASKED:
        router.callback_query.register(on_ask, Pressed(f"{verb}:#"))
    router.callback_query.register(on_good_order, Pressed("devk:#"))
    router.callback_query.register(on_add, Pressed("deva"))
    router.message.register(on_text, IsText(), Mode(devices.MODE))
    return router
