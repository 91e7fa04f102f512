"""Methods that send a message."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.transports.webchat.botapi.call import Call, Method
from bot.transports.webchat.botapi.errors import bad_request
from bot.transports.webchat.botapi.files import Kept, Limits
from bot.transports.webchat.botapi.keyboards import inline_keyboard
from bot.transports.webchat.botapi.log import Chat, add_file, add_message, file_object, find_message
from bot.transports.webchat.botapi.media import fitting_kind, image_size, safe_name
from bot.transports.webchat.botapi.parameters import (
    CAPTION,
    CHAT,
    SENDING,
    TEXT,
    Check,
    Signature,
    boolean,
    integer,
    number,
)
from bot.transports.webchat.botapi.parameters import text as text_parameter
from bot.transports.webchat.botapi.texts import MAX_CAPTION, MAX_TEXT, parsed, utf16_length
from models.database import Session


def text_content(params: Mapping[str, Any]) -> dict[str, Any]:
    """`text` and `entities` of a message. Raises `ApiError` 400."""
    text, entities = parsed(params["text"], params.get("parse_mode"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_content(params: Mapping[str, Any]) -> dict[str, Any]:
    """`caption` and `caption_entities`, both absent for an empty caption. Raises `ApiError` 400."""
    caption, entities = parsed(params.get("caption", ""), params.get("parse_mode"))
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    content: dict[str, Any] = {"caption": caption} if caption else {}
    return {**content, **({"caption_entities": entities} if entities else {})}


def markup_content(params: Mapping[str, Any]) -> dict[str, Any]:
    keyboard = inline_keyboard(params.get("reply_markup"))
    return {"reply_markup": keyboard} if keyboard else {}


async def _reply_content(call: Call, chat: Chat) -> dict[str, Any]:
    wanted = call.params.get("reply_parameters")
    if wanted is None:
        return {}
    row = await find_message(call.session, chat.id, wanted.get("message_id", 0))
    if row is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {name: value for name, value in row.body.items() if name != "reply_to_message"}}


async def media_content(
    session: Session, chat: Chat, kind: str, name: str, kept: Kept, said: Mapping[str, Any]
) -> dict[str, Any]:
    """The Bot API object for a stored file, such as `{'voice': {…}}`.

    `said`: duration, width, height, performer and title as the sender gives them; a photo's size is read from it.
    """
    _, media_type = fitting_kind(kind, kept.media_type)
    size = await asyncio.to_thread(image_size, kept.open) if kind == "photo" else None
    file = await add_file(session, chat.id, kept, name, media_type)
    base = file_object(file)
    if size is not None:
        return {"photo": [{**base, "width": size[0], "height": size[1]}]}
    described = {**base, "mime_type": media_type}
    if kind == "document":
        return {"document": {**described, "file_name": name}}
    duration = {"duration": said.get("duration", 0)}
    if kind == "voice":
        return {"voice": {**described, **duration}}
    if kind == "audio":
        titles = {key: said[key] for key in ("performer", "title") if said.get(key)}
        return {"audio": {**described, **duration, **titles, "file_name": name}}
    frame = {"width": said.get("width", 0), "height": said.get("height", 0)}
    return {"video": {**described, **duration, **frame, "file_name": name}}


async def photo_fits(kept: Kept, limits: Limits) -> bool:
    """Whether these bytes can be shown as a photo: readable header, within the limits."""
    if kept.size > limits.photo_bytes or fitting_kind("photo", kept.media_type)[0] != "photo":
        return False
    size = await asyncio.to_thread(image_size, kept.open)
    return size is not None and 0 < size[0] * size[1] <= limits.photo_pixels


async def _send(call: Call, content: Mapping[str, Any]) -> dict[str, Any]:
    chat = await call.chat()
    reply = await _reply_content(call, chat)
    body, _ = await add_message(call.session, chat, {**content, **reply, **markup_content(call.params)}, from_bot=True)
    return body


async def send_message(call: Call) -> dict[str, Any]:
    return await _send(call, text_content(call.params))


async def send_location(call: Call) -> dict[str, Any]:
    latitude, longitude = call.params["latitude"], call.params["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location coordinates specified")
    place = {"latitude": latitude, "longitude": longitude}
    if "horizontal_accuracy" in call.params:
        place["horizontal_accuracy"] = call.params["horizontal_accuracy"]
    return await _send(call, {"location": place})


def _send_file(kind: str, said: Mapping[str, Check]) -> Method:
    async def act(call: Call) -> dict[str, Any]:
        caption = caption_content(call.params)
        name, kept = await call.file(kind)
        if kind == "photo" and not await photo_fits(kept, call.limits):
            raise bad_request("IMAGE_PROCESS_FAILED")
        if fitting_kind(kind, kept.media_type)[0] != kind:
            raise bad_request("wrong type of the file content")
        chat = await call.chat()
        media = await media_content(call.session, chat, kind, safe_name(name, kind), kept, call.params)
        return await _send(call, {**media, **caption})

    return Method(Signature({**CHAT, kind: text_parameter}, {**SENDING, **CAPTION, **said}), act)


METHODS: Mapping[str, Method] = {
    "sendMessage": Method(Signature({**CHAT, "text": text_parameter}, {**SENDING, **TEXT}), send_message),
    "sendLocation": Method(
        Signature({**CHAT, "latitude": number, "longitude": number}, {**SENDING, "horizontal_accuracy": number}),
        send_location,
    ),
    "sendPhoto": _send_file("photo", {}),
    "sendDocument": _send_file("document", {"disable_content_type_detection": boolean}),
    "sendVoice": _send_file("voice", {"duration": integer}),
    "sendAudio": _send_file("audio", {"duration": integer, "performer": text_parameter, "title": text_parameter}),
    "sendVideo": _send_file(
        "video", {"duration": integer, "width": integer, "height": integer, "supports_streaming": boolean}
    ),
}
