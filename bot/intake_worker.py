"""Works off the intake: each chat's updates in order, one unit of work each, several chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, Update
from sqlmodel import col, func, select

from bot.i18n import DEFAULT_LANGUAGE, translator
from bot.outbox import queue
from bot.received import ReceivedFile, fetched, has_file
from bot.screen import Screen
from bot.settings import Settings
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.sign_in import bind_by_link, person_of
from bot.views import prompts
from bot.views.faults import fault_text
from bot.work import Person, Work
from models.database import Database, Session, connection_lost
from models.errors import Denied, Missing, Stale, Unavailable, ZhiluError
from models.tables import InboundUpdate
from models.vault import Vault

log = structlog.get_logger(__name__)

_MOST_ATTEMPTS = 3
MakeWork = Callable[[Session], Awaitable[Work]]


class IntakeWorker:
    """One per process. `after` is called when a unit of work is committed: messages and jobs may wait."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        bots: Mapping[str, Bot],
        make_work: MakeWork,
        vault: Vault,
        settings: Settings,
        *,
        after: Callable[[], None],
        parallel: int = 8,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._bots = bots
        self._make_work = make_work
        self._vault = vault
        self._settings = settings
        self._after = after
        self._wake = asyncio.Event()
        self._parallel = {transport: asyncio.Semaphore(parallel) for transport in bots}
        self._busy: set[tuple[str, int]] = set()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Endless loop for the nursery."""
        self._busy.clear()  # what a fault broke off before its first step could not sign off
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                for update in await self._heads():
                    group.create_task(self._do(update))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), timeout=1.0)

    async def work_off(self) -> int:
        """Do the oldest waiting update of every chat; how many were done."""
        heads = await self._heads()
        async with asyncio.TaskGroup() as group:
            for update in heads:
                group.create_task(self._do(update))
        return len(heads)

    async def _heads(self) -> list[InboundUpdate]:
        """The oldest waiting update of every chat that is not being served; now it is."""
        busy = frozenset(self._busy)  # as of before the look: what ends meanwhile must not be taken from an old view
        waiting = (col(InboundUpdate.state) == "new", col(InboundUpdate.transport).in_(list(self._bots)))
        oldest = select(func.min(InboundUpdate.id)).where(*waiting)
        oldest = oldest.group_by(col(InboundUpdate.transport), col(InboundUpdate.chat_id))
        async with self._database.reading() as session:
            found = await session.exec(
                select(InboundUpdate).where(col(InboundUpdate.id).in_(oldest)).order_by(col(InboundUpdate.id))
            )
            heads = [update for update in found.all() if _chat(update) not in busy]
        self._busy.update(map(_chat, heads))
        return heads

    async def _do(self, row: InboundUpdate) -> None:
        try:
            async with self._parallel[row.transport]:
                await self._work(row)
        finally:
            self._busy.discard(_chat(row))
            self._wake.set()  # the chat's next update
        self._after()

    async def _work(self, row: InboundUpdate) -> None:
        bot = self._bots[row.transport]
        try:
            update = Update.model_validate(row.body, context={"bot": bot})
            await self._answer_press(bot, update)
            message = update.message if has_file(update.message) and await self._knows(row.transport, update) else None
            async with fetched(bot, message, vault=self._vault, settings=self._settings) as received:
                await self._unit_of_work(row, bot, update, received)
        except ZhiluError as refusal:
            log.info("refused", code=refusal.code, params=refusal.params, update=row.id, exc_info=refusal.__cause__)
            await self._close(row, "done", refusal)
        except Exception as fault:  # one person's update must never stop everybody's; it is logged and answered
            if connection_lost(fault):
                raise  # no fault of the update's: it is done when the database is back
            log.exception("update failed", update=row.id)
            if await self._attempts_after(row, fault) >= _MOST_ATTEMPTS:
                await self._close(row, "failed", Unavailable("update.failed", reference=row.id))

    async def _knows(self, transport: str, update: Update) -> bool:
        """Nobody fetches files for strangers."""
        async with self._database.reading() as session:
            return await person_of(await self._make_work(session), transport, _user_of(update) or 0) is not None

    async def _answer_press(self, bot: Bot, update: Update) -> None:
        """Stop the button's spinner first; a failure of this is of no consequence."""
        if update.callback_query is not None:
            with suppress(TelegramAPIError):
                await update.callback_query.answer().as_(bot)

    async def _unit_of_work(self, row: InboundUpdate, bot: Bot, update: Update, received: ReceivedFile | None) -> None:
        async with self._database.transaction() as session:
            standing = await session.get_one(InboundUpdate, row.id, with_for_update=True)
            if standing.state != "new":
                return
            work = await self._make_work(session)
            user_id = _user_of(update)
            person = await person_of(work, row.transport, user_id) if user_id else None
            if person is None and user_id:
                person = await bind_by_link(work, row.transport, user_id, row.chat_id, _text_of(update))
            if person is None:
                await queue(session, row.transport, row.chat_id, prompts.stranger_screen(translator(DEFAULT_LANGUAGE)))
            else:
                conversation = await conversation_of(work, person.id)
                await self._dispatcher.feed_update(
                    bot, update, work=work, person=person, conversation=conversation, received=received
                )
            standing.state = "done"
            session.add(standing)

    async def _close(self, row: InboundUpdate, state: str, refusal: ZhiluError) -> None:
        """Tell the person why nothing was done; the unit of work was rolled back."""
        async with self._database.transaction() as session:
            standing = await session.get_one(InboundUpdate, row.id, with_for_update=True)
            work = await self._make_work(session)
            user_id = _sender_in(row.body)
            person: Person | None = await person_of(work, row.transport, user_id) if user_id else None
            t = person.t if person else translator(DEFAULT_LANGUAGE)
            if person is not None and _was_waited_for(row.body) and isinstance(refusal, Stale | Missing | Denied):
                # What the chat waited for can no longer be done: the next text must not run into the same refusal.
                conversation = await conversation_of(work, person.id)
                expect(conversation)
                work.session.add(conversation)
            text = fault_text(t, refusal.code, refusal.params)
            await queue(session, row.transport, row.chat_id, Screen("✗ " + text))
            standing.state, standing.fault = state, standing.fault or refusal.code
            session.add(standing)

    async def _attempts_after(self, row: InboundUpdate, fault: Exception) -> int:
        async with self._database.transaction() as session:
            standing = await session.get_one(InboundUpdate, row.id, with_for_update=True)
            standing.attempts += 1
            standing.fault = type(fault).__name__
            session.add(standing)
            return standing.attempts


def _chat(update: InboundUpdate) -> tuple[str, int]:
    return update.transport, update.chat_id


def _user_of(update: Update) -> int | None:
    event = update.message or update.edited_message or update.callback_query
    return event.from_user.id if event is not None and event.from_user is not None else None


def _sender_in(body: Mapping[str, Any]) -> int | None:
    """Who sent an update that perhaps cannot be read as one."""
    for kind in ("message", "edited_message", "callback_query"):
        event = body.get(kind)
        sender = event.get("from") if isinstance(event, dict) else None
        if isinstance(sender, dict) and isinstance(sender.get("id"), int):
            return int(sender["id"])
    return None


def _was_waited_for(body: Mapping[str, Any]) -> bool:
    """A text or file that is no command: what it meant was decided by the conversation's mode."""
    message = body.get("message")
    return isinstance(message, dict) and not str(message.get("text") or "").startswith("/")


def _text_of(update: Update) -> str:
    message: Message | None = update.message
    return (message.text or "") if message else ""
