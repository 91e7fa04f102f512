"""Values that travel through the engine: drafts and answers in, effects out. All frozen, all JSON-faithful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["answered", "collecting", "skipped", "unknown"]


@dataclass(frozen=True)
class Given:
    """What stands for one question.

    value: plain JSON (see each question type for its shape); None when skipped or unknown.
    state: `collecting` while more may come (photos, several choices, dialogue lines) until `Done`.
    revision: the draft's revision that stored it; two officers compare and set on it.
    """

    value: object
    state: State
    revision: int
    by: str
    at: datetime
    reason: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """Answers of one record, parked ones included. `revision` grows by one with each stored answer."""

    pack: str  # id@version
    record: str
    revision: int = 0
    answers: Mapping[str, Given] = field(default_factory=dict)


# --- what a person may do with a question -------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Choose:
    """A button: the option's id (`yes`/`no` for yes_no; an officer's id for officers)."""

    option: str


@dataclass(frozen=True)
class Done:
    """End collecting."""


@dataclass(frozen=True)
class TakeOffer:
    """Accept what is offered."""


@dataclass(frozen=True)
class Skip:
    reason: str | None = None


@dataclass(frozen=True)
class Unknown:
    reason: str


@dataclass(frozen=True)
class Place:
    latitude: float
    longitude: float
    accuracy: float | None = None
    title: str | None = None


@dataclass(frozen=True)
class Attach:
    """Evidence just received for this question; `seconds` for sound and video."""

    id: str
    kind: Literal["photo", "recording", "file"]
    seconds: float | None = None


@dataclass(frozen=True)
class Line:
    """One line of a dialogue: who speaks and what; `recording` and times when it came from sound."""

    role: Literal["question", "answer"]
    text: str
    recording: str | None = None
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class AddLines:
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ReplaceLine:
    """Correct line `index` (from 0); text '' removes it."""

    index: int
    text: str
    role: Literal["question", "answer"] | None = None


@dataclass(frozen=True)
class RemoveLines:
    """Take lines out of a dialogue, by index (from 0)."""

    indexes: tuple[int, ...]


@dataclass(frozen=True)
class Clear:
    """Take the answer back; the question is open again (evidence stays, it is withdrawn elsewhere)."""


Input = (
    Text | Choose | Done | TakeOffer | Skip | Unknown | Place | Attach | AddLines | ReplaceLine | RemoveLines | Clear
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """`expects`: revision of the question's `Given` the person saw (0 when none); None to overwrite knowingly."""

    question: str
    input: Input
    by: str
    expects: int | None = None


# --- effects ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    question: str
    given: Given | None  # None after Clear


@dataclass(frozen=True)
class Rejected:
    """Not taken, draft unchanged. `code` as in `models.errors`; `example` shows a right answer."""

    question: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    example: str | None = None


@dataclass(frozen=True)
class Conflict:
    """Another officer answered meanwhile: both are shown, draft unchanged."""

    question: str
    stored: Given
    offered: object


@dataclass(frozen=True)
class Parked:
    """These answered questions no longer apply; their answers are kept and leave every paper."""

    questions: tuple[str, ...]


@dataclass(frozen=True)
class Reopened:
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Complete:
    """Nothing required is open any more."""


Effect = Accepted | Rejected | Conflict | Parked | Reopened | Complete


@dataclass(frozen=True)
class Step:
    draft: Draft
    effects: tuple[Effect, ...]


# --- what is shown ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A known value: `value` as it would be stored, `text` as a person reads it."""

    value: object
    text: str


@dataclass(frozen=True)
class Choice:
    id: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Prompt:
    """One question as it stands, ready for a view. `position` counts visible questions from 1."""

    question: str
    type: str
    ask: str
    help: str | None
    example: str | None
    basis: tuple[str, ...]
    choices: tuple[Choice, ...]
    offer: Offer | None
    given: Given | None
    given_text: str | None
    skip: Literal["no", "free", "with_reason"]
    unknown: bool
    collecting: bool  # this type collects: show a 'done' button once something is there
    level: str | None
    outline: tuple[str, ...]
    columns: tuple[str, ...]  # of a table, as a row is typed
    position: int
    total: int


@dataclass(frozen=True)
class ReviewLine:
    question: str
    label: str
    text: str  # as printed; '' when open
    state: State | Literal["open"]
    basis: tuple[str, ...]
    revision: int


@dataclass(frozen=True)
class Lacking:
    """Something required that is not there. `code` e.g. `record.unanswered`, `record.recording_missing`."""

    question: str
    label: str
    code: str
    basis: tuple[str, ...]
    blocks: bool = True  # False: shown as a departure, does not stop sealing


@dataclass(frozen=True)
class Review:
    lines: tuple[ReviewLine, ...]
    lacking: tuple[Lacking, ...]

    @property
    def ready(self) -> bool:
        return not any(lack.blocks for lack in self.lacking)
