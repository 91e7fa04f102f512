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
    """The draft made from one recording, exactly as the machine gave it (`original`), never changed.

    `listened_*`: who confirmed to have heard the recording and compared it with these lines, and the SHA-256 of the
    lines compared; once they read otherwise it no longer holds.
    """

    id: int | None = Field(default=None, primary_key=True)
    evidence_id: int = Field(foreign_key="evidence.id", index=True)
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    question: str | None = None
    purpose: str  # answer, dialogue
    original: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used: bool = False
    listened_by: int | None = Field(default=None, foreign_key="officer.id")
    listened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    listened_sha256: str | None = None


class TranscriptLine(SQLModel, table=True):
    """One line of a draft. `draft_*` is as first made; `role`, `text` as corrected by the officer, '' when left out.

    `unheard`: why there is no text, of a line that stands for speech nobody has written down yet; '' of all others.
    Marks are by characters of `draft_text`, as in `transcribe.marks`.
    """

    __table_args__ = (UniqueConstraint("transcript_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    transcript_id: int = Field(foreign_key="transcript.id", index=True)
    position: int
    start: float
    end: float
    speaker: str | None = None
    draft_role: str
    draft_text: str
    role: str
    text: str
    unheard: str = ""
    uncertain: list[Any] = Field(default_factory=list, sa_type=Json)  # [[from, to], …]
    dialect: list[Any] = Field(default_factory=list, sa_type=Json)  # [{term, meaning}, …]
    changes: list[Any] = Field(default_factory=list, sa_type=Json)  # [{start, end, heard, by}, …]
    proposals: list[Any] = Field(default_factory=list, sa_type=Json)  # [{start, end, term, likelihood}, …]
    figures: list[Any] = Field(default_factory=list, sa_type=Json)  # [{start, end, spoken, written, kind, valid}, …]


class TranscriptChange(SQLModel, table=True):
    """What one act did to one line; never changed and never removed. `step` counts the acts on a transcript.

    `way`: typed, spoken, role, voice, all, left_out, heard, term, restored, record, undone. `undoes`: the change that
    an act of undoing took back.
    """

    id: int | None = Field(default=None, primary_key=True)
    transcript_id: int = Field(foreign_key="transcript.id", index=True)
    position: int
    step: int
    way: str
    was_role: str
    was_text: str
    role: str
    text: str
    officer_id: int = Field(foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undoes: int | None = Field(default=None, foreign_key="transcriptchange.id")


class Dictation(SQLModel, table=True):
    """A line's new text, spoken by an officer: the officer's words and no evidence of the case.

    `state`: waiting, heard (as `text`), used, declined, kept (as a recording after all, by the officer's tap). While
    waiting or heard its bytes lie in the vault; `key` names the chat message.
    """

    id: int | None = Field(default=None, primary_key=True)
    transcript_id: int = Field(foreign_key="transcript.id", index=True)
    position: int
    officer_id: int = Field(foreign_key="officer.id")
    key: str = Field(unique=True)
    sha256: str
    size: int
    media_type: str = ""
    state: str = "waiting"
    text: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
