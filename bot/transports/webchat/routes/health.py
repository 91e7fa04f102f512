"""For whoever watches the server: is it well, and its figures."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from aiohttp import web

from bot.metrics import CONTENT_TYPE, exposition
from bot.nursery import Nursery
from bot.settings import Settings
from bot.transports.webchat.context import CONTEXT, context, json_answer
from bot.vitals import Figures, Health, Inquiry, health_shown, read_figures, read_health

routes = web.RouteTableDef()
_HEALTH_SECONDS, _FIGURES_SECONDS = 2.0, 5.0
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")  # a proxy's marks: the asker may be anywhere


@dataclass(frozen=True)
class Watch:
    """What is asked of the database, and since when this server runs."""

    health: Inquiry[Health]
    figures: Inquiry[Figures]
    started: datetime


WATCH: web.AppKey[Watch] = web.AppKey("watch", Watch)


async def watching(app: web.Application) -> AsyncIterator[None]:
    """For the application's `cleanup_ctx`."""
    nursery, watch = Nursery(), app[WATCH]
    nursery.spawn("health", watch.health.run)
    nursery.spawn("metrics", watch.figures.run)
    yield
    await nursery.close()


def watch_over(app: web.Application) -> None:
    """Set the application up for these routes. Needs its context."""
    database = app[CONTEXT].database
    app[WATCH] = Watch(
        Inquiry(database, read_health, limit=_HEALTH_SECONDS),
        Inquiry(database, read_figures, limit=_FIGURES_SECONDS),
        datetime.now(UTC),
    )
    app.cleanup_ctx.append(watching)


@routes.get("/healthz")
async def show_health(request: web.Request) -> web.Response:
    """503 when the database does not answer, or the schedule has been silent for too long."""
    watch = request.config_dict[WATCH]
    silence = timedelta(seconds=context(request).settings.silence_seconds)
    ok, figures = health_shown(await watch.health.ask(), watch.started, silence)
    return json_answer(figures, 200 if ok else 503)


@routes.get("/metrics")
async def show_metrics(request: web.Request) -> web.Response:
    if not _may_read(request, context(request).settings):
        return web.Response(status=403, text="forbidden\n", headers={"Cache-Control": "no-store"})
    figures = await request.config_dict[WATCH].figures.ask()
    if figures is None:
        return web.Response(status=503, text="the database does not answer\n")
    return web.Response(body=exposition(figures), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


def _may_read(request: web.Request, settings: Settings) -> bool:
    """Whoever has the token where one is set; else this machine alone, and not through a proxy on it."""
    token = settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(errors="replace"), f"Bearer {token}".encode())
    return not any(name in request.headers for name in _FORWARDED) and _is_local(request.remote or "")


def _is_local(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback
