"""Rows behind the Bot API: messages, the event log a browser follows, files. Every change leaves an event."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, func, select

from bot.transports.webchat.botapi.errors import ApiError, bad_request
from bot.transports.webchat.botapi.files import Kept
from models.database import Session
from models.tables import ChatAccount, Officer, WebEvent, WebFile, WebMessage

TRANSPORT = "webchat"
BOT_USER: Mapping[str, Any] = {"id": 1, "is_bot": True, "first_name": "执录", "username": "zhilu_bot"}
_CHAT_LOCK = 0x5A48  # an arbitrary constant: the first half of a chat's advisory lock on PostgreSQL
EVERYONE = 0  # chat of events that concern every chat (the command menu)
_LANGUAGE_TAGS = {"zh_Hans_CN": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Chat:
    """One person's chat with the bot; both ids are the officer's."""

    id: int
    name: str
    language: str

    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def as_user(self) -> dict[str, Any]:
        tag = _LANGUAGE_TAGS.get(self.language, "zh-hans")
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": tag}


def wall_now() -> datetime:
    """Wall time: what a message says of itself is never moved by a demo clock."""
    return datetime.now(UTC)


async def lock_chat(session: Session, chat_id: int) -> None:
    """Let one transaction at a time write to a chat, so that ids are given and seen in order.

    On SQLite every write transaction has the whole database already.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(_CHAT_LOCK, chat_id)))


async def open_chat(session: Session, chat_id: int) -> Chat:
    """The chat of a person who has signed in at least once. Locks it. Raises `ApiError` 400 or 403."""
    await lock_chat(session, chat_id)
    bound = select(Officer).join(ChatAccount, col(ChatAccount.officer_id) == col(Officer.id))
    found = bound.where(ChatAccount.transport == TRANSPORT, ChatAccount.chat_id == chat_id)
    officer = (await session.exec(found)).first()
    if officer is None:
        raise bad_request("chat not found")
    if not officer.active:
        raise ApiError(403, "Forbidden: user is deactivated")
    return Chat(chat_id, officer.name, officer.language)


async def append_event(session: Session, chat_id: int, kind: str, body: Mapping[str, Any]) -> int:
    """Append to the log; returns the sequence number."""
    event = WebEvent(chat_id=chat_id, kind=kind, body=dict(body), at=wall_now())
    session.add(event)
    await session.flush()
    assert event.id is not None
    return event.id


async def add_message(
    session: Session, chat: Chat, content: Mapping[str, Any], *, from_bot: bool, client_id: str | None = None
) -> tuple[dict[str, Any], int]:
    """Store a message with `content` (text, photo, …); returns the Bot API Message and its event's number."""
    newest = select(func.max(WebMessage.message_id)).where(WebMessage.chat_id == chat.id)
    message_id = ((await session.exec(newest)).one() or 0) + 1
    body = {
        "message_id": message_id,
        "from": dict(BOT_USER) if from_bot else chat.as_user(),
        "chat": chat.as_chat(),
        "date": int(wall_now().timestamp()),
        **content,
    }
    row = WebMessage(chat_id=chat.id, message_id=message_id, client_id=client_id, from_bot=from_bot, body=body)
    session.add(row)
    return body, await append_event(session, chat.id, "message", shown(row))


def shown(row: WebMessage) -> dict[str, Any]:
    """A message as the browser gets it: the Bot API Message, whose it is, and the browser's own id for it."""
    return {"message": row.body, "from_bot": row.from_bot, "client_id": row.client_id}


async def find_message(session: Session, chat_id: int, message_id: int) -> WebMessage | None:
    statement = select(WebMessage).where(
        WebMessage.chat_id == chat_id, WebMessage.message_id == message_id, col(WebMessage.deleted).is_(False)
    )
    return (await session.exec(statement)).first()


async def add_file(session: Session, chat_id: int, kept: Kept, name: str, media_type: str) -> WebFile:
    """Name stored bytes for one chat; the new id cannot be guessed."""
    file = WebFile(
        file_id=secrets.token_urlsafe(24),
        chat_id=chat_id,
        sha256=kept.sha256,
        size=kept.size,
        file_name=name,
        media_type=media_type,
        created_at=wall_now(),
    )
    session.add(file)
    await session.flush()
    return file


def file_object(file: WebFile) -> dict[str, Any]:
    """The part common to File, PhotoSize, Document, Voice, Audio and Video."""
    return {"file_id": file.file_id, "file_unique_id": file.sha256[:24], "file_size": file.size}
