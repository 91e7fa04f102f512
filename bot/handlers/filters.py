"""Routing filters. All are coroutines: aiogram runs plain functions and `F` filters in a thread, which is slow."""

from __future__ import annotations

from typing import Any

from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from models.tables import Conversation


class Pressed(BaseFilter):
    """A button whose data is `verb` or `verb:arg:arg…`; hands `args: list[str]` to the handler."""

    def __init__(self, verb: str) -> None:
        self.verb = verb

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        verb, *args = (query.data or "").split(":")
        return {"args": args} if verb == self.verb else False


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
