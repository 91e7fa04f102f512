"""The menu, help, language, and going on where one stopped."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.handlers.filters import Command, Pressed
from bot.i18n import LANGUAGES, Translator
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.answer_question import form_of
from bot.use_cases.board import board_address
from bot.use_cases.deciders import waiting_for
from bot.use_cases.overseeing import oversees
from bot.use_cases.start_record import resume_record, unfinished_record
from bot.views.cases import help_screen, menu_screen
from bot.work import Person, Work


def commands(t: Translator) -> list[tuple[str, str]]:
    """The commands shown in a chat's command menu."""
    return [
        ("menu", t("what can be done")),
        ("new", t("open a case")),
        ("cases", t("my cases")),
        ("resume", t("go on where you stopped")),
        ("deadlines", t("what is owed, and by when")),
        ("overdue", t("what is overdue, for those who oversee")),
        ("digest", t("what the day brings")),
        ("report", t("figures of a week or a month")),
        ("calendar", t("deadlines in your phone's own calendar")),
        ("check", t("how the case stands before the regulation")),
        ("settings", t("what the agency has set for itself")),
        ("channels", t("where else you are reminded")),
        ("away", t("who decides while you are away")),
        ("devices", t("recording devices")),
        ("language", t("中文 / English")),
        ("help", t("how it works")),
    ]


async def show_menu(work: Work, person: Person) -> None:
    record = await unfinished_record(work, person)
    active = form_of(work, record).title if record is not None else None
    pending = len(await waiting_for(work, person.officer))
    may, board = await oversees(work, person), await board_address(work, person)
    await work.reply(person, menu_screen(person.t, person, pending=pending, active=active, oversees=may, board=board))


async def on_menu(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    conversation = await conversation_of(work, person.id)
    expect(conversation)
    work.session.add(conversation)
    await show_menu(work, person)


async def on_help(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    await work.reply(person, help_screen(person.t, commands(person.t)))


async def on_language(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    """Switch to the next language."""
    current = person.officer.language
    person.officer.language = (
        LANGUAGES[(LANGUAGES.index(current) + 1) % len(LANGUAGES)] if current in LANGUAGES else LANGUAGES[0]
    )
    work.session.add(person.officer)
    await show_menu(work, person)


async def on_resume(event: Message | CallbackQuery, work: Work, person: Person) -> None:
    record = await unfinished_record(work, person)
    if record is None:
        await show_menu(work, person)
        return
    await resume_record(work, person, record)


def build() -> Router:
    router = Router(name="menu")
    router.message.register(on_menu, Command("start", "menu", "cancel"))
    router.callback_query.register(on_menu, Pressed("menu"))
    router.message.register(on_help, Command("help"))
    router.callback_query.register(on_help, Pressed("help"))
    router.message.register(on_language, Command("language"))
    router.callback_query.register(on_language, Pressed("lang"))
    router.message.register(on_resume, Command("resume"))
    router.callback_query.register(on_resume, Pressed("resume"))
    return router
