"""Coming back, once signed in, to the page one wanted to see."""

from __future__ import annotations

from aiohttp import web

from bot.transports.webchat.context import context

_COOKIE = "zhilu_back"
_PAGES = ("/board",)
_SECONDS = 3600
_LONGEST = 1500


def sign_in_first(request: web.Request) -> web.Response:
    """To the page that tells how to sign in; the address asked for is remembered for an hour."""
    response = web.Response(status=303, headers={"Location": "/signed-out", "Cache-Control": "no-store"})
    response.set_cookie(
        _COOKIE,
        request.path_qs[:_LONGEST],
        max_age=_SECONDS,
        httponly=True,
        samesite="Lax",  # a sign-in link is often followed from another site
        secure=context(request).settings.base_url.startswith("https:"),
        path="/",
    )
    return response


def way_back(request: web.Request) -> str:
    """The address remembered, when it is one of our own pages; else the chat."""
    wanted = request.cookies.get(_COOKIE, "")
    return wanted if wanted.partition("?")[0] in _PAGES and wanted.isprintable() and wanted.isascii() else "/"


def forget_way_back(response: web.StreamResponse) -> None:
    response.del_cookie(_COOKIE, path="/")
