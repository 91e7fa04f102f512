"""The transcript draft: what was heard, when, how surely, and what was left out and why. Times in seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def _seconds(value: float) -> float:
    return round(float(value), 2)


@dataclass(frozen=True)
class Word:
    """One word as the model heard it; `probability` in 0..1 is the model's own mean over the word's tokens."""

    start: float
    end: float
    text: str
    probability: float

    def to_json(self) -> dict[str, Any]:
        return {
            "start": _seconds(self.start),
            "end": _seconds(self.end),
            "text": self.text,
            "probability": round(float(self.probability), 3),
        }


@dataclass(frozen=True)
class DialectWord:
    """A dialect word kept as spoken, with its standard meaning beside it."""

    term: str
    meaning: str

    def to_json(self) -> dict[str, str]:
        return {"term": self.term, "meaning": self.meaning}


@dataclass(frozen=True)
class Segment:
    """A stretch of speech with its text; `speaker` is null where nothing honest can be said."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    dialect: tuple[DialectWord, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "start": _seconds(self.start),
            "end": _seconds(self.end),
            "speaker": self.speaker,
            "text": self.text,
            "words": [word.to_json() for word in self.words],
            "dialect": [word.to_json() for word in self.dialect],
        }


@dataclass(frozen=True)
class Skipped:
    """Speech found but not transcribed. `reason`: removed (see `removed`) or no_text (the model gave none)."""

    start: float
    end: float
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"start": _seconds(self.start), "end": _seconds(self.end), "reason": self.reason}


@dataclass(frozen=True)
class Coverage:
    """Seconds of `speech` the voice detector found and seconds of it under a segment's text (`transcribed`)."""

    speech: float
    transcribed: float
    skipped: tuple[Skipped, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "speech": _seconds(self.speech),
            "transcribed": _seconds(self.transcribed),
            "skipped": [part.to_json() for part in self.skipped],
        }


@dataclass(frozen=True)
class Removed:
    """Text the model wrote that nobody spoke. `reason`: see `transcribe.inventions`."""

    start: float
    end: float
    text: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "start": _seconds(self.start),
            "end": _seconds(self.end),
            "text": self.text,
            "reason": self.reason,
        }


BY_TERM, BY_LANGUAGE = "term", "language"


@dataclass(frozen=True)
class Correction:
    """`heard` at `start` was written as `term`.

    `by`: BY_TERM, a term of the case in place of its homophone; BY_LANGUAGE, a more likely spelling of the sounds.
    """

    start: float
    end: float
    heard: str
    term: str
    by: str = BY_TERM

    def to_json(self) -> dict[str, Any]:
        return {
            "start": _seconds(self.start),
            "end": _seconds(self.end),
            "heard": self.heard,
            "term": self.term,
            "by": self.by,
        }


@dataclass(frozen=True)
class Transcript:
    """One recording's draft. `truncated`: the file held less sound than it promised."""

    file: str
    duration: float
    language: str
    model: str
    segments: tuple[Segment, ...]
    coverage: Coverage
    removed: tuple[Removed, ...] = ()
    corrections: tuple[Correction, ...] = ()
    truncated: bool = False

    @property
    def text(self) -> str:
        """All segments' text, a segment a line."""
        return "\n".join(segment.text for segment in self.segments)

    def to_json(self) -> dict[str, Any]:
        """The published form: plain JSON values, times in seconds rounded to hundredths."""
        return {
            "file": self.file,
            "duration": _seconds(self.duration),
            "language": self.language,
            "model": self.model,
            "segments": [segment.to_json() for segment in self.segments],
            "coverage": self.coverage.to_json(),
            "removed": [part.to_json() for part in self.removed],
            "corrections": [part.to_json() for part in self.corrections],
            "truncated": self.truncated,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Transcript:
        """The transcript whose `to_json()` gave `data` (times as rounded there)."""
        coverage = data["coverage"]
        return cls(
            file=data["file"],
            duration=data["duration"],
            language=data["language"],
            model=data["model"],
            segments=tuple(_segment(part) for part in data["segments"]),
            coverage=Coverage(
                coverage["speech"],
                coverage["transcribed"],
                tuple(Skipped(**part) for part in coverage["skipped"]),
            ),
            removed=tuple(Removed(**part) for part in data["removed"]),
            corrections=tuple(Correction(**part) for part in data.get("corrections", ())),
            truncated=data.get("truncated", False),
        )


def _segment(data: dict[str, Any]) -> Segment:
    return Segment(
        start=data["start"],
        end=data["end"],
        text=data["text"],
        words=tuple(Word(**word) for word in data["words"]),
        speaker=data["speaker"],
        dialect=tuple(DialectWord(**word) for word in data["dialect"]),
    )


def uncertain(words: Iterable[Word], threshold: float = 0.5) -> list[tuple[int, int]]:
    """Character spans (from, to) in the joined text of `words` whose probability is below `threshold`.

    Neighbouring uncertain words share one span.
    """
    spans: list[tuple[int, int]] = []
    position = 0
    for word in words:
        end = position + len(word.text)
        if word.probability < threshold and end > position:
            if spans and spans[-1][1] == position:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((position, end))
        position = end
    return spans
