"""The frozen view of a case that conditions, offers and checks see. `bot` loads it through `models`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


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


@dataclass(frozen=True)
class DeadlineFact:
    id: str
    state: Literal["open", "met", "overdue"]
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """Everything outside the draft. `case` holds the facts that submitted records have set."""

    now: datetime
    case: Mapping[str, object] = field(default_factory=dict)
    agency: Mapping[str, object] = field(default_factory=dict)
    officers: tuple[OfficerFact, ...] = ()  # the case's officers, the record's maker first
    register: tuple[OfficerFact, ...] = ()  # every officer of the agency who may be picked
    evidence: tuple[EvidenceFact, ...] = ()
    deadlines: tuple[DeadlineFact, ...] = ()
    place: str | None = None
