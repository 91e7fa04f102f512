"""aiogram's session over the embedded Bot API: handlers cannot tell it from Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNotFound
from aiogram.methods import GetFile, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from bot.transports.delivery import delivery_key
from bot.transports.responses import ResponseTypes
from bot.transports.webchat.botapi import ApiError, MiniBotApi, Upload

TOKEN = "1:webchat"  # noqa: S105 - aiogram wants one of this shape; it opens nothing


class WebChatSession(BaseSession):
    """Serves every request from `api`, through real JSON, so that both transports see the same values."""

    def __init__(self, api: MiniBotApi) -> None:
        super().__init__(api=TelegramAPIServer.from_base("http://webchat.invalid"))
        self.middleware(ResponseTypes())
        self._bot_api = api

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        files: dict[str, InputFile] = {}
        dumped = method.model_dump(warnings=False, exclude_none=True)
        prepared = {
            name: value
            for name, item in dumped.items()
            if (value := self.prepare_value(item, bot=bot, files=files, _dumps_json=False)) is not None
        }
        params = self.json_loads(self.json_dumps(prepared))
        uploads = {name: Upload(file.filename or name, file.read(bot)) for name, file in files.items()}
        answer: dict[str, Any]
        try:
            result = await self._bot_api.call(method.__api_method__, params, uploads, delivery_key.get())
            status, answer = 200, {"ok": True, "result": result}
        except ApiError as refusal:
            status = refusal.error_code
            answer = {"ok": False, "error_code": status, "description": refusal.description}
        response = self.check_response(bot, method, status, self.json_dumps(answer))
        return cast(TelegramType, response.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes behind a `file_path` of getFile. Raises `TelegramNotFound` when they are not there."""
        file_path = url.rpartition("/")[2]
        try:
            source = await asyncio.to_thread(self._bot_api.store.open, file_path)
        except (OSError, ValueError) as fault:
            raise TelegramNotFound(GetFile(file_id=file_path), "Not Found: file not found") from fault
        with source:
            while chunk := await asyncio.to_thread(source.read, chunk_size):
                yield chunk

    async def close(self) -> None:
        """Nothing is open between requests."""
