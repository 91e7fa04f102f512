"""The outbox: messages owed, committed with the change that caused them, and the sender that delivers them.

The web chat takes each call once, by its idempotency key. Telegram has no such key: a send that a crash
interrupts may be repeated there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    SendAudio,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import FSInputFile, Message
from sqlmodel import col, select

from bot.screen import CAPTION_LIMIT, MESSAGE_LIMIT, Screen
from bot.transports.delivery import delivery_key
from models.database import Database, Session
from models.tables import MessageSlot, OutboundMessage
from models.vault import Vault

log = structlog.get_logger(__name__)

_SEND_FILE: dict[str, type[TelegramMethod[Message]]] = {
    "photo": SendPhoto,
    "document": SendDocument,
    "voice": SendVoice,
    "audio": SendAudio,
}
_LONGEST_PAUSE = 300.0


async def queue(session: Session, transport: str, chat_id: int, screen: Screen) -> None:
    """Owe `screen` to a chat. An older unsent screen of the same slot is superseded: only the newest is of use."""
    now = datetime.now(UTC)
    if screen.slot:
        waiting = await session.exec(
            select(OutboundMessage).where(
                col(OutboundMessage.transport) == transport,
                col(OutboundMessage.chat_id) == chat_id,
                col(OutboundMessage.slot) == screen.slot,
                col(OutboundMessage.state) == "queued",
            )
        )
        for older in waiting.all():
            older.state = "superseded"
            session.add(older)
    params: dict[str, Any] = {"text": screen.text, "rows": [[_button(b) for b in row] for row in screen.rows]}
    if screen.fresh:
        params["fresh"] = True
    attachment = screen.attachment
    session.add(
        OutboundMessage(
            transport=transport,
            chat_id=chat_id,
            method=attachment.kind if attachment else "message",
            params=params,
            files={"sha256": attachment.sha256, "name": attachment.name} if attachment else {},
            slot=screen.slot,
            not_before=now,
            created_at=now,
        )
    )


def _button(button: Any) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    assert button.data and len(button.data.encode()) <= 64, f"button data unusable: {button.data!r}"
    return {"text": button.text, "callback_data": button.data}


class Sender:
    """Delivers owed messages in order per chat; one at a time per chat, several chats side by side."""

    def __init__(self, database: Database, vault: Vault, bots: Mapping[str, Bot], *, parallel: int = 8) -> None:
        self._database = database
        self._vault = vault
        self._bots = bots
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(parallel)
        self.on_sent: Callable[[], None] = lambda: None

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Endless loop for the nursery."""
        while True:
            self._wake.clear()
            if not await self.deliver_due():
                try:
                    await asyncio.wait_for(self._wake.wait(), timeout=1.0)
                except TimeoutError:
                    continue

    async def deliver_due(self) -> int:
        """Send the oldest due message of every chat; how many were tried."""
        heads = await self._heads()
        if heads:
            async with asyncio.TaskGroup() as group:
                for message in heads:
                    group.create_task(self._deliver(message))
        return len(heads)

    async def _heads(self) -> list[OutboundMessage]:
        async with self._database.reading() as session:
            queued = await session.exec(
                select(OutboundMessage)
                .where(
                    col(OutboundMessage.state) == "queued",
                    col(OutboundMessage.transport).in_(list(self._bots)),
                )
                .order_by(col(OutboundMessage.id))
                .limit(500)
            )
            heads: dict[tuple[str, int], OutboundMessage] = {}
            for message in queued.all():
                heads.setdefault((message.transport, message.chat_id), message)
        now = datetime.now(UTC)
        return [message for message in heads.values() if message.not_before <= now]

    async def _deliver(self, message: OutboundMessage) -> None:
        async with self._slots:
            try:
                sent = await self._send(message)
            except TelegramAPIError as fault:
                await self._after_fault(message, fault)
                return
        async with self._database.transaction() as session:
            row = await session.get_one(OutboundMessage, message.id)
            row.state, row.sent_at = "sent", datetime.now(UTC)
            session.add(row)
            if message.slot and sent is not None:
                await _fill_slot(session, message, sent)

    async def _send(self, message: OutboundMessage) -> int | None:
        """Send or, where the slot has a message already, edit. Returns the message id when a new one was made."""
        standing = await self._standing(message) if message.slot and not message.files else None
        if standing is not None and message.params.get("fresh"):
            await self._strip(message, standing)
        elif standing is not None and await self._edit(message, standing):
            return None
        sent: Message = await self._call(message, self._method(message), "send")
        return sent.message_id

    async def _call(self, message: OutboundMessage, method: TelegramMethod[Any], step: str) -> Any:
        """One call with a key of its own, so that a repeated delivery repeats nothing where keys are known."""
        token = delivery_key.set(f"outbox:{message.id}:{step}")
        try:
            return await self._bots[message.transport](method)
        finally:
            delivery_key.reset(token)

    async def _edit(self, message: OutboundMessage, standing: int) -> bool:
        """Whether the standing message now shows the new text; False when it can no longer be edited."""
        edit = EditMessageText(
            chat_id=message.chat_id,
            message_id=standing,
            text=message.params["text"],
            parse_mode="HTML",
            reply_markup=_keyboard(message),
        )
        try:
            await self._call(message, edit, "edit")
        except TelegramBadRequest as fault:
            if any(word in fault.message for word in ("not found", "can't be edited")):
                return False
            if "not modified" not in fault.message:
                raise
        return True

    async def _strip(self, message: OutboundMessage, standing: int) -> None:
        """Take the buttons off a message that a newer one replaces; if it has none or is gone, all the better."""
        with suppress(TelegramBadRequest):
            await self._call(message, EditMessageReplyMarkup(chat_id=message.chat_id, message_id=standing), "strip")

    def _method(self, message: OutboundMessage) -> TelegramMethod[Message]:
        common = {"chat_id": message.chat_id, "parse_mode": "HTML", "reply_markup": _keyboard(message)}
        if not message.files:
            return SendMessage(text=message.params["text"][:MESSAGE_LIMIT], **common)
        file = FSInputFile(self._vault.path(message.files["sha256"]), filename=message.files["name"])
        caption = message.params["text"][:CAPTION_LIMIT] or None
        return _SEND_FILE[message.method](**{message.method: file}, caption=caption, **common)

    async def _standing(self, message: OutboundMessage) -> int | None:
        async with self._database.reading() as session:
            slot = (
                await session.exec(
                    select(MessageSlot).where(
                        col(MessageSlot.transport) == message.transport,
                        col(MessageSlot.chat_id) == message.chat_id,
                        col(MessageSlot.slot) == message.slot,
                    )
                )
            ).first()
        return slot.message_id if slot else None

    async def _after_fault(self, message: OutboundMessage, fault: TelegramAPIError) -> None:
        """Temporary faults wait and are tried again; permanent ones are recorded and let the next message go."""
        async with self._database.transaction() as session:
            row = await session.get_one(OutboundMessage, message.id)
            row.attempts += 1
            row.fault = str(fault)[:500]
            pause = pause_after(fault, row.attempts)
            if pause is None:
                row.state = "failed"
                log.error("message cannot be delivered", message=row.id, transport=row.transport, fault=row.fault)
            else:
                row.not_before = datetime.now(UTC) + timedelta(seconds=pause)
                log.warning("message will be sent again", message=row.id, seconds=pause, fault=row.fault)
            session.add(row)


