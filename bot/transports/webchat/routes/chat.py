"""The page's own requests: what to show, and what a person says or presses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from sqlmodel import col, select

from bot.i18n import LANGUAGES
from bot.transports.webchat.botapi import reading
from bot.transports.webchat.context import chat_id, context, json_answer
from models.errors import InvalidInput
from models.tables import Officer

routes = web.RouteTableDef()
Value = TypeVar("Value")
_MAX_ID = 2**53


async def json_body(request: web.Request) -> dict[str, Any]:
    """The JSON object sent. Raises `InvalidInput` request.invalid."""
    try:
        body = await request.json()
    except (ValueError, RecursionError) as fault:
        raise InvalidInput("request.invalid") from fault
    if not isinstance(body, dict):
        raise InvalidInput("request.invalid")
    return body


def field(body: dict[str, Any], name: str, kind: type[Value]) -> Value:
    """A field of exactly this JSON type. Raises `InvalidInput` request.invalid."""
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput("request.invalid")
    return value


def real(body: dict[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput("request.invalid")
    try:
        return float(value)
    except OverflowError as fault:
        raise InvalidInput("request.invalid") from fault


def number_in_query(request: web.Request, name: str, absent: Callable[[], Value]) -> int | Value:
    text = request.query.get(name)
    if text is None:
        return absent()
    if not (text.isascii() and text.isdigit()) or int(text[:17]) > _MAX_ID:
        raise InvalidInput("request.invalid")
    return int(text[:17])


@routes.get("/api/history")
async def show_history(request: web.Request) -> web.Response:
    chat = chat_id(request)
    before = number_in_query(request, "before", lambda: None)
    async with context(request).database.reading() as session:
        return json_answer(await reading.history(session, chat, before))


@routes.get("/api/events")
async def show_events(request: web.Request) -> web.Response:
    chat = chat_id(request)
    after = number_in_query(request, "after", lambda: 0)
    async with context(request).database.reading() as session:
        return json_answer(await reading.events(session, chat, after))


@routes.post("/api/messages")
async def take_text(request: web.Request) -> web.Response:
    chat, body = chat_id(request), await json_body(request)
    client_id = field(body, "client_id", str)
    stored = await context(request).api.receive_text(chat, field(body, "text", str), client_id=client_id)
    context(request).wake()
    return json_answer(stored)


@routes.post("/api/press")
async def take_press(request: web.Request) -> web.Response:
    chat, body = chat_id(request), await json_body(request)
    message_id, data = field(body, "message_id", int), field(body, "data", str)
    if not 0 < message_id < _MAX_ID:
        raise InvalidInput("request.invalid")
    query_id = await context(request).api.press_button(chat, message_id, data, client_id=field(body, "client_id", str))
    context(request).wake()
    return json_answer({"callback_query_id": query_id})


@routes.post("/api/location")
async def take_location(request: web.Request) -> web.Response:
    chat, body = chat_id(request), await json_body(request)
    accuracy = real(body, "accuracy") if body.get("accuracy") is not None else None
    stored = await context(request).api.receive_location(
        chat, real(body, "latitude"), real(body, "longitude"), accuracy, client_id=field(body, "client_id", str)
    )
    context(request).wake()
    return json_answer(stored)


@routes.post("/api/language")
async def take_language(request: web.Request) -> web.Response:
    chat, body = chat_id(request), await json_body(request)
    language = field(body, "language", str)
    if language not in LANGUAGES:
        raise InvalidInput("request.invalid")
    async with context(request).database.transaction() as session:
        officer = (await session.exec(select(Officer).where(col(Officer.id) == chat))).one()
        officer.language = language
        session.add(officer)
    return json_answer({"language": language})
