"""Around every request: who asks, from where, how often; and a polite answer whatever happens."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.transports.webchat.botapi import ApiError
from bot.transports.webchat.context import COOKIE, OFFICER, context, json_answer, language_of, translate
from bot.transports.webchat.problems import problem, status_of
from bot.transports.webchat.sign_in import signed_in_officer
from models.errors import Denied, InvalidInput, ZhiluError

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_RATE = 8.0  # POSTs a second
_BURST = 60.0
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # Stricter ("no-referrer") would make browsers send `Origin: null` with the sign-in form.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    ),
}


@web.middleware
async def polite(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns every fault into a sentence in the person's language; details go to the log only."""
    try:
        return await handler(request)
    except ZhiluError as fault:
        return answer(request, fault.code, fault.params, status_of(fault))
    except ApiError as refusal:
        log.warning("webchat_refused", path=request.match_info.route.name, description=refusal.description)
        return answer(request, "chat.missing", {})
    except web.HTTPException as exception:
        if exception.status < 400:
            raise
        if exception.status == 413:
            return answer(request, "upload.too_large", {"limit": request.app._client_max_size})
        return answer(request, "page.missing" if exception.status in (404, 405) else "request.invalid", {})
    except ConnectionError:
        raise  # the browser has gone; there is nobody to answer
    except Exception:  # the last resort: a person must never see a traceback, and the fault must reach the log
        log.exception("webchat_fault", route=request.match_info.route.name)
        return answer(request, "server.fault", {})


def answer(request: web.Request, code: str, params: dict[str, object], status: int | None = None) -> web.StreamResponse:
    """An error: JSON for the page's own requests, a small page for people."""
    t = translate(request)
    known_status, text = problem(code, params, t)
    status = status or known_status
    if request.path.startswith(("/api/", "/ws")) or (request.method == "POST" and request.path.startswith("/sign/")):
        response = json_answer({"error": code, "text": text}, status)
        if status == 429:
            response.headers["Retry-After"] = "2"
        return response
    values = {"language": language_of(request).replace("_", "-"), "title": t("Zhilu"), "text": text}
    values |= {"again": t("Open the chat"), "lead": t("That did not work")}
    return web.Response(
        text=context(request).assets.page("message", values),
        status=status,
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )


@web.middleware
async def identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Finds the officer behind the cookie, where one is of use: health is answered without the database's help."""
    token = request.cookies.get(COOKIE)
    if token and not request.path.startswith(("/static/", "/healthz", "/metrics")):
        async with context(request).database.reading() as session:
            officer = await signed_in_officer(session, token, datetime.now(UTC))
        if officer is not None:
            request[OFFICER] = officer
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what another site makes a browser send. Programs without an Origin carry no foreign cookies."""
    if request.method not in ("GET", "HEAD") or request.path == "/ws":
        origin = request.headers.get("Origin")
        own = {request.host, urlsplit(context(request).settings.base_url).netloc}
        foreign = origin is not None and urlsplit(origin).netloc not in own
        if foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            raise Denied("origin.refused")
    return await handler(request)


class Limiter:
    """A token bucket per person (or address): bursts of 60 POSTs, then 8 a second, unless said otherwise."""

    def __init__(self, *, rate: float = _RATE, burst: float = _BURST) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, who: str, now: float) -> bool:
        """`now` in monotonic seconds. False when the bucket is empty."""
        tokens, since = self._buckets.get(who, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        if len(self._buckets) > 10_000:
            self._buckets.clear()
        self._buckets[who] = (max(tokens - 1, 0.0), now)
        return tokens >= 1


def limited() -> Middleware:
    """The rate limit as a middleware with its own memory."""
    limiter = Limiter()

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == "POST":
            officer = request.get(OFFICER)
            who = f"officer:{officer.id}" if officer is not None else f"address:{request.remote}"
            if not limiter.take(who, time.monotonic()):
                raise InvalidInput("rate.exceeded")
        return await handler(request)

    return limit


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on every response; a route may set its own first."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
