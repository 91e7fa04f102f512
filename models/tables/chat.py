"""What comes in, what goes out, and where each conversation stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class InboundUpdate(SQLModel, table=True):
    """One update of a transport, stored once and acknowledged only then. `state`: new, done, failed."""

    __table_args__ = (
        UniqueConstraint("transport", "update_id"),
        Index("ix_inbound_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    transport: str
    update_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    body: dict[str, Any] = Field(sa_type=Json)
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "new"
    attempts: int = 0
    fault: str | None = None


class OutboundMessage(SQLModel, table=True):
    """One Bot API call owed to a chat, committed with the change that caused it.

    `state`: queued, sent, failed, superseded. `slot`: later calls to it edit the message.
    `files`: parameter name -> vault SHA-256 and file name, attached when sent.
    `transport` may be a channel beside the chat (email, webhook); `chat_id` is then the officer's id.
    `fallback`: channels to try, in order, when this one cannot deliver.
    """

    __table_args__ = (
        Index("ix_outbound_next", "state", "transport", "id"),
        Index("ix_outbound_chat", "state", "transport", "chat_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    transport: str
    chat_id: int = Field(sa_type=BigInteger)
    method: str
    params: dict[str, Any] = Field(sa_type=Json)
    files: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    fallback: list[str] = Field(default_factory=list, sa_type=Json)
    slot: str | None = None
    state: str = "queued"
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fault: str | None = None


class MessageSlot(SQLModel, table=True):
    """The message that stands for a slot in a chat (a progress card, a review card)."""

    __table_args__ = (UniqueConstraint("transport", "chat_id", "slot"),)
    id: int | None = Field(default=None, primary_key=True)
    transport: str
    chat_id: int = Field(sa_type=BigInteger)
    slot: str
    message_id: int


class Conversation(SQLModel, table=True):
    """Where one person's chat stands. `mode` is what the next text or file means; '' is ordinary answering.

    `focus` names the question shown last, which the next text answers; None before one is shown.
    `mode_data["seen"]`: revision of the answer shown with it.
    """

    __table_args__ = (UniqueConstraint("officer_id"),)
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    case_id: int | None = Field(default=None, foreign_key="case.id")
    record_id: int | None = Field(default=None, foreign_key="record.id")
    focus: str | None = None
    card: int = 0  # number of the question card last shown; its slot is `q<card>`
    mode: str = ""
    mode_data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
