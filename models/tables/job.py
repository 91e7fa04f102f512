"""Slow work, committed with the row that needs it and done in a worker process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class Job(SQLModel, table=True):
    """`state`: queued, running, done, failed, cancelled; then `applied` once the chat has taken the result.

    A worker claims by writing its `token` and a lease; only the holder of the token may store the result, so a
    worker stopped past its lease and continued changes nothing. Leases use wall time. `attempts`: since it was begun
    or last moved on by a stretch. `seconds_left`: as the worker last reckoned, None while it cannot tell.
    """

    __table_args__ = (Index("ix_job_state", "state", "kind", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    agency_id: int = Field(foreign_key="agency.id")
    officer_id: int | None = Field(default=None, foreign_key="officer.id")
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    evidence_id: int | None = Field(default=None, foreign_key="evidence.id")
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "queued"
    token: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    progress: float = 0.0
    progress_shown: float = -1.0
    seconds_left: float | None = None
    cancel_asked: bool = False
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)
    fault: str | None = None
    fault_params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    applied: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobStretch(SQLModel, table=True):
    """A finished part of an unfinished job, from which another worker goes on; gone once the job has ended."""

    job_id: int = Field(foreign_key="job.id", primary_key=True)
    position: int = Field(primary_key=True)
    data: dict[str, Any] = Field(sa_type=Json)
