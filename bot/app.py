"""The composition root: everything is constructed here, from settings, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from aiogram import Bot, Dispatcher
from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand
from aiohttp import web

from bot import channels, handlers
from bot.board_port import Boards
from bot.calendar_port import Calendars
from bot.clock import domain_now
from bot.handlers.menu import commands
from bot.i18n import DEFAULT_LANGUAGE, LANGUAGES, translator
from bot.intake_worker import IntakeWorker
from bot.jobs.outcomes import OUTCOMES
from bot.jobs.results import apply_results
from bot.jobs.supervisor import supervise
from bot.keeping import cipher_of, vault_of
from bot.nursery import Nursery
from bot.outbox import Sender
from bot.pace import rates
from bot.published import stocked
from bot.schedule.scheduler import Schedule
from bot.settings import Settings
from bot.shelf import Shelf, load_shelf
from bot.signing_port import Signing
from bot.transports.telegram.polling import TRANSPORT as TELEGRAM
from bot.transports.telegram.polling import TelegramPolling, build_telegram_bot
from bot.transports.webchat.botapi import Limits, MiniBotApi
from bot.transports.webchat.botapi.log import TRANSPORT as WEBCHAT
from bot.transports.webchat.server import build_web_app
from bot.transports.webchat.session import TOKEN, WebChatSession
from bot.work import Work
from dialogs.deadlines import published_calendar
from models.database import Database, Session, migrate
from models.vault import Vault
from transcribe.dialects import lexicons

log = structlog.get_logger(__name__)


@dataclass
class Application:
    """Everything that runs, for the commands that start it and the tests that look inside."""

    settings: Settings
    database: Database
    vault: Vault
    shelf: Shelf
    api: MiniBotApi
    bots: dict[str, Bot]
    dispatcher: Dispatcher
    intake: IntakeWorker
    sender: Sender
    schedule: Schedule

    async def make_work(self, session: Session) -> Work:
        return Work(session, await domain_now(session), self.vault, self.shelf, self.settings)

    def wake(self) -> None:
        """Something was committed: look for updates to work off and messages to send."""
        self.intake.wake()
        self.sender.wake()

    async def apply_results(self) -> None:
        """Endless loop for the nursery: job results and progress become messages."""
        while True:
            if await apply_results(self.database, self.make_work, OUTCOMES):
                self.sender.wake()
            await asyncio.sleep(0.3)


def build(settings: Settings, shelf: Shelf | None = None) -> Application:
    """Construct the application on a migrated database; starts nothing. `shelf`: packs loaded before."""
    published_calendar(settings.calendar)  # one that cannot be read is told at the start, not by the first deadline
    if settings.lexicons:
        lexicons(settings.lexicons)  # as is a lexicon that cannot be used
    settings.data.mkdir(parents=True, exist_ok=True)
    database, vault, shelf = Database(settings.database), vault_of(settings), shelf or load_shelf(settings)
    limits = Limits(settings.upload_bytes, settings.photo_bytes, settings.photo_pixels, settings.recording_seconds)
    api = MiniBotApi(database, settings.data / "webchat", limits=limits, cipher=cipher_of(settings))
    bots = {WEBCHAT: Bot(TOKEN, session=WebChatSession(api))}
    token = settings.telegram_token.get_secret_value()
    if token:
        bots[TELEGRAM] = build_telegram_bot(token, settings.telegram_api)
    dispatcher = Dispatcher()
    for router in handlers.build_all():
        dispatcher.include_router(router)
    sender = Sender(database, vault, bots, channels=channels.build(settings), rates=rates(settings))

    async def make_work(session: Session) -> Work:
        return Work(session, await domain_now(session), vault, shelf, settings)

    intake = IntakeWorker(database, dispatcher, bots, make_work, vault, settings, after=sender.wake)
    schedule = Schedule(database, vault, shelf, settings, after=sender.wake)
    return Application(settings, database, vault, shelf, api, bots, dispatcher, intake, sender, schedule)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Application]:
    """The whole application, up: page, transports, intake, outbox, schedule and worker processes."""
    await asyncio.to_thread(migrate, settings.database)
    application = build(settings, await _stocked(settings))
    await asyncio.to_thread(application.vault.tidy)
    await asyncio.to_thread(application.api.store.tidy)
    nursery = Nursery()
    signing = Signing(application.database, application.make_work, application.wake)
    site = build_web_app(
        application.api,
        application.database,
        settings,
        wake=application.wake,
        signing=signing,
        calendars=Calendars(application.database, application.make_work),
        boards=Boards(application.database, application.make_work),
    )
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        nursery.spawn("intake", application.intake.run)
        nursery.spawn("outbox", application.sender.run)
        nursery.spawn("job results", application.apply_results)
        nursery.spawn("schedule", application.schedule.run)
        supervise(nursery, settings)
        for transport, bot in application.bots.items():
            nursery.spawn(f"commands {transport}", lambda bot=bot: _set_commands(bot))  # type: ignore[misc]
        if TELEGRAM in application.bots:
            polling = TelegramPolling(application.bots[TELEGRAM], application.database, application.wake)
            nursery.spawn(TELEGRAM, polling.run)
        yield application
    finally:
        await nursery.close()
        await runner.cleanup()
        for bot in application.bots.values():
            await bot.session.close()
        await application.database.close()


async def _stocked(settings: Settings) -> Shelf:
    """The packs on disk and those in use before, from a connection of its own: nothing runs yet."""
    database = Database(settings.database)
    try:
        return await stocked(database, load_shelf(settings))
    finally:
        await database.close()


async def serve(settings: Settings, *, on_ready: Callable[[Application], object] | None = None) -> None:
    """Run until cancelled; `on_ready` is called once when the page answers."""
    async with running(settings) as application:
        log.info("ready", url=settings.base_url, at=datetime.now(UTC).isoformat())
        if on_ready is not None:
            outcome = on_ready(application)
            if asyncio.iscoroutine(outcome):
                await outcome
        await asyncio.Event().wait()


async def _set_commands(bot: Bot) -> None:
    for language in LANGUAGES:
        t = translator(language)
        listed = [BotCommand(command=name, description=text) for name, text in commands(t)]
        code = None if language == DEFAULT_LANGUAGE else t.locale.language
        await bot(SetMyCommands(commands=listed, language_code=code))
