"""The outbox: messages owed, committed with the change that caused them, and the sender that delivers them.

The web chat takes each call once, by its idempotency key. Telegram has no such key: a send that a crash
interrupts may be repeated there. Several processes may send from one PostgreSQL: a chat is served by one at a time,
which holds its lock while it looks, sends and marks what it sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendAudio,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InputFile, Message
from sqlmodel import col, func, select, update

from bot.channels import Channel, ChannelFault
from bot.channels.delivering import deliver_notice, fall_back
from bot.crew import Crew
from bot.pace import RATES, Pace, Rate
from bot.screen import CAPTION_LIMIT, MESSAGE_LIMIT, Screen, fit
from bot.transports.delivery import delivery_key
from models.database import Database, Session, connection_lost
from models.errors import ZhiluError
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
_BELIEVED = timedelta(hours=1)  # a pause ending later was reckoned by a clock that was wrong
_WINDOW = 200  # messages of one transport looked at together, at most
_ELSEWHERE = 0.25  # seconds until a chat that another process serves is looked at again
_LAST_CALLS = 10.0  # seconds that calls under way are waited for when a fault ends the loop
_MOST_ATTEMPTS = 10  # for faults nobody foresaw


_ChatKey = tuple[str, int]


async def queue(session: Session, transport: str, chat_id: int, screen: Screen) -> OutboundMessage:
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
    if screen.fresh or screen.moved:
        params["moved" if screen.moved else "fresh"] = True
    attachment = screen.attachment
    message = OutboundMessage(
        transport=transport,
        chat_id=chat_id,
        method=attachment.kind if attachment else "message",
        params=params,
        files={"sha256": attachment.sha256, "name": attachment.name} if attachment else {},
        slot=screen.slot,
        not_before=now,
        created_at=now,
    )
    session.add(message)
    return message


def _button(button: Any) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    assert button.data and len(button.data.encode()) <= 64, f"button data unusable: {button.data!r}"
    return {"text": button.text, "callback_data": button.data}


class VaultFile(InputFile):
    """A kept file on its way out, read piece by piece and decrypted where it must be."""

    def __init__(self, vault: Vault, sha256: str, name: str) -> None:
        """Raises Missing `vault.missing`."""
        super().__init__(filename=name)
        self._vault, self._sha256 = vault, sha256
        vault.path(sha256)

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Raises Unavailable `vault.*`."""
        source = await asyncio.to_thread(self._vault.open, self._sha256)
        with source:
            while chunk := await asyncio.to_thread(source.read, self.chunk_size):
                yield chunk


