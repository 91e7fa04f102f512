"""What was heard of a recording so far, so that interrupted work goes on where it was and not from the beginning.

A checkpoint is a row of stretches, plain JSON, to which is only ever added: first the plan (where somebody speaks, and
the windows that will be heard), then what each step heard, then what was heard again. Numbers are kept exactly, so that
a transcript put together from stretches is the very one that an uninterrupted run gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from transcribe.models import Model
from transcribe.recogniser import Hearing
from transcribe.transcript import Removed, Segment
from transcribe.voice_activity import Span
from transcribe.windows import Window

Stretch = dict[str, Any]

_SAMPLED = 1 << 20


@dataclass(frozen=True)
class Plan:
    """What is to be heard. `key` names the model, settings and recording it was made for."""

    key: str
    speech: tuple[Span, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Heard:
    """What one step heard, of the next `windows` windows of the plan."""

    windows: int
    segments: tuple[Segment, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True)
class Again:
    """What a part is heard as when it is heard once more; `question` tells which part, and how."""

    question: str
    segments: tuple[Segment, ...] = ()
    hearing: Hearing | None = None


_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_STEP: TypeAdapter[Heard | Again] = TypeAdapter(Heard | Again)


def nowhere(position: int, stretch: Stretch) -> None:
    """Keep nothing."""


@dataclass(frozen=True)
class Checkpoint:
    """Where a transcription may go on, and how it keeps what it hears.

    recording: SHA-256 of its bytes. stretches: what earlier runs kept, in order. keep: called with each further
    stretch and its position, which replaces all from there on; what it is given may be stored later, but in order.
    """

    recording: str = ""
    stretches: Sequence[Stretch] = ()
    keep: Callable[[int, Stretch], None] = nowhere


@dataclass
class Notes:
    """A checkpoint being read and written by the engine."""

    checkpoint: Checkpoint
    key: str
    plan: Plan | None = None
    done: int = 0
    segments: list[Segment] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    again: dict[str, Again] = field(default_factory=dict)
    _kept: int = 0

    @classmethod
    def read(cls, checkpoint: Checkpoint, key: str) -> Notes:
        """The notes as far as they are for `key` and in today's form; another model's are left alone."""
        notes = cls(checkpoint, key)
        try:
            for number, stretch in enumerate(checkpoint.stretches):
                if number == 0:
                    plan = _PLAN.validate_python(stretch)
                    if plan.key != key:
                        break
                    notes.plan = plan
                else:
                    notes._take(_STEP.validate_python(stretch))
                notes._kept = number + 1
        except ValidationError:
            pass  # kept by another version: what could be read before it still counts
        return notes

    def begin(self, speech: Sequence[Span], windows: Sequence[Window]) -> Plan:
        """Make the plan and keep it, in place of all that was kept."""
        plan = Plan(self.key, tuple(speech), tuple(windows))
        self._keep(_PLAN.dump_python(plan, mode="json"))
        return plan

    def add(self, step: Heard | Again) -> None:
        """Keep what a step heard."""
        self._take(step)
        self._keep(_STEP.dump_python(step, mode="json"))

    def ask(self, question: str, hear: Callable[[], Again]) -> Again:
        """What was heard again to `question`, by an earlier run or now."""
        if question not in self.again:
            self.add(hear())
        return self.again[question]

    def _take(self, step: Heard | Again) -> None:
        if isinstance(step, Again):
            self.again[step.question] = step
            return
        self.done += step.windows
        self.segments += step.segments
        self.removed += step.removed

    def _keep(self, stretch: Stretch) -> None:
        self.checkpoint.keep(self._kept, stretch)
        self._kept += 1


def weights_of(model: Model) -> str:
    """What tells a model's weights from others'. Of one known by name only, its name."""
    weights = Path(model.source) / "model.bin"
    if not weights.is_file():
        return model.name
    # Training touches all weights: size and both ends tell two models apart without reading gigabytes.
    size = weights.stat().st_size
    with weights.open("rb") as file:
        digest = hashlib.sha256(file.read(_SAMPLED))
        file.seek(max(0, size - _SAMPLED))
        digest.update(file.read())
    return f"{model.name} {size} {digest.hexdigest()}"
