"""The embedded web chat's own memory: what Telegram's servers keep for Telegram."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class WebMessage(SQLModel, table=True):
    """One message as the Bot API shows it. `client_id` is the browser's own id: sending twice stores once."""

    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        UniqueConstraint("chat_id", "client_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, index=True)
    message_id: int
    client_id: str | None = None
    from_bot: bool
    body: dict[str, Any] = Field(sa_type=Json)
    deleted: bool = False


class WebEvent(SQLModel, table=True):
    """The log a browser follows by `id`: message, edited, deleted, callback_answer, chat_action."""

    __table_args__ = (Index("ix_webevent_chat", "chat_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    kind: str
    body: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)


class WebCall(SQLModel, table=True):
    """The result of a call made with an idempotency key; a repeated key returns it and does nothing."""

    key: str = Field(primary_key=True)
    result: Any = Field(default=None, sa_type=Json, nullable=True)
    at: datetime = Field(sa_type=UtcDateTime)


class WebFile(SQLModel, table=True):
    """Uploaded or sent bytes, under the data folder's `webchat/`. `chat_id` may open it, nobody else."""

    file_id: str = Field(primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, index=True)
    sha256: str
    size: int = Field(sa_type=BigInteger)
    file_name: str = ""
    media_type: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
