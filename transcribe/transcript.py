"""The transcript draft: what was heard, when, how surely, and what was left out and why. Times in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from transcribe.marks import Change, Figure, Proposal


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
    """A stretch of speech with its text; `speaker` is null where nothing honest can be said.

    `changes`, `proposals` and `figures` by characters of `text`, in order.
    """

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    dialect: tuple[DialectWord, ...] = ()
    changes: tuple[Change, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    figures: tuple[Figure, ...] = ()

    def when(self, start: int, end: int) -> tuple[float, float]:
        """Seconds of the characters `start` to `end`; of the whole segment where words do not spell its text."""
        within = words_at(self.words, start, end) if self.spelled else []
        return (within[0].start, within[-1].end) if within else (self.start, self.end)

    @property
    def spelled(self) -> bool:
        """Whether the words spell the text, so that characters have times."""
        return "".join(word.text for word in self.words) == self.text

    def to_json(self) -> dict[str, Any]:
        return {
            "start": _seconds(self.start),
            "end": _seconds(self.end),
            "speaker": self.speaker,
            "text": self.text,
            "words": [word.to_json() for word in self.words],
            "dialect": [word.to_json() for word in self.dialect],
            "changes": [asdict(change) for change in self.changes],
            "proposals": [asdict(proposal) for proposal in self.proposals],
            "figures": [asdict(figure) for figure in self.figures],
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


@dataclass(frozen=True)
class Transcript:
    """One recording's draft. `truncated`: the file held less sound than it promised.

    `speakers`: how voices were told apart (`transcribe.diarisation.Kind`); null when nobody asked.
    """

    file: str
    duration: float
    language: str
    model: str
    segments: tuple[Segment, ...]
    coverage: Coverage
    removed: tuple[Removed, ...] = ()
    truncated: bool = False
    speakers: str | None = None

    @property
    def text(self) -> str:
        """All segments' text, a segment a line."""
        return "\n".join(segment.text for segment in self.segments)

    def corrections(self) -> list[dict[str, Any]]:
        """Every change with its time: `{start, end, heard, term, by}`, where `term` is what is written."""
        return [
            {**_when(segment, each), "heard": each.heard, "term": segment.text[each.start : each.end], "by": each.by}
            for segment in self.segments
            for each in segment.changes
        ]

    def proposals(self) -> list[dict[str, Any]]:
        """Every term that may have been said and is not written: `{start, end, heard, term, likelihood}`."""
        return [
            {
                **_when(segment, each),
                "heard": segment.text[each.start : each.end],
                "term": each.term,
                "likelihood": each.likelihood,
            }
            for segment in self.segments
            for each in segment.proposals
        ]

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
            "corrections": self.corrections(),
            "proposals": self.proposals(),
            "truncated": self.truncated,
            "speakers": self.speakers,
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
            truncated=data.get("truncated", False),
            speakers=data.get("speakers"),
        )


def _segment(data: dict[str, Any]) -> Segment:
    return Segment(
        start=data["start"],
        end=data["end"],
        text=data["text"],
        words=tuple(Word(**word) for word in data["words"]),
        speaker=data["speaker"],
        dialect=tuple(DialectWord(**word) for word in data["dialect"]),
        changes=tuple(Change(**part) for part in data.get("changes", ())),
        proposals=tuple(Proposal(**part) for part in data.get("proposals", ())),
        figures=tuple(Figure(**part) for part in data.get("figures", ())),
    )


def _when(segment: Segment, part: Change | Proposal) -> dict[str, float]:
    start, end = segment.when(part.start, part.end)
    return {"start": _seconds(start), "end": _seconds(end)}


def words_at(words: Sequence[Word], start: int, end: int) -> list[Word]:
    """The words any of whose characters lie in `start` to `end` of the text they spell."""
    found, position = [], 0
    for word in words:
        stop = position + len(word.text)
        if position < end and stop > start:
            found.append(word)
        position = stop
    return found


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
