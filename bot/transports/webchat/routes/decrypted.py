"""A file that lies encrypted, sent as what it holds; a player asks for ranges of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import BinaryIO

from aiohttp import web

_BLOCK = 1 << 18


async def send_decrypted(
    request: web.Request, source: BinaryIO, size: int, headers: Mapping[str, str]
) -> web.StreamResponse:
    """All of it, or the one range asked for (RFC 9110, section 14). Closes `source`."""
    with source:
        start, stop = _range(request, size)
        partial = (start, stop) != (0, size)
        response = web.StreamResponse(status=206 if partial else 200, headers={**headers, "Accept-Ranges": "bytes"})
        if partial:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        response.content_length = stop - start
        await response.prepare(request)
        if request.method != "HEAD":
            await asyncio.to_thread(source.seek, start)
            left = stop - start
            while left and (block := await asyncio.to_thread(source.read, min(left, _BLOCK))):
                left -= len(block)
                await response.write(block)
        await response.write_eof()
        return response


def _range(request: web.Request, size: int) -> tuple[int, int]:
    try:
        asked = request.http_range
    except ValueError:  # a unit or form nobody knows is ignored
        return 0, size
    start, stop = asked.start, asked.stop
    if start is None:
        return 0, size
    start = max(0, size + start) if start < 0 else start
    stop = size if stop is None else min(stop, size)
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, stop
