"""Terms that run, and the reminders sent for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcDateTime


class OpenTerm(SQLModel, table=True):
    """One running or closed deadline of a case. `next_at` is when its next rung is due; None when nothing is.

    `subject`: '' for one per case, otherwise the evidence or record id it runs for.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "deadline", "subject", "opened_at"),
        Index("ix_open_term_next_at", "next_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    deadline: str
    subject: str = ""
    state: str = "open"  # open, met
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    provisional: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RungSent(SQLModel, table=True):
    """A reminder put into the outbox, once per term, step and person."""

    __table_args__ = (UniqueConstraint("term_id", "rung", "officer_id"),)
    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="openterm.id", index=True)
    rung: str
    officer_id: int = Field(foreign_key="officer.id")
    due_at: datetime = Field(sa_type=UtcDateTime)
    queued_at: datetime = Field(sa_type=UtcDateTime)
