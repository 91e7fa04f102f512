"""Files in and out. The body of an upload is the file itself; what is said about it comes in headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote, unquote

from aiohttp import ClientPayloadError, web

from bot.transports.webchat.botapi import FileClaim, reading
from bot.transports.webchat.context import chat_id, context, json_answer
from bot.transports.webchat.routes.decrypted import send_decrypted
from models.errors import InvalidInput
from models.vault import ENCRYPTED

routes = web.RouteTableDef()
_BLOCK = 64 * 1024
# Types a browser may show in place; everything else is downloaded. SVG and HTML can carry script and are not here.
_SHOWN = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "video/mp4", "video/webm"}
    | {"audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac", "audio/flac", "audio/amr"}
)


def _header(request: web.Request, name: str) -> str:
    """A header of ours, percent-encoded UTF-8."""
    return unquote(request.headers.get(f"X-Zhilu-{name}", ""), errors="replace")


def _number(request: web.Request, name: str) -> int:
    text = _header(request, name) or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidInput("upload.invalid")
    return int(text)


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.content.iter_chunked(_BLOCK):
            yield chunk
    except (ConnectionError, ClientPayloadError) as fault:
        raise InvalidInput("upload.incomplete") from fault


@routes.post("/api/files")
async def take_file(request: web.Request) -> web.Response:
    chat, api = chat_id(request), context(request).api
    limit = api.limits.upload_bytes
    if request.content_length is not None and request.content_length > limit:
        raise InvalidInput("upload.too_large", limit=limit)
    claim = FileClaim(
        kind=_header(request, "Kind"),
        name=_header(request, "Name"),
        caption=_header(request, "Caption"),
        seconds=_number(request, "Seconds"),
        width=_number(request, "Width"),
        height=_number(request, "Height"),
        group=_header(request, "Group"),
    )
    stored = await api.receive_file(chat, claim, _body(request), client_id=_header(request, "Client-Id"))
    context(request).wake()
    return json_answer(stored)


@routes.get("/files/{file_id}")
async def show_file(request: web.Request) -> web.StreamResponse:
    """A file of one's own chat, by its real type; `?download` saves it. Answers Range requests."""
    chat, web_context = chat_id(request), context(request)
    async with web_context.database.reading() as session:
        file = await reading.own_file(session, chat, request.match_info["file_id"])
    if file is None:
        raise web.HTTPNotFound
    path = web_context.api.store.path(file.sha256)
    if not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound
    shown = file.media_type in _SHOWN and "download" not in request.query
    name = quote(file.file_name, safe="")
    headers = {
        "Content-Type": file.media_type if file.media_type in _SHOWN else "application/octet-stream",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Cache-Control": "private, max-age=86400",
    }
    if file.media_type != "application/pdf":  # the browser's PDF reader does not work in a sandbox
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    else:
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    if path.suffix == ENCRYPTED:
        source = await asyncio.to_thread(web_context.api.store.open, file.sha256)
        return await send_decrypted(request, source, file.size, headers)
    return web.FileResponse(path, headers=headers)
