"""A Telegram Bot API server for tests: the mini Bot API behind HTTP, with its own database and its own people.

It stands for api.telegram.org: the application reaches it through aiogram's stock session and long polling only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from sqlmodel import col, select

from bot.transports.webchat.botapi import MiniBotApi
from bot.transports.webchat.botapi.errors import ApiError
from bot.transports.webchat.botapi.files import Upload
from models.database import Database, migrate
from models.tables import InboundUpdate

_TEXTS = {"text", "caption", "parse_mode", "callback_query_id", "file_id", "title", "language_code", "action"}


class TelegramServer:
    """Serves one bot, whatever its token. `people` mirrors the officers who have a chat with it."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'telegram.db'}")
        self.api = MiniBotApi(self.database, folder / "telegram-files")
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        await asyncio.to_thread(migrate, self.database.url)
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_post("/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        address = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{address[1]}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self.database.close()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params, files = await _form(request)
        if method == "getUpdates":
            return web.json_response({"ok": True, "result": await self._updates(params)})
        self.calls.append((method, params))
        try:
            result = await self.api.call(method, params, files)
        except ApiError as refusal:
            body = {"ok": False, "error_code": refusal.error_code, "description": refusal.description}
            return web.json_response(body, status=refusal.error_code)
        return web.json_response({"ok": True, "result": result})

    async def _updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(params.get("offset") or 0)
        for _ in range(1 + 10 * int(params.get("timeout") or 0)):
            async with self.database.reading() as session:
                query = (
                    select(InboundUpdate)
                    .where(col(InboundUpdate.update_id) >= offset)
                    .order_by(col(InboundUpdate.update_id))
                    .limit(100)
                )
                found = (await session.exec(query)).all()
            if found:
                return [update.body for update in found]
            await asyncio.sleep(0.1)
        return []

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.api.store.path(request.match_info["path"].rsplit("/", 1)[-1]))


async def _form(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    params: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader) and part.name
            if part.filename:
                files[part.name] = Upload(part.filename, _once(await part.read()))
            else:
                params[part.name] = _value(part.name, await part.text())
    elif request.content_type == "application/json":
        params = await request.json()
    else:
        params = {name: _value(name, str(value)) for name, value in (await request.post()).items()}
    return params, files


def _value(name: str, text: str) -> Any:
    if name in _TEXTS:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
