"""Methods that change or remove a message in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.transports.webchat.botapi.call import Call, Method
from bot.transports.webchat.botapi.errors import NOT_MODIFIED, bad_request
from bot.transports.webchat.botapi.log import Chat, append_event, find_message, shown, wall_now
from bot.transports.webchat.botapi.parameters import CAPTION, MESSAGE, TEXT, Signature, structure
from bot.transports.webchat.botapi.parameters import text as text_parameter
from bot.transports.webchat.botapi.sending import caption_content, markup_content, text_content
from models.tables import WebMessage

_MEDIA = ("photo", "document", "voice", "audio", "video")


async def _replace(
    call: Call, chat: Chat, row: WebMessage, content: Mapping[str, Any], replaced: tuple[str, ...]
) -> dict[str, Any]:
    """Put `content` in place of the fields named in `replaced`; a message that stays the same is refused."""
    kept = {name: value for name, value in row.body.items() if name not in replaced}
    fresh = {**kept, **content}
    if fresh == row.body:
        raise bad_request(NOT_MODIFIED)
    row.body = {**fresh, "edit_date": int(wall_now().timestamp())}
    call.session.add(row)
    await append_event(call.session, chat.id, "edited", shown(row))
    return row.body


async def edit_text(call: Call) -> dict[str, Any]:
    content = {**text_content(call.params), **markup_content(call.params)}
    chat = await call.chat()
    row = await call.own_message(chat, "edit")
    if "text" not in row.body:
        raise bad_request("there is no text in the message to edit")
    return await _replace(call, chat, row, content, ("text", "entities", "reply_markup"))


async def edit_caption(call: Call) -> dict[str, Any]:
    content = {**caption_content(call.params), **markup_content(call.params)}
    chat = await call.chat()
    row = await call.own_message(chat, "edit")
    if not any(name in row.body for name in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return await _replace(call, chat, row, content, ("caption", "caption_entities", "reply_markup"))


async def edit_reply_markup(call: Call) -> dict[str, Any]:
    content = markup_content(call.params)
    chat = await call.chat()
    row = await call.own_message(chat, "edit")
    return await _replace(call, chat, row, content, ("reply_markup",))


async def delete_message(call: Call) -> bool:
    chat = await call.chat()
    row = await find_message(call.session, chat.id, call.params["message_id"])
    if row is None:
        raise bad_request("message to delete not found")
    row.deleted = True
    call.session.add(row)
    await append_event(call.session, chat.id, "deleted", {"message_id": row.message_id})
    return True


METHODS: Mapping[str, Method] = {
    "editMessageText": Method(
        Signature(
            {**MESSAGE, "text": text_parameter},
            {**TEXT, "reply_markup": structure},
        ),
        edit_text,
    ),
    "editMessageCaption": Method(Signature(MESSAGE, {**CAPTION, "reply_markup": structure}), edit_caption),
    "editMessageReplyMarkup": Method(Signature(MESSAGE, {"reply_markup": structure}), edit_reply_markup),
    "deleteMessage": Method(Signature(MESSAGE, {}), delete_message),
}
