"""Who speaks when, and whose words a segment holds."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import Protocol

from transcribe.decode import Audio
from transcribe.marks import Change, Figure, Proposal, moved
from transcribe.progress import IsCancelled, Progress, never, unreported
from transcribe.transcript import Segment
from transcribe.voice_activity import Span

NEAR = 0.5
"""Seconds a word's time may be wrong by: a change of speaker goes to the longest pause between words this near."""
REACH = 1.0
"""Seconds of a turn without words that still belong to the segment beside them."""


@dataclass(frozen=True)
class Turn:
    """From `start` to `end` (seconds) one voice speaks: A is the first to be heard, then B."""

    start: float
    end: float
    speaker: str


class SpeakerTurns(Protocol):
    """Tells voices apart."""

    name: str
    """Shown in the transcript."""

    def turns(
        self, audio: Audio, speech: Sequence[Span], *, progress: Progress = unreported, cancelled: IsCancelled = never
    ) -> list[Turn]:
        """Turns in order over all of `speech`, none where nobody speaks. Raises Cancelled within a few seconds."""
        ...


def assign(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """The segments with their speakers; one that holds a change of speaker is split there, between two words.

    A segment lasts as long as its turn sounds, up to its neighbours: alignment cuts first and last words short.
    """
    if not turns:
        return list(segments)
    starts, ends = [turn.start for turn in turns], [turn.end for turn in turns]
    parts: list[tuple[Segment, Sequence[Turn]]] = []
    for segment in segments:
        near = turns[max(0, bisect(ends, segment.start) - 1) : bisect(starts, segment.end) + 1]
        parts += [(part, near) for part in _parts(segment, near)]
    whole: list[Segment] = []
    for index, (part, near) in enumerate(parts):
        floor = whole[-1].end if whole else 0.0
        ceiling = parts[index + 1][0].start if index + 1 < len(parts) else ends[-1]
        whole.append(_sounding(part, near, floor, ceiling))
    return whole


def _sounding(part: Segment, turns: Sequence[Turn], floor: float, ceiling: float) -> Segment:
    own = [turn for turn in turns if turn.speaker == part.speaker and turn.start < part.end and turn.end > part.start]
    if not own:
        return part
    start, end = max(own[0].start, floor, part.start - REACH), min(own[-1].end, ceiling, part.end + REACH)
    return replace(part, start=min(part.start, start), end=max(part.end, end))


def _parts(segment: Segment, turns: Sequence[Turn]) -> list[Segment]:
    words = segment.words
    voices = {turn.speaker for turn in turns if turn.start < segment.end and turn.end > segment.start}
    if len(voices) < 2 or not segment.spelled or not words:
        return [replace(segment, speaker=_mostly(segment.start, segment.end, turns))]
    bounds = sorted({0, len(words), *_changes(segment, turns)})
    pieces = [
        (left, right, _mostly(words[left].start, words[right - 1].end, turns)) for left, right in pairwise(bounds)
    ]
    parts = []
    for speaker, group in groupby(pieces, key=lambda piece: piece[2]):
        same = list(group)
        parts.append(_piece(segment, same[0][0], same[-1][1], speaker))
    return parts


def _changes(segment: Segment, turns: Sequence[Turn]) -> list[int]:
    """Before which words another speaker begins; never within what was changed, proposed or read as a figure."""
    words = segment.words
    marks: list[Change | Proposal | Figure] = [*segment.changes, *segment.proposals, *segment.figures]
    places = list(accumulate((len(word.text) for word in words), initial=0))
    found = []
    for before, after in pairwise(turns):
        if before.speaker == after.speaker:
            continue
        change = (before.end + after.start) / 2
        near = [
            (words[n].start - words[n - 1].end, -abs((words[n].start + words[n - 1].end) / 2 - change), n)
            for n in range(1, len(words))
            if words[n - 1].end - NEAR <= change <= words[n].start + NEAR
            and not any(mark.start < places[n] < mark.end for mark in marks)
        ]
        if near:
            found.append(max(near)[2])
    return found


def _mostly(start: float, end: float, turns: Sequence[Turn]) -> str:
    """Who speaks longest between `start` and `end`; where nobody does, whose turn is nearest."""
    shares: dict[str, float] = {}
    for turn in turns:
        shared = min(end, turn.end) - max(start, turn.start)
        if shared > 0:
            shares[turn.speaker] = shares.get(turn.speaker, 0.0) + shared
    if shares:
        return max(shares, key=lambda speaker: shares[speaker])
    return min(turns, key=lambda turn: max(turn.start - end, start - turn.end)).speaker


def _piece(segment: Segment, first: int, last: int, speaker: str) -> Segment:
    """The words `first` up to `last` of `segment`, with the marks on them."""
    words = segment.words[first:last]
    if len(words) == len(segment.words):
        return replace(segment, speaker=speaker)
    opening = replace(words[0], text=words[0].text.lstrip())
    left = sum(len(word.text) for word in segment.words[:first])
    right = left + sum(len(word.text) for word in words)
    offset = len(opening.text) - len(words[0].text) - left
    words = (opening, *words[1:])
    text = "".join(word.text for word in words)
    return Segment(
        words[0].start,
        words[-1].end,
        text,
        words,
        speaker,
        tuple(mark for mark in segment.dialect if mark.term in text),
        changes=tuple(moved([mark for mark in segment.changes if left <= mark.start < right], offset)),
        proposals=tuple(moved([mark for mark in segment.proposals if left <= mark.start < right], offset)),
        figures=tuple(moved([mark for mark in segment.figures if left <= mark.start < right], offset)),
    )
