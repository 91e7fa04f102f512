"""The web chat as one aiohttp application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import WSCloseCode, web

from bot.settings import Settings
from bot.transports.webchat.assets import load_assets
from bot.transports.webchat.botapi import MiniBotApi
from bot.transports.webchat.context import CONTEXT, BoardPort, CalendarPort, SigningPort, WebContext
from bot.transports.webchat.middlewares import add_headers, identified, limited, polite, same_origin
from bot.transports.webchat.routes import board, calendar, chat, health, pages, push, uploads
from bot.transports.webchat.routes import signing as signing_routes
from models.database import Database

_JSON_BYTES = 3 * 1024**2  # a drawn signature is the largest; files are streamed and have their own limit


def build_web_app(
    api: MiniBotApi,
    database: Database,
    settings: Settings,
    *,
    wake: Callable[[], None],
    signing: SigningPort | None = None,
    calendars: CalendarPort | None = None,
    boards: BoardPort | None = None,
) -> web.Application:
    """The application to run. `wake` is called after each stored update; it must return at once."""
    app = web.Application(
        middlewares=[polite, identified, same_origin, limited()],
        client_max_size=_JSON_BYTES,
    )
    app[CONTEXT] = WebContext(api, database, settings, wake, signing, load_assets(), calendars, boards)
    calendar.limit_calendars(app)
    parts = (pages, chat, push, uploads, signing_routes, calendar, board, health)
    for routes in (part.routes for part in parts):
        app.add_routes(routes)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_tidy_files)
    health.watch_over(app)
    return app


async def _tidy_files(app: web.Application) -> AsyncIterator[None]:
    await asyncio.to_thread(app[CONTEXT].api.store.tidy)
    yield


async def _close_sockets(app: web.Application) -> None:
    for socket in set(app[CONTEXT].sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")
