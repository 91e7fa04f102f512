"""Agencies and their people, and how people sign in. A pack is a regulation; an agency is a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class Agency(SQLModel, table=True):
    """`numbering`: series -> pattern such as `西财执{series}〔{year}〕{n}号`. `pack` is the pack's id, unpinned."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=64)
    name: str
    pack: str
    numbering: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    # Where its people may chat. Telegram carries personal data out of the country: off until the agency decides.
    transports: list[str] = Field(default_factory=lambda: ["webchat"], sa_type=Json)
    # When ordinary reminders may come: {"from": "08:00", "until": "20:00", "workdays": false}; empty: that default.
    duty: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    # Channels beside the chat that the agency has switched on, by name, with what they need ({"webhook": {"url": …}}).
    channels: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Unit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    name: str


class Officer(SQLModel, table=True):
    """A person of an agency. `roles`: officer, reviewer, legal_reviewer, approver, head, supervisor, archivist,
    administrator (runs the server; reads no case)."""

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    name: str
    certificate: str = ""
    title: str = ""
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    language: str = "zh_Hans_CN"
    active: bool = True
    digests: bool = True  # the summary at the start of a working day; the person's own choice


class ChatAccount(SQLModel, table=True):
    """Which person speaks from which chat account; several transports may lead to one person."""

    __table_args__ = (UniqueConstraint("transport", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    transport: str
    user_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    bound_at: datetime = Field(sa_type=UtcDateTime)


class SignInLink(SQLModel, table=True):
    """Signs one person in, once. Only the token's SHA-256 is kept."""

    token_hash: str = Field(primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebSession(SQLModel, table=True):
    """A signed-in browser. Wall time, never the demo clock."""

    token_hash: str = Field(primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DemoClock(SQLModel, table=True):
    """Forward offset of domain time. The row exists only in databases created as demo."""

    id: int = Field(default=1, primary_key=True)
    offset_seconds: int = 0


class AgencySetting(SQLModel, table=True):
    """One value an agency chose where its pack leaves the choice (`Setting` of the pack). The newest row stands."""

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    setting: str
    value: Any = Field(default=None, sa_type=Json, nullable=True)
    set_by: str  # the person's name, or the account of the command line
    reason: str = ""
    set_at: datetime = Field(sa_type=UtcDateTime)


class Delegation(SQLModel, table=True):
    """While somebody is away, another person of the agency decides in their stead. `ended_at`: back early."""

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    absent_id: int = Field(foreign_key="officer.id", index=True)
    deputy_id: int = Field(foreign_key="officer.id", index=True)
    reason: str
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PackVersion(SQLModel, table=True):
    """A published pack as it was when first used here, resolved and whole: what is pinned to it can always be read."""

    reference: str = Field(primary_key=True)  # id@version
    sha256: str
    content: dict[str, Any] = Field(sa_type=Json)
    first_used_at: datetime = Field(sa_type=UtcDateTime)


class Device(SQLModel, table=True):
    """A recording device of the agency. `state`: held, lost, retired. `holder_id`: None while it lies in store."""

    __table_args__ = (UniqueConstraint("agency_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    code: str
    kind: str
    model: str = ""
    state: str = "held"
    holder_id: int | None = Field(default=None, foreign_key="officer.id")
    added_at: datetime = Field(sa_type=UtcDateTime)


class DeviceMove(SQLModel, table=True):
    """A device issued, returned, reported lost or retired, with its condition and who recorded it."""

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    kind: str  # issued, returned, lost, retired
    officer_id: int | None = Field(default=None, foreign_key="officer.id")
    remark: str = ""
    recorded_by: int | None = Field(default=None, foreign_key="officer.id")  # None: by an imported register
    at: datetime = Field(sa_type=UtcDateTime)