class Sender:
    """Delivers owed messages in order per chat; one at a time per chat, several chats side by side.

    A chat or a transport that is slow to reach holds up no other, nor does one that has had its share of calls.
    parallel: sends at once on one transport. channels: ways to reach a person beside the chat, by name.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        bots: Mapping[str, Bot],
        *,
        channels: Mapping[str, Channel] | None = None,
        rates: Mapping[str, Rate] = RATES,
        parallel: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._vault = vault
        self._bots = bots
        self._channels = channels or {}
        self._clock = clock
        self._wake = asyncio.Event()
        self._transports = (*bots, *self._channels)
        allowed = {transport: rate.overall for transport, rate in rates.items()}
        self._crews = {transport: Crew(parallel, allowed.get(transport)) for transport in self._transports}
        self._parallel = parallel
        self._pace = Pace(rates, clock)
        self._busy: set[_ChatKey] = set()
        self._unmarked: dict[int, tuple[OutboundMessage, int | None]] = {}  # sent; their chats wait until it is noted
        self._faults: list[Exception] = []  # what ends the loop
        self._marking = asyncio.Lock()
        self._about: set[_ChatKey] = set()  # chats in line for a call that the pace does not know of yet
        self._waiting: dict[_ChatKey, float] = {}  # chats whose oldest message is to be tried again at this time

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Endless loop for the nursery."""
        # Deliveries that a fault broke off before their first step could not sign off.
        for left_over in (self._busy, self._about, self._faults):
            left_over.clear()
        await self._mark()  # sent, though a fault of the database kept us from noting it
        async with asyncio.timeout(None) as patience, asyncio.TaskGroup() as group:
            try:
                while not self._faults:
                    self._wake.clear()
                    for message in await self._heads():
                        group.create_task(self._deliver_or_stop(message))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), timeout=self._pause())
            except Exception as fault:
                self._faults.append(fault)
            # Calls under way are waited for: broken off, they would be made again though they may have gone through.
            patience.reschedule(asyncio.get_running_loop().time() + _LAST_CALLS)
        raise ExceptionGroup("the outbox is started again", self._faults.copy())

    async def deliver_due(self) -> int:
        """Send the oldest message of every chat that is due; how many were tried."""
        await self._mark()
        heads = await self._heads()
        async with asyncio.TaskGroup() as group:
            for message in heads:
                group.create_task(self._deliver(message))
        return len(heads)

    def _pause(self) -> float:
        """Seconds until something may be due that nobody will wake us for."""
        paced = [self._pace.wait(name) for name in self._transports]
        waiting = [until - self._clock() for until in self._waiting.values()]
        return max(min([1.0, *waiting, *(each for each in paced if each)]), 0.01)

    async def _heads(self) -> list[OutboundMessage]:
        """The oldest message of every chat, where it may be sent and the chat is not being served; now it is."""
        now = self._clock()
        self._waiting = {chat: until for chat, until in self._waiting.items() if until > now}
        found: list[OutboundMessage] = []
        async with self._database.reading() as session:
            for transport in self._transports:
                about = sum(name == transport for name, _ in self._about)
                most = min(self._pace.free(transport) - about, self._parallel * 2)
                if most > 0:
                    found += await self._heads_of(session, transport, int(most))
        self._busy.update(map(_chat, found))
        self._about.update(map(_chat, found))
        return found

    async def _heads_of(self, session: Session, transport: str, most: int) -> list[OutboundMessage]:
        """Heads of one transport's chats, from a window of its oldest messages; it moves on past chats that wait."""
        kept_out = {chat for name, chat in (*self._busy, *self._waiting) if name == transport}
        kept_out |= self._pace.resting(transport)
        kept_out |= {each.chat_id for each, _ in self._unmarked.values() if each.transport == transport}
        queued = select(OutboundMessage).where(
            col(OutboundMessage.state) == "queued", col(OutboundMessage.transport) == transport
        )
        heads: list[OutboundMessage] = []
        window = most * 4
        while not heads:
            query = queued.where(col(OutboundMessage.chat_id).not_in(sorted(kept_out))) if kept_out else queued
            rows = (await session.exec(query.order_by(col(OutboundMessage.id)).limit(window))).all()
            oldest: dict[int, OutboundMessage] = {}
            for row in rows:
                oldest.setdefault(row.chat_id, row)
            for row in oldest.values():
                # Only a failure makes a message wait: one owed just before the clock was set back is due all the same.
                pause = row.not_before - datetime.now(UTC) if row.attempts else timedelta(0)
                if timedelta(0) < pause < _BELIEVED:
                    self._waiting[_chat(row)] = self._clock() + pause.total_seconds()
                    kept_out.add(row.chat_id)
                else:
                    heads.append(row)
            if len(rows) < window:
                break
            window = min(window * 4, _WINDOW)
        return heads[:most]

    async def _deliver_or_stop(self, message: OutboundMessage) -> None:
        """A fault of the database ends the loop; the nursery starts it again."""
        try:
            await self._deliver(message)
        except Exception as fault:
            self._faults.append(fault)
            self._wake.set()

    async def _deliver(self, message: OutboundMessage) -> None:
        chat = _chat(message)
        try:
            if not await self._database.locks.take("outbox", *chat):
                self._waiting[chat] = self._clock() + _ELSEWHERE
                return
            try:
                async with self._crews[message.transport]:
                    if self._may_send(message) and await self._still_owed(message):
                        await self._deliver_locked(message)
            finally:
                await self._database.locks.release("outbox", *chat)
        finally:
            self._busy.discard(chat)
            self._about.discard(chat)
            self._wake.set()  # the chat's next message

    def _may_send(self, message: OutboundMessage) -> bool:
        """Whether nothing has come up since the message was looked up, while it stood in line."""
        return not self._faults and not self._pace.rests(message.transport)

    async def _still_owed(self, message: OutboundMessage) -> bool:
        """Whether the message is still its chat's oldest: another process may have sent it since it was looked up."""
        if self._database.is_sqlite:
            return True
        async with self._database.reading() as session:
            oldest = await session.exec(
                select(func.min(OutboundMessage.id)).where(
                    col(OutboundMessage.state) == "queued",
                    col(OutboundMessage.transport) == message.transport,
                    col(OutboundMessage.chat_id) == message.chat_id,
                )
            )
            return oldest.one() == message.id

    async def _deliver_locked(self, message: OutboundMessage) -> None:
        try:
            if message.transport in self._channels:
                sent = None
                self._take(message)
                with self._timed(message):
                    await deliver_notice(self._database, self._channels[message.transport], message)
            else:
                sent = await self._send(message)
        except Exception as fault:  # whatever is wrong with one message, the others must go
            if connection_lost(fault):
                raise  # the database's own fault counts against no message; the loop is started again
            await self._after_fault(message, fault)
            return
        await self._mark_sent(message, sent)

    async def _mark_sent(self, message: OutboundMessage, sent: int | None) -> None:
        self._unmarked[message.id or 0] = message, sent
        await self._mark()

    async def _mark(self) -> None:
        """Mark all that were sent, together those that were while the commit before was under way.

        Quickly, in one statement: when the process dies between the call and this commit, it is said again.
        """
        async with self._marking:
            marked = dict(self._unmarked)
            if not marked:
                return
            async with self._database.transaction() as session:
                rows = update(OutboundMessage).where(col(OutboundMessage.id).in_(sorted(marked)))
                rows = rows.execution_options(synchronize_session=False)  # the session holds none of them
                await session.exec(rows.values(state="sent", sent_at=datetime.now(UTC)))
                for each, message_id in marked.values():
                    if each.slot and message_id is not None:
                        await _fill_slot(session, each, message_id)
            for each_id in marked:
                del self._unmarked[each_id]

    async def _send(self, message: OutboundMessage) -> int | None:
        """Send or, where the slot has a message already, edit. Returns the message id when a new one was made."""
        standing = await self._standing(message) if message.slot and not message.files else None
        if standing is not None and message.params.get("moved"):
            await self._take_away(message, standing)
        elif standing is not None and message.params.get("fresh"):
            await self._strip(message, standing)
        elif standing is not None and await self._edit(message, standing):
            return None
        sent: Message = await self._call(message, self._method(message), "send")
        return sent.message_id

    async def _call(self, message: OutboundMessage, method: TelegramMethod[Any], step: str) -> Any:
        """One call with a key of its own, so that a repeated delivery repeats nothing where keys are known."""
        self._take(message)
        token = delivery_key.set(f"outbox:{message.id}:{step}")
        try:
            with self._timed(message):
                return await self._bots[message.transport](method)
        finally:
            delivery_key.reset(token)

    @contextmanager
    def _timed(self, message: OutboundMessage) -> Iterator[None]:
        """How long calls take says how many are needed at once."""
        began = self._clock()
        yield
        self._crews[message.transport].took(self._clock() - began)

    def _take(self, message: OutboundMessage) -> None:
        self._pace.take(*_chat(message))
        self._about.discard(_chat(message))

    async def _edit(self, message: OutboundMessage, standing: int) -> bool:
        """Whether the standing message now shows the new text; False when it can no longer be edited."""
        edit = EditMessageText(
            chat_id=message.chat_id,
            message_id=standing,
            text=fit(message.params["text"], MESSAGE_LIMIT),
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

    async def _take_away(self, message: OutboundMessage, standing: int) -> None:
        """Delete a message; one too old to be deleted (48 hours in Telegram) stays, without its buttons."""
        try:
            await self._call(message, DeleteMessage(chat_id=message.chat_id, message_id=standing), "delete")
        except TelegramBadRequest:
            await self._strip(message, standing)

    def _method(self, message: OutboundMessage) -> TelegramMethod[Message]:
        common = {"chat_id": message.chat_id, "parse_mode": "HTML", "reply_markup": _keyboard(message)}
        if not message.files:
            return SendMessage(text=fit(message.params["text"], MESSAGE_LIMIT), **common)
        file = VaultFile(self._vault, message.files["sha256"], message.files["name"])
        caption = fit(message.params["text"], CAPTION_LIMIT) or None
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

    async def _after_fault(self, message: OutboundMessage, fault: Exception) -> None:
        """Temporary faults wait and are tried again; permanent ones are recorded and let the next message go.

        Telegram asks the bot, not the chat, to be quiet for a while; where it means one chat, it says so alike.
        """
        if isinstance(fault, TelegramRetryAfter):
            self._pace.rest(message.transport, fault.retry_after)
        async with self._database.transaction() as session:
            row = await session.get_one(OutboundMessage, message.id)
            row.attempts += 1
            row.fault = (str(fault) or type(fault).__name__)[:500]
            pause = pause_after(fault, row.attempts)
            if pause is None:
                row.state = "failed"
                log.error("message cannot be delivered", message=row.id, transport=row.transport, exc_info=fault)
                if row.transport in self._channels:
                    for transport, chat_id, screen in await fall_back(session, row):
                        await queue(session, transport, chat_id, screen)
            else:
                row.not_before = datetime.now(UTC) + timedelta(seconds=pause)
                log.warning("message will be sent again", message=row.id, seconds=pause, fault=row.fault)
            session.add(row)


# `TelegramEntityTooLarge` is a network error to aiogram, yet a file too large for Telegram stays too large.
_PERMANENT = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound, TelegramEntityTooLarge, ZhiluError)
# A proxy's error page cannot be decoded; a refused token is the administrator's to mend. Both outlast any counting.
_TEMPORARY = (TelegramNetworkError, TelegramServerError, TelegramUnauthorizedError, ClientDecodeError)


def pause_after(fault: Exception, attempts: int) -> float | None:
    """Seconds to wait before the next try, or None when the failure is permanent."""
    if isinstance(fault, TelegramRetryAfter):
        return float(fault.retry_after)
    if isinstance(fault, _PERMANENT) or (isinstance(fault, ChannelFault) and fault.permanent):
        return None
    pause = min(2.0 ** min(attempts, 10), _LONGEST_PAUSE)
    if isinstance(fault, ChannelFault):
        pause = max(pause, fault.retry_after)
    return pause if isinstance(fault, _TEMPORARY) or attempts < _MOST_ATTEMPTS else None


def _chat(message: OutboundMessage) -> _ChatKey:
    return message.transport, message.chat_id


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
