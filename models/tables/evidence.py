"""Evidence received, and the transcripts made from recordings. Bytes live in the vault under their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime


class Evidence(SQLModel, table=True):
    """`kind`: photo, recording, file. `state`: received, withdrawn (with `reason`), declared (bytes owed).

    `captured_at`, `place` are declared (EXIF, chat) and unproven; `received_at` is domain time, `wall_at` the server's.
    `details`: format, width, height, codec, exif, origin of a forwarded file.
    `key` makes re-processing of the same chat message idempotent.
    """

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    question: str | None = None
    key: str = Field(unique=True)
    kind: str
    sha256: str = Field(index=True)
    size: int = Field(sa_type=BigInteger)  # recordings may pass 2 GB
    file_name: str = ""
    media_type: str = ""
    seconds: float | None = None
    captured_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    place: str | None = None
    received_at: datetime = Field(sa_type=UtcDateTime)
    wall_at: datetime = Field(sa_type=UtcDateTime)
    officer_id: int = Field(foreign_key="officer.id")
    state: str = "received"
    reason: str | None = None
    device_id: int | None = Field(default=None, foreign_key="device.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # end of recording, as declared
    disposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # bytes gone by a recorded decision
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Transcript(SQLModel, table=True):
    """The draft made from one recording, exactly as the machine gave it (`original`), never changed."""

    id: int | None = Field(default=None, primary_key=True)
    evidence_id: int = Field(foreign_key="evidence.id", index=True)
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    question: str | None = None
    purpose: str  # answer, dialogue
    original: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used: bool = False


class TranscriptLine(SQLModel, table=True):
    """One line of a draft. `draft_*` is as first made; `role`, `text` as corrected by the officer."""

    __table_args__ = (UniqueConstraint("transcript_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    transcript_id: int = Field(foreign_key="transcript.id", index=True)
    position: int
    start: float
    end: float
    draft_role: str
    draft_text: str
    role: str
    text: str
    uncertain: list[Any] = Field(default_factory=list, sa_type=Json)  # [[from, to], …] in draft_text
    dialect: list[Any] = Field(default_factory=list, sa_type=Json)  # [{term, meaning}, …]
    corrected_by: int | None = Field(default=None, foreign_key="officer.id")
    corrected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
