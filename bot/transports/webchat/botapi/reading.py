"""What the browser reads: older messages, the log since a number, the command menu, a file of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from bot.transports.webchat.botapi.log import EVERYONE, shown
from models.database import Session
from models.tables import WebEvent, WebFile, WebMessage

PAGE = 50
EVENTS_PAGE = 200


async def history(session: Session, chat_id: int, before: int | None) -> dict[str, Any]:
    """`{"messages": [...], "more": bool, "seq": n}`: up to 50 messages, oldest first, older than `before`.

    Events after `seq` may repeat what the messages show already, and never leave a gap.
    """
    newest = (await session.exec(select(func.max(WebEvent.id)).where(WebEvent.chat_id == chat_id))).one()
    statement = select(WebMessage).where(WebMessage.chat_id == chat_id, col(WebMessage.deleted).is_(False))
    if before is not None:
        statement = statement.where(WebMessage.message_id < before)
    statement = statement.order_by(col(WebMessage.message_id).desc()).limit(PAGE + 1)
    rows = list((await session.exec(statement)).all())
    messages = [shown(row) for row in reversed(rows[:PAGE])]
    return {"messages": messages, "more": len(rows) > PAGE, "seq": newest or 0}


async def events(session: Session, chat_id: int, after: int) -> dict[str, Any]:
    """`{"events": [{"seq", "kind", "body", "at"}], "more": bool}`, in order, `at` in Unix seconds."""
    statement = (
        select(WebEvent)
        .where(WebEvent.chat_id == chat_id, col(WebEvent.id) > after)
        .order_by(col(WebEvent.id))
        .limit(EVENTS_PAGE + 1)
    )
    rows = list((await session.exec(statement)).all())
    shown_rows = [
        {"seq": row.id, "kind": row.kind, "body": row.body, "at": row.at.timestamp()} for row in rows[:EVENTS_PAGE]
    ]
    return {"events": shown_rows, "more": len(rows) > EVENTS_PAGE}


async def commands(session: Session, chat_id: int, language_code: str) -> list[dict[str, str]]:
    """The command menu: the chat's own before everyone's, the language's before the default."""
    scopes = col(WebEvent.chat_id).in_((chat_id, EVERYONE))
    statement = select(WebEvent).where(WebEvent.kind == "commands", scopes)
    newest: dict[tuple[int, str], list[dict[str, str]]] = {}
    for event in (await session.exec(statement.order_by(col(WebEvent.id)))).all():
        newest[event.chat_id, event.body["language_code"]] = event.body["commands"]
    for scope in ((chat_id, language_code), (chat_id, ""), (EVERYONE, language_code), (EVERYONE, "")):
        if scope in newest:
            return newest[scope]
    return []


async def own_file(session: Session, chat_id: int, file_id: str) -> WebFile | None:
    """The file if it belongs to this chat; other people's files do not exist for it."""
    file = await session.get(WebFile, file_id)
    return file if file is not None and file.chat_id == chat_id else None