def pause_after(fault: TelegramAPIError, attempts: int) -> float | None:
    """Seconds to wait before the next try, or None when the failure is permanent."""
    if isinstance(fault, TelegramRetryAfter):
        return float(fault.retry_after)
    if isinstance(fault, TelegramNetworkError | TelegramServerError):
        return min(2.0**attempts, _LONGEST_PAUSE)
    if isinstance(fault, TelegramBadRequest | TelegramForbiddenError | TelegramNotFound):
        return None
    return min(2.0**attempts, _LONGEST_PAUSE) if attempts < 10 else None


def _keyboard(message: OutboundMessage) -> Any:
    rows = message.params.get("rows") or []
    return {"inline_keyboard": rows} if rows else None


async def _fill_slot(session: Session, message: OutboundMessage, message_id: int) -> None:
    slot = (
        await session.exec(
            select(MessageSlot).where(
                col(MessageSlot.transport) == message.transport,
                col(MessageSlot.chat_id) == message.chat_id,
                col(MessageSlot.slot) == message.slot,
            )
        )
    ).first()
    if slot is None:
        assert message.slot
        slot = MessageSlot(
            transport=message.transport, chat_id=message.chat_id, slot=message.slot, message_id=message_id
        )
    slot.message_id = message_id
    session.add(slot)
