"""What the page's routes share: the Bot API behind them, and who is asking."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict
from weakref import WeakSet

from aiohttp import web

from bot.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator, translator
from bot.settings import Settings
from bot.transports.webchat.assets import Assets
from bot.transports.webchat.botapi import MiniBotApi
from bot.use_cases.board import Board, Export, Row
from models.database import Database
from models.errors import Denied
from models.tables import Officer


class SigningSubject(TypedDict):
    """What a person is about to sign: the paper's title, number and text (a line per answer), the signer's name, and
    as what they sign."""

    title: str
    number: str
    signer: str
    label: str
    text: str


class SigningPort(Protocol):
    """Signing by a link; the token is the right to sign, since a party signs on the officer's phone."""

    async def describe(self, token: str) -> SigningSubject | None:
        """What the link is for; None when there is nothing (or no longer anything) to sign."""

    async def submit(self, token: str, png: bytes) -> str | None:
        """Take a drawn signature; returns None when it was taken, otherwise an error code."""


class CalendarPort(Protocol):
    """Calendars that phones subscribe to; the token is the right to read one."""

    async def read(self, token: str) -> bytes | None:
        """The iCalendar file; None when the address is unknown or revoked."""


class BoardPort(Protocol):
    """The supervisor's board; `query` is what stands behind its address. All raise `Denied` role.required."""

    async def show(self, officer: Officer, query: Mapping[str, str]) -> Board:
        """One page."""

    async def export(self, officer: Officer, query: Mapping[str, str]) -> Export:
        """All of the list, once it is noted who takes it away."""

    def rows(self, officer: Officer, export: Export) -> AsyncIterator[tuple[Row, ...]]:
        """What an export holds, some hundred rows at a time."""


@dataclass
class WebContext:
    api: MiniBotApi
    database: Database
    settings: Settings
    wake: Callable[[], None]
    signing: SigningPort | None
    assets: Assets
    calendars: CalendarPort | None = None
    boards: BoardPort | None = None
    sockets: WeakSet[web.WebSocketResponse] = field(default_factory=WeakSet)


CONTEXT: web.AppKey[WebContext] = web.AppKey("context", WebContext)
OFFICER: web.RequestKey[Officer] = web.RequestKey("officer", Officer)  # absent when nobody is signed in
COOKIE = "zhilu_session"


def context(request: web.Request) -> WebContext:
    return request.config_dict[CONTEXT]


def language_of(request: web.Request) -> str:
    """The signed-in person's language; otherwise English only for those whose browser asks for no Chinese."""
    officer = request.get(OFFICER)
    if officer is not None:
        return officer.language if officer.language in LANGUAGES else DEFAULT_LANGUAGE
    wanted = request.headers.get("Accept-Language", "").lower()
    return "en" if wanted.startswith("en") and "zh" not in wanted else DEFAULT_LANGUAGE


def translate(request: web.Request) -> Translator:
    return translator(language_of(request))


def signed_in(request: web.Request) -> Officer:
    """Raises `Denied` session.missing."""
    officer: Officer | None = request.get(OFFICER)
    if officer is None:
        raise Denied("session.missing")
    return officer


def chat_id(request: web.Request) -> int:
    """The signed-in person's chat, which has their own id. Raises `Denied` session.missing."""
    officer = signed_in(request)
    assert officer.id is not None
    return officer.id


def json_answer(data: Any, status: int = 200) -> web.Response:
    return web.json_response(data, status=status, headers={"Cache-Control": "no-store"})
