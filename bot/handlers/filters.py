"""Routing filters. All are coroutines: aiogram runs plain functions and `F` filters in a thread, which is slow."""

from __future__ import annotations

from typing import Any

from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from models.tables import Conversation


class Pressed(BaseFilter):
    """A button whose data has this shape, such as `start:#:*`; hands what follows the verb to the handler as `args`.

    `#` is a number that any id column holds, `*` some word. Telegram delivers whatever a modified client sends as data:
    what has no known shape reaches no handler and is answered as a button out of date.
    """

    def __init__(self, shape: str) -> None:
        self.shape = shape.split(":")

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        parts = (query.data or "").split(":")
        if len(parts) != len(self.shape) or not all(map(_fits, self.shape, parts)):
            return False
        return {"args": parts[1:]}


def _fits(wanted: str, part: str) -> bool:
    if wanted == "#":
        return part.isascii() and part.isdecimal() and len(part) <= 9
    return bool(part) if wanted == "*" else part == wanted


def list_stamp(args: list[str]) -> str:
    """The second word of `<list>:<page>:<stamp>`, where it can be one: it tells lists apart."""
    return args[1] if len(args) > 1 and args[1].isalnum() and len(args[1]) <= 16 else ""


class Command(BaseFilter):
    """A command such as `/new`, with or without the bot's name; hands `rest: str` to the handler."""

    def __init__(self, *names: str) -> None:
        self.names = names

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        text = message.text or ""
        if not text.startswith("/"):
            return False
        head, _, rest = text[1:].partition(" ")
        return {"rest": rest.strip()} if head.partition("@")[0].lower() in self.names else False


class Mode(BaseFilter):
    """The conversation waits for something particular (`Conversation.mode`)."""

    def __init__(self, *modes: str) -> None:
        self.modes = modes

    async def __call__(self, event: Message | CallbackQuery, conversation: Conversation) -> bool:
        return conversation.mode in self.modes


class IsText(BaseFilter):
    """A text message that is no command."""

    async def __call__(self, message: Message) -> bool:
        return bool(message.text) and not (message.text or "").startswith("/")


class AnyCommand(BaseFilter):
    async def __call__(self, message: Message) -> bool:
        return (message.text or "").startswith("/")


class HasLocation(BaseFilter):
    async def __call__(self, message: Message) -> bool:
        return message.location is not None


class HasPhoto(BaseFilter):
    """A photo, or an image sent as a file."""

    async def __call__(self, message: Message) -> bool:
        document = message.document
        return bool(message.photo) or bool(document and (document.mime_type or "").startswith("image/"))
