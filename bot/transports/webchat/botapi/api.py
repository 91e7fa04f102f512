"""The mini Bot API: calls of the bot on one side, what the browser sends and reads on the other."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.transports.webchat.botapi import answering, editing, inbound, sending
from bot.transports.webchat.botapi.bell import Bell
from bot.transports.webchat.botapi.call import Call, Method
from bot.transports.webchat.botapi.errors import ApiError, bad_request
from bot.transports.webchat.botapi.files import FileClaim, FileStore, Kept, Limits, Upload
from bot.transports.webchat.botapi.log import open_chat, wall_now
from models.cipher import Cipher
from models.database import Database
from models.errors import InvalidInput, Unavailable
from models.tables import WebCall

METHODS: Mapping[str, Method] = {**sending.METHODS, **editing.METHODS, **answering.METHODS}


class MiniBotApi:
    """Serves one bot's chats from `database`; bytes lie in `files`. Safe to share between tasks of one event loop.

    Inbound methods return `{"message": <Bot API Message>, "from_bot": False, "client_id": …}`; the same `client_id`
    stores once and returns the first result. They raise `ApiError` for a chat that is not there, `InvalidInput`
    for what cannot be used, `Stale` for a button that is gone, `Unavailable` when the disk refuses.
    """

    def __init__(
        self, database: Database, files: Path, *, limits: Limits | None = None, cipher: Cipher | None = None
    ) -> None:
        self.database = database
        self.limits = limits or Limits()
        self.store = FileStore(files, cipher)
        self.bell = Bell()

    async def call(
        self,
        method: str,
        params: Mapping[str, Any],
        files: Mapping[str, Upload] | None = None,
        key: str | None = None,
    ) -> Any:
        """Do one Bot API method; returns the JSON result or raises `ApiError`.

        `key` makes the call happen once: its result is stored in the same transaction and returned ever after.
        """
        served = METHODS.get(method)
        if served is None:
            raise ApiError(404, "Not Found: method not found")
        served.signature.check(params)
        if key is not None and (known := await self._known(key)) is not None:
            return known.result
        attached = await self._keep(files or {})
        try:
            return await self._act(served, params, attached, key)
        except IntegrityError:
            # Another process did the same call between our look and our write: its result is the result.
            if key is not None and (known := await self._known(key)) is not None:
                return known.result
            raise

    async def _known(self, key: str) -> WebCall | None:
        async with self.database.reading() as session:
            return await session.get(WebCall, key)

    async def _keep(self, files: Mapping[str, Upload]) -> dict[str, tuple[str, Kept]]:
        attached = {}
        for name, upload in files.items():
            try:
                attached[name] = (upload.name, await self.store.keep(upload.chunks, self.limits.upload_bytes))
            except InvalidInput as fault:
                if fault.code == "upload.too_large":
                    raise ApiError(413, "Request Entity Too Large") from fault
                raise bad_request("file must be non-empty") from fault
            except Unavailable as fault:
                raise ApiError(500, "Internal Server Error: storage unavailable") from fault
        return attached

    async def _act(
        self, served: Method, params: Mapping[str, Any], attached: Mapping[str, tuple[str, Kept]], key: str | None
    ) -> Any:
        async with self.database.transaction() as session:
            call = Call(session, params, attached, self.store, self.limits)
            result = await served.act(call)
            if key is not None:
                session.add(WebCall(key=key, result=result, at=wall_now()))
        for chat_id in call.rung:
            self.bell.ring(chat_id)
        return result

    async def receive_text(self, chat_id: int, text: str, *, client_id: str) -> dict[str, Any]:
        """Raises `InvalidInput` text.empty, text.too_long (over 4,096 UTF-16 units), client_id.invalid."""
        inbound.checked_client_id(client_id)
        async with self.database.transaction() as session:
            chat = await open_chat(session, chat_id)
            stored = await inbound.stored_before(session, chat_id, client_id)
            stored = stored or await inbound.store_text(session, chat, text, client_id)
        self.bell.ring(chat_id)
        return stored

    async def receive_location(
        self, chat_id: int, latitude: float, longitude: float, accuracy: float | None = None, *, client_id: str
    ) -> dict[str, Any]:
        """Degrees (WGS 84) and metres. Raises `InvalidInput` location.invalid, client_id.invalid."""
        inbound.checked_client_id(client_id)
        async with self.database.transaction() as session:
            chat = await open_chat(session, chat_id)
            stored = await inbound.stored_before(session, chat_id, client_id)
            stored = stored or await inbound.store_location(session, chat, latitude, longitude, accuracy, client_id)
        self.bell.ring(chat_id)
        return stored

    async def receive_file(
        self, chat_id: int, claim: FileClaim, chunks: AsyncIterable[bytes], *, client_id: str
    ) -> dict[str, Any]:
        """Stream a file in. Raises `InvalidInput` upload.… or caption.too_long, `Unavailable` storage.unavailable."""
        inbound.checked_client_id(client_id)
        async with self.database.reading() as session:
            known = await inbound.stored_before(session, chat_id, client_id)
        if known is not None:
            return known
        inbound.check_claim(claim, self.limits)
        kept = await self.store.keep(chunks, self.limits.upload_bytes)
        async with self.database.transaction() as session:
            chat = await open_chat(session, chat_id)
            stored = await inbound.stored_before(session, chat_id, client_id)
            stored = stored or await inbound.store_file(session, chat, kept, claim, self.limits, client_id)
        self.bell.ring(chat_id)
        return stored

    async def press_button(self, chat_id: int, message_id: int, data: str, *, client_id: str) -> str:
        """Returns the callback query's id. Raises `Stale` button.stale, `InvalidInput` client_id.invalid."""
        inbound.checked_client_id(client_id)
        async with self.database.transaction() as session:
            chat = await open_chat(session, chat_id)
            query_id = await inbound.store_press(session, chat, message_id, data, client_id)
        self.bell.ring(chat_id)
        return query_id
