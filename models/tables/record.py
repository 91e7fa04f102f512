"""Records: answers, papers, signatures, opinions, document numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Json, UtcDateTime

DISPOSED = "disposed"  # the stage of a paper whose bytes a recorded decision took away


class Record(SQLModel, table=True):
    """`state`: draft, frozen, sealed, cancelled. `content` is the canonical JSON once frozen.

    `answers` is the draft as `dialogs.engine.draft_to_json` writes it; `answer_event` keeps how it came about.
    `corrects_id` names the sealed version this one corrects. `confirmed`: officer id -> ISO time.
    """

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    pack: str  # id@version, pinned
    form: str  # the record's id in the pack
    state: str = "draft"
    revision: int = 0
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    maker_id: int = Field(foreign_key="officer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    round: int = 0  # grows each time the text is frozen; signatures, opinions and papers belong to one round
    confirmed: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    number: str | None = None
    content: dict[str, Any] | None = Field(default=None, sa_type=Json)
    content_hash: str | None = None
    frozen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    corrects_id: int | None = Field(default=None, foreign_key="record.id")
    correction_reason: str | None = None


class AnswerEvent(SQLModel, table=True):
    """One stored answer, in order: replaying them gives the draft."""

    __table_args__ = (UniqueConstraint("record_id", "revision"),)
    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    revision: int
    question: str
    given: dict[str, Any] | None = Field(default=None, sa_type=Json)
    officer_id: int = Field(foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Departure(SQLModel, table=True):
    """A record begun or submitted although one of its needs did not hold, and why."""

    __table_args__ = (UniqueConstraint("record_id", "need"),)
    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    need: str
    reason: str
    officer_id: int = Field(foreign_key="officer.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Occupation(SQLModel, table=True):
    """Whom a submitted record kept busy and when (see `Occupies` of the pack)."""

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class Signature(SQLModel, table=True):
    """One sign-off. `way`: drawn, photographed, refused. `image` names vault bytes."""

    __table_args__ = (UniqueConstraint("record_id", "round", "slot"),)
    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int
    slot: str
    way: str
    name: str
    witness: str | None = None
    reason: str | None = None
    image: str | None = None
    signed_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: int = Field(foreign_key="officer.id")


class Opinion(SQLModel, table=True):
    """One review step. `result`: pending, approved, returned, superseded.

    stands_for_id: the absent person in whose stead it was given. read: when the deciding person was shown what, by
    name (`paper`, `compliance`, `evidence:<id>`) as ISO time.
    """

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int
    step: str
    result: str = "pending"
    text: str | None = None
    officer_id: int | None = Field(default=None, foreign_key="officer.id")
    stands_for_id: int | None = Field(default=None, foreign_key="officer.id")
    read: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    given_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SigningLink(SQLModel, table=True):
    """Lets one person sign one slot of one frozen text on a screen. Only the token's SHA-256 is kept."""

    token_hash: str = Field(primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int
    slot: str
    name: str
    created_by: int = Field(foreign_key="officer.id")
    transport: str
    chat_id: int = Field(sa_type=BigInteger)
    expires_at: datetime = Field(sa_type=UtcDateTime)  # wall time
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Paper(SQLModel, table=True):
    """A rendered file of a record. `stage`: frozen, sealed, or `DISPOSED`.

    `format`: pdf, docx, index, or iso for a disc image made with it.
    `sha256` names vault bytes.
    """

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int
    stage: str
    format: str
    sha256: str
    size: int
    made_at: datetime = Field(sa_type=UtcDateTime)


class DocumentNumber(SQLModel, table=True):
    """文号. `state`: used, void. A void number stays void with its reason and is never given again."""

    __table_args__ = (UniqueConstraint("agency_id", "series", "year", "n"),)
    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    series: str
    year: int
    n: int
    text: str
    record_id: int | None = Field(default=None, foreign_key="record.id")
    state: str = "used"
    reason: str | None = None
