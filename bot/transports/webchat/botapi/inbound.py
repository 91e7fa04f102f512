"""What a person sends from the browser: message, log entry and inbound update, stored in one transaction."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.intake import store_update
from bot.transports.webchat.botapi.files import FileClaim, Kept, Limits
from bot.transports.webchat.botapi.keyboards import has_callback
from bot.transports.webchat.botapi.log import TRANSPORT, Chat, add_message, append_event, find_message, shown, wall_now
from bot.transports.webchat.botapi.media import fitting_kind, safe_name
from bot.transports.webchat.botapi.sending import media_content, photo_fits
from bot.transports.webchat.botapi.texts import MAX_CAPTION, MAX_TEXT, cleaned, utf16_length
from models.database import Session
from models.errors import InvalidInput, Stale
from models.tables import WebCall, WebMessage

KINDS = ("photo", "document", "voice", "audio", "video")
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?=\s|$)")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_:.-]{8,80}")
_GROUP = re.compile(r"[A-Za-z0-9_-]{0,64}")
_LONGEST_SIDE = 100_000


def checked_client_id(client_id: str) -> str:
    """Raises `InvalidInput` client_id.invalid."""
    if not _CLIENT_ID.fullmatch(client_id):
        raise InvalidInput("client_id.invalid")
    return client_id


async def stored_before(session: Session, chat_id: int, client_id: str) -> dict[str, Any] | None:
    """The message that was stored under this browser's id already."""
    statement = select(WebMessage).where(WebMessage.chat_id == chat_id, WebMessage.client_id == client_id)
    row = (await session.exec(statement)).first()
    return None if row is None else shown(row)


async def _store(session: Session, chat: Chat, content: Mapping[str, Any], client_id: str) -> dict[str, Any]:
    body, number = await add_message(session, chat, content, from_bot=False, client_id=client_id)
    await _hand_over(session, chat, number, {"message": body})
    return {"message": body, "from_bot": False, "client_id": client_id}


async def _hand_over(session: Session, chat: Chat, number: int, content: Mapping[str, Any]) -> None:
    # The log's own number is the update's: unique, growing, and given in the same transaction.
    body = {"update_id": number, **content}
    await store_update(session, transport=TRANSPORT, update_id=number, chat_id=chat.id, body=body)


def _checked_text(text: str, limit: int, code: str) -> str:
    text = cleaned(text).strip()
    if utf16_length(text) > limit:
        raise InvalidInput(code, limit=limit, length=utf16_length(text))
    return text


async def store_text(session: Session, chat: Chat, text: str, client_id: str) -> dict[str, Any]:
    """Raises `InvalidInput` text.empty, text.too_long."""
    text = _checked_text(text, MAX_TEXT, "text.too_long")
    if not text:
        raise InvalidInput("text.empty")
    content: dict[str, Any] = {"text": text}
    if command := _COMMAND.match(text):
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
    return await _store(session, chat, content, client_id)


async def store_location(
    session: Session, chat: Chat, latitude: float, longitude: float, accuracy: float | None, client_id: str
) -> dict[str, Any]:
    """Degrees and metres. Raises `InvalidInput` location.invalid."""
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise InvalidInput("location.invalid")
    place: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    if accuracy is not None and math.isfinite(accuracy) and accuracy >= 0:
        place["horizontal_accuracy"] = min(accuracy, 1500.0)
    return await _store(session, chat, {"location": place}, client_id)


def check_claim(claim: FileClaim, limits: Limits) -> None:
    """Raises `InvalidInput` upload.kind_unknown, upload.recording_too_long, caption.too_long, upload.invalid."""
    if claim.kind not in KINDS:
        raise InvalidInput("upload.kind_unknown")
    sides_fit = 0 <= claim.width <= _LONGEST_SIDE and 0 <= claim.height <= _LONGEST_SIDE
    if claim.seconds < 0 or not sides_fit or not _GROUP.fullmatch(claim.group):
        raise InvalidInput("upload.invalid")
    if claim.seconds > limits.recording_seconds:
        raise InvalidInput("upload.recording_too_long", limit=limits.recording_seconds)
    _checked_text(claim.caption, MAX_CAPTION, "caption.too_long")


async def store_file(
    session: Session, chat: Chat, kept: Kept, claim: FileClaim, limits: Limits, client_id: str
) -> dict[str, Any]:
    """A photo that cannot be one within the limits, and sound or film that is neither, become documents."""
    kind, _ = fitting_kind(claim.kind, kept.media_type)
    if kind == "photo" and not await photo_fits(kept, limits):
        kind = "document"
    said = {"duration": claim.seconds, "width": claim.width, "height": claim.height}
    content = await media_content(session, chat, kind, safe_name(claim.name, kind), kept, said)
    if caption := cleaned(claim.caption).strip():
        content["caption"] = caption
    if claim.group:
        content["media_group_id"] = claim.group
    return await _store(session, chat, content, client_id)


async def store_press(session: Session, chat: Chat, message_id: int, data: str, client_id: str) -> str:
    """Store a pressed button; returns the callback query's id. A repeated press returns the first one's.

    Raises `Stale` button.stale when the message does not carry this button now.
    """
    key = f"press:{chat.id}:{client_id}"
    if (known := await session.get(WebCall, key)) is not None:
        return str(known.result)
    row = await find_message(session, chat.id, message_id)
    if row is None or not row.from_bot or not has_callback(row.body.get("reply_markup"), data):
        raise Stale("button.stale")
    pressed = {"message_id": message_id, "data": data, "client_id": client_id}
    number = await append_event(session, chat.id, "pressed", pressed)
    session.add(WebCall(key=key, result=str(number), at=wall_now()))
    query = {
        "id": str(number),
        "from": chat.as_user(),
        "message": row.body,
        "chat_instance": str(chat.id),
        "data": data,
    }
    await _hand_over(session, chat, number, {"callback_query": query})
    return str(number)
