"""The supervisor's board: a page, the same list as a file, and the way from a row to its case in the chat."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Mapping

from aiohttp import web

from bot.transports.webchat.board_page import board_body
from bot.transports.webchat.botapi.texts import cleaned
from bot.transports.webchat.context import OFFICER, BoardPort, chat_id, context, signed_in, translate
from bot.transports.webchat.routes.pages import html_page
from bot.transports.webchat.way_back import sign_in_first
from bot.views.board import csv_cells, csv_heads
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput, Missing
from models.tables import Agency

routes = web.RouteTableDef()
_BOM = "\ufeff"  # without it Excel and WPS read the file in the machine's own encoding


@routes.get("/board")
async def show_board(request: web.Request) -> web.StreamResponse:
    if request.get(OFFICER) is None:
        return sign_in_first(request)
    officer, t = signed_in(request), translate(request)
    board = await _boards(request).show(officer, _query(request))
    async with context(request).database.reading() as session:
        agency = await session.get_one(Agency, officer.agency_id)
    page = html_page(
        request,
        "board",
        {
            "lead": t("Supervisor's board"),
            "agency": agency.name,
            "name": officer.name,
            "skip": t("To the list"),
            "pages": t("Pages"),
            "chat": t("Chat"),
            "body": board_body(t, board),
        },
    )
    if board.complaints:  # the page says which; what could be used of the address still is
        page.set_status(400)
    return page


@routes.get("/board.csv", allow_head=False)
async def send_board(request: web.Request) -> web.StreamResponse:
    """The whole filtered list, sent as it is read."""
    officer, t = signed_in(request), translate(request)
    export = await _boards(request).export(officer, _query(request))
    day = export.now.astimezone(SHANGHAI).date().isoformat()
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="board-{day}.csv"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    await response.write((_BOM + _lines([csv_heads(t)])).encode())
    async for rows in _boards(request).rows(officer, export):
        await response.write(_lines(csv_cells(t, row, export.now) for row in rows).encode())
    await response.write_eof()
    return response


@routes.post("/board/open")
async def open_case(request: web.Request) -> web.Response:
    """Asks in the person's chat for the case, as if they had typed its number there, and goes to the chat."""
    chat, given = chat_id(request), (await request.post()).get("case")
    if not isinstance(given, str) or not (number := cleaned(given).strip()):
        raise InvalidInput("request.invalid")
    key = f"board:{secrets.token_hex(8)}"
    await context(request).api.receive_text(chat, f"/case {number}", client_id=key)
    context(request).wake()
    return web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})


def _boards(request: web.Request) -> BoardPort:
    boards = context(request).boards
    if boards is None:
        raise Missing("page.missing")
    return boards


def _query(request: web.Request) -> Mapping[str, str]:
    return {name: cleaned(value) for name, value in request.query.items()}


def _lines(rows: Iterable[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
