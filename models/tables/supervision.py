"""What supervisors do about cases: urging what is owed, and giving a case to somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcDateTime


class Urging(SQLModel, table=True):
    """Somebody pressed a case's officers for what a term asks. `message`: their own words, if any."""

    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="openterm.id", index=True)
    officer_id: int = Field(foreign_key="officer.id")
    message: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class Reassignment(SQLModel, table=True):
    """A case given to another officer. `seat`: officer, second_officer. `officer_id`: who decided it.

    `from_id` is None where the seat was empty. `unit_before_id`: the case's unit until then.
    """

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    seat: str
    from_id: int | None = Field(default=None, foreign_key="officer.id")
    to_id: int = Field(foreign_key="officer.id")
    unit_before_id: int | None = Field(default=None, foreign_key="unit.id")
    reason: str
    officer_id: int = Field(foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)
