"""Methods that send no message: who the bot is, answers to buttons, activity, the command menu, files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.transports.webchat.botapi.call import Call, Method
from bot.transports.webchat.botapi.errors import QUERY_TOO_OLD, bad_request
from bot.transports.webchat.botapi.log import BOT_USER, EVERYONE, append_event, file_object, lock_chat, open_chat
from bot.transports.webchat.botapi.parameters import CHAT, Signature, boolean, integer, sequence, structure
from bot.transports.webchat.botapi.parameters import text as text_parameter
from bot.transports.webchat.botapi.texts import cleaned, utf16_length
from models.tables import WebEvent, WebFile

MAX_ANSWER = 200
_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "find_location",
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


async def get_me(_call: Call) -> dict[str, Any]:
    return {**BOT_USER, "can_join_groups": False, "can_read_all_group_messages": False}


async def answer_callback_query(call: Call) -> bool:
    query = call.params["callback_query_id"]
    event = await call.session.get(WebEvent, int(query)) if re.fullmatch(r"[0-9]{1,18}", query) else None
    if event is None or event.kind != "pressed":
        raise bad_request(QUERY_TOO_OLD)
    text = cleaned(call.params.get("text", ""))
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    await lock_chat(call.session, event.chat_id)
    answer = {"callback_query_id": query, "text": text, "show_alert": call.params.get("show_alert", False)}
    await append_event(call.session, event.chat_id, "callback_answer", answer)
    call.rung.add(event.chat_id)
    return True


async def send_chat_action(call: Call) -> bool:
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = await call.chat()
    await append_event(call.session, chat.id, "chat_action", {"action": call.params["action"]})
    return True


async def get_file(call: Call) -> dict[str, Any]:
    file = await call.session.get(WebFile, call.params["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    return {**file_object(file), "file_path": file.sha256}


async def set_my_commands(call: Call) -> bool:
    """The menu is kept as the newest `commands` event of its scope: one chat, or everyone."""
    commands = call.params["commands"]
    if len(commands) > 100 or not all(_is_command(command) for command in commands):
        raise bad_request("BOT_COMMAND_INVALID")
    scope = call.params.get("scope", {"type": "default"})
    if scope.get("type") == "chat" and isinstance(scope.get("chat_id"), int):
        chat_id = (await open_chat(call.session, scope["chat_id"])).id
    elif scope.get("type") in ("default", "all_private_chats"):
        chat_id = EVERYONE
        await lock_chat(call.session, EVERYONE)
    else:
        raise bad_request("BOT_COMMAND_SCOPE_INVALID")
    body = {"language_code": call.params.get("language_code", ""), "commands": commands}
    await append_event(call.session, chat_id, "commands", body)
    call.rung.add(chat_id)
    return True


def _is_command(command: Any) -> bool:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        return False
    name, description = command["command"], command["description"]
    named = isinstance(name, str) and _COMMAND.fullmatch(name) is not None
    return named and isinstance(description, str) and 1 <= len(description) <= 256


METHODS: Mapping[str, Method] = {
    "getMe": Method(Signature({}, {}), get_me),
    "answerCallbackQuery": Method(
        Signature(
            {"callback_query_id": text_parameter},
            {"text": text_parameter, "show_alert": boolean, "cache_time": integer},
        ),
        answer_callback_query,
    ),
    "sendChatAction": Method(Signature({**CHAT, "action": text_parameter}, {}), send_chat_action),
    "getFile": Method(Signature({"file_id": text_parameter}, {}), get_file),
    "setMyCommands": Method(
        Signature({"commands": sequence}, {"scope": structure, "language_code": text_parameter}), set_my_commands
    ),
}
