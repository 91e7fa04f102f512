"""The frozen view of a case that conditions, offers and checks see. `bot` loads it through `models`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from dialogs.deadlines.calendar import Calendar


@dataclass(frozen=True)
class OfficerFact:
    id: str
    name: str
    certificate: str
    unit: str = ""


@dataclass(frozen=True)
class EvidenceFact:
    """`seconds` for sound and video, measured by decoding; `captured_at` is declared, `received_at` is ours."""

    id: str
    kind: Literal["photo", "recording", "file"]
    question: str | None
    received_at: datetime
    state: Literal["received", "withdrawn", "declared"] = "received"
    seconds: float | None = None
    captured_at: datetime | None = None
    record: str | None = None  # id of the record it belongs to


@dataclass(frozen=True)
class RecordFact:
    """A record of the case as rules see it.

    answers: values as conditions see them (`dialogs.engine.sheet.seen`), parked ones left out. waived: question -> the
    written reason that stands in for a recording or answer. departures: need -> the reason given.
    decided: review step -> officer id. signed: slot -> way. refusals: slot -> why signing was refused.
    returned: how often it was sent back.
    """

    id: str
    form: str
    title: str
    stage: str
    state: Literal["draft", "frozen", "sealed"]
    maker: str
    answers: Mapping[str, object] = field(default_factory=dict)
    number: str | None = None
    submitted_at: datetime | None = None
    sealed_at: datetime | None = None
    waived: Mapping[str, str] = field(default_factory=dict)
    departures: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    returned: int = 0
    corrects: str | None = None


@dataclass(frozen=True)
class ClashFact:
    """One person kept busy by two records at the same time (see `Occupies` of a pack). `other_case`: its number."""

    officer: str
    record: str
    other_record: str
    other_case: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class DeadlineFact:
    id: str
    state: Literal["open", "met", "overdue", "replaced"]
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    subject: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything outside the draft. `case` holds the facts that submitted records have set.

    records: those of the case that are not cancelled, oldest first, without the one being filled in; a corrected one
    gives way to its sealed correction. happened: event -> when it last happened. settings: the pack's, with the
    agency's own choice. amounts: those facts in `case` that are sums of money, which are stored as text. calendar: the
    agency's working days (None: those shipped). cache: what
    conditions made of this view, so that it is converted once.
    """

    now: datetime
    case: Mapping[str, object] = field(default_factory=dict)
    agency: Mapping[str, object] = field(default_factory=dict)
    officers: tuple[OfficerFact, ...] = ()  # the case's officers, the record's maker first
    register: tuple[OfficerFact, ...] = ()  # every officer of the agency who may be picked
    evidence: tuple[EvidenceFact, ...] = ()
    deadlines: tuple[DeadlineFact, ...] = ()
    place: str | None = None
    records: tuple[RecordFact, ...] = ()
    happened: Mapping[str, datetime] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    clashes: tuple[ClashFact, ...] = ()
    amounts: frozenset[str] = frozenset()
    calendar: Calendar | None = None
    cache: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
