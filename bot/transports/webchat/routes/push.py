"""The WebSocket: every event of one's chat, in order, as it is committed. Nothing is sent by the browser here."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from aiohttp import web

from bot.transports.webchat.botapi import reading
from bot.transports.webchat.context import COOKIE, WebContext, chat_id, context
from bot.transports.webchat.routes.chat import number_in_query
from bot.transports.webchat.sign_in import signed_in_officer

routes = web.RouteTableDef()
_HEARTBEAT = 20.0
_LOOK_AGAIN = 15.0
_LOOK_AGAIN_SHARED = 2.0  # seconds: other processes on the same PostgreSQL cannot ring our bell
_SIGNED_OUT = 4401


@routes.get("/ws")
async def push(request: web.Request) -> web.WebSocketResponse:
    chat = chat_id(request)
    after = number_in_query(request, "after", lambda: 0)
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=4096)
    await socket.prepare(request)
    web_context = context(request)
    web_context.sockets.add(socket)
    async with asyncio.TaskGroup() as group:
        pushing = group.create_task(_push(web_context, socket, chat, after, request.cookies[COOKIE]))
        async for _ignored in socket:
            continue
        pushing.cancel()
    return socket


async def _push(web_context: WebContext, socket: web.WebSocketResponse, chat: int, after: int, token: str) -> None:
    pause = _LOOK_AGAIN if web_context.database.is_sqlite else _LOOK_AGAIN_SHARED
    with web_context.api.bell.listening(chat) as rung:
        while not socket.closed:
            rung.clear()
            async with web_context.database.reading() as session:
                page = await reading.events(session, chat, after)
                officer = await signed_in_officer(session, token, datetime.now(UTC))
            if officer is None:
                await socket.close(code=_SIGNED_OUT)
                return
            try:
                for event in page["events"]:
                    await socket.send_json(event)
                    after = event["seq"]
            except ConnectionError:
                return
            if not page["more"]:
                await _wait(rung, pause)


async def _wait(rung: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await rung.wait()
    except TimeoutError:
        return
