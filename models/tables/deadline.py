"""Terms that run, what changed them, and the reminders sent for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class OpenTerm(SQLModel, table=True):
    """One running or closed deadline of a case. `next_at` is when its next rung is due; None when nothing is.

    `subject`: '' for one per case, otherwise the evidence or record id it runs for. `runs`: how long, as
    `dialogs.deadlines.runs_of` writes it. `reckoned`: fingerprint of the calendar and duty hours that its end and next
    reminder rest on; '' is left alone when those change.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "deadline", "subject", "opened_at"),
        Index("ix_open_term_next_at", "next_at"),
        Index("ix_open_term_overdue", "agency_id", "state", "due_at"),
        Index("ix_open_term_reckoned", "agency_id", "state", "reckoned"),
    )
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    deadline: str
    subject: str = ""
    state: str = "open"  # open, met, replaced
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    provisional: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    runs: dict[str, Any] | None = Field(default=None, sa_type=Json, nullable=True)
    reckoned: str = ""


class TermChange(SQLModel, table=True):
    """A term moved, before and after. `kind`: extended, calendar (holidays published or changed), corrected.

    `longer`: by how much it was extended. `opened_…`, `closed_…`: what a correction has moved besides the end.
    """

    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="openterm.id", index=True)
    kind: str
    due_before: datetime = Field(sa_type=UtcDateTime)
    due_after: datetime = Field(sa_type=UtcDateTime)
    opened_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    longer: dict[str, Any] | None = Field(default=None, sa_type=Json, nullable=True)
    reason: str = ""
    officer_id: int | None = Field(default=None, foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)


UNREACHED = ""


class RungSent(SQLModel, table=True):
    """A reminder owed, once per term, step, person and channel; anew by an end that has moved, with another `due_at`.

    `rung`: its id, with `#2`, `#3` … for repetitions. `message_id`: the owed message that carries it, with others.
    `channel`: `UNREACHED` while the person has no chat and no channel; the row goes once they are told, late.
    """

    __table_args__ = (UniqueConstraint("term_id", "rung", "officer_id", "channel", "due_at"),)
    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="openterm.id", index=True)
    rung: str
    officer_id: int = Field(foreign_key="officer.id")
    channel: str
    message_id: int | None = Field(default=None, foreign_key="outboundmessage.id", index=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    queued_at: datetime = Field(sa_type=UtcDateTime)


class Acknowledgement(SQLModel, table=True):
    """A person has seen the reminder: its repetitions leave them alone until `until`. The newest row stands."""

    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="openterm.id", index=True)
    officer_id: int = Field(foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class DigestSent(SQLModel, table=True):
    """A summary or report owed to a person, once. `kind`: see `bot/schedule/digests.py`.

    period: what it is of: 2026-11-28, 2026-W48 …
    """

    __table_args__ = (UniqueConstraint("officer_id", "kind", "period"),)
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    kind: str
    period: str
    queued_at: datetime = Field(sa_type=UtcDateTime)


class AgencyDay(SQLModel, table=True):
    """A day the agency itself calls free or worked, over the published arrangement. The newest row of a day stands."""

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    day: date
    worked: bool
    name: str
    set_by: str
    set_at: datetime = Field(sa_type=UtcDateTime)


class Heartbeat(SQLModel, table=True):
    """When something that must run forever last did, by wall time. `name`: schedule; clock: when a leap was told of.

    `silences`: how often it has been silent for too long.
    """

    name: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_type=UtcDateTime)
    detail: str = ""
    silences: int = 0


class CalendarFeed(SQLModel, table=True):
    """A person's iCalendar address. Only the token's SHA-256 is kept; a new one revokes the old."""

    token_hash: str = Field(primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AlertChannel(SQLModel, table=True):
    """Where a person wants alerts besides the chat. `channel`: email, webhook; `address`: for e-mail its address.

    `position`: order in which they are tried, one stepping in for the other; the chat is told in any case.
    """

    __table_args__ = (UniqueConstraint("officer_id", "channel"),)
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    channel: str
    address: str = ""
    position: int = 1
    enabled: bool = True
    set_at: datetime = Field(sa_type=UtcDateTime)
