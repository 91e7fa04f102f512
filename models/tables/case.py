"""Cases and the facts that submitted records have set on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class Case(SQLModel, table=True):
    """`state`: opening (its opening record is a draft), open, archived, abandoned. `number` is the agency's own."""

    __table_args__ = (UniqueConstraint("agency_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    pack: str  # id@version the case was opened under
    number: str | None = None
    state: str = "opening"
    officer_id: int = Field(foreign_key="officer.id", index=True)
    second_officer_id: int | None = Field(default=None, foreign_key="officer.id", index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)


class CaseFact(SQLModel, table=True):
    """The newest value of one fact, and the record that set it."""

    __table_args__ = (UniqueConstraint("case_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    name: str
    value: Any = Field(default=None, sa_type=Json, nullable=True)
    record_id: int | None = Field(default=None, foreign_key="record.id")


class CaseEvent(SQLModel, table=True):
    """A domain event of a case (`record.decision.sealed`) and the moment meant; conditions see them as `happened`."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    name: str
    at: datetime = Field(sa_type=UtcDateTime)
    record_id: int | None = Field(default=None, foreign_key="record.id")
    subject: str = ""


class Access(SQLModel, table=True):
    """Somebody opened or was sent something of a case. `what`: case, record:<id>, paper:<id>, evidence:<id>, export."""

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    what: str
    at: datetime = Field(sa_type=UtcDateTime)
