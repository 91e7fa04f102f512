"""A person's deadlines as iCalendar. The address is the right to read it: phones bring no cookie."""

from __future__ import annotations

import hashlib
import time

from aiohttp import web

from bot.transports.webchat.context import context
from bot.transports.webchat.middlewares import Limiter
from models.errors import InvalidInput, Missing

routes = web.RouteTableDef()
_LIMITERS: web.AppKey[tuple[Limiter, Limiter]] = web.AppKey("calendar limiters", tuple)


def limit_calendars(app: web.Application) -> None:
    """One address is asked hourly by a few devices; behind one gateway there may be all phones of an agency."""
    app[_LIMITERS] = (Limiter(rate=1 / 30, burst=20), Limiter(rate=20, burst=200))


@routes.get("/calendar/{token:[A-Za-z0-9_-]{43}}.ics")
async def show_calendar(request: web.Request) -> web.Response:
    """200, 304 for what the caller has already, 404 for what is unknown or revoked, 429 for too many at once."""
    token, port = request.match_info["token"], context(request).calendars
    by_address, by_gateway = request.config_dict[_LIMITERS]
    now = time.monotonic()
    if not by_gateway.take(f"{request.remote}", now) or not by_address.take(_digest(token.encode()), now):
        raise InvalidInput("rate.exceeded")
    body = await port.read(token) if port is not None else None
    if body is None:
        raise Missing("page.missing")
    tag = _digest(body)
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, max-age=900", "Content-Disposition": "inline"}
    if any(each.value == tag or each.value == "*" for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
