"""One call in its transaction: what a method works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.transports.webchat.botapi.errors import bad_request
from bot.transports.webchat.botapi.files import FileStore, Kept, Limits
from bot.transports.webchat.botapi.log import Chat, find_message, open_chat
from bot.transports.webchat.botapi.parameters import Signature
from models.database import Session
from models.tables import WebFile, WebMessage


@dataclass
class Call:
    """`attached`: the files brought along, already on the disk, with their names. `rung`: chats that changed."""

    session: Session
    params: Mapping[str, Any]
    attached: Mapping[str, tuple[str, Kept]]
    store: FileStore
    limits: Limits
    rung: set[int] = field(default_factory=set)

    async def chat(self) -> Chat:
        """The chat that `chat_id` names; it counts as changed."""
        chat = await open_chat(self.session, self.params["chat_id"])
        self.rung.add(chat.id)
        return chat

    async def own_message(self, chat: Chat, doing: str) -> WebMessage:
        """The bot's message that `message_id` names. `doing`: 'edit', for the refusal's wording."""
        row = await find_message(self.session, chat.id, self.params["message_id"])
        if row is None:
            raise bad_request(f"message to {doing} not found")
        if not row.from_bot:
            raise bad_request(f"message can't be {doing}ed")
        return row

    async def file(self, parameter: str) -> tuple[str, Kept]:
        """The name and bytes that a file parameter means: an attachment or the id of a known file."""
        value: str = self.params[parameter]
        if value.startswith("attach://"):
            attachment = self.attached.get(value.removeprefix("attach://"))
            if attachment is not None:
                return attachment
        elif (known := await self.session.get(WebFile, value)) is not None:
            opened = partial(self.store.open, known.sha256)
            return known.file_name, Kept(known.sha256, known.size, known.media_type, opened)
        raise bad_request("wrong file identifier/HTTP URL specified")


@dataclass(frozen=True)
class Method:
    """One Bot API method: what it takes and what it does; the result is JSON."""

    signature: Signature
    act: Callable[[Call], Awaitable[Any]]
