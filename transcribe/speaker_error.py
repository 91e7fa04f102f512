"""How much of the speech has the right speaker, against turns set by hand.

As the speaker error of NIST's Rich Transcription evaluations (RT-09 plan, section 6), but over the seconds in which
voice activity finds speech within a reference turn, and as the share that is right. Labels are matched one to one in
the way that is best for the draft, since a draft names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from transcribe.transcript import Segment
from transcribe.turns import Turn
from transcribe.voice_activity import Span

_FRAMES_PER_SECOND = 100
_NOBODY = -1


def turns_of(segments: Sequence[Segment]) -> list[Turn]:
    """Who speaks when, by a transcript's segments; those without a speaker are left out."""
    return [Turn(part.start, part.end, part.speaker) for part in segments if part.speaker is not None]


def speaker_accuracy(turns: Sequence[Turn], reference: Sequence[Turn], speech: Sequence[Span]) -> float:
    """The share (0 to 1) of speech within `reference` that `turns` give to the right speaker; 1 when there is none."""
    ends = [turn.end for turn in (*turns, *reference)] + [span.end for span in speech]
    count = round(max(ends, default=0.0) * _FRAMES_PER_SECOND) + 1
    spoken = np.zeros(count, dtype=bool)
    for span in speech:
        spoken[_frames(span.start, span.end)] = True
    truth, names = _row(reference, count)
    found, labels = _row(turns, count)
    counted = spoken & (truth != _NOBODY)
    if not counted.any():
        return 1.0
    shared = np.zeros((len(names), len(labels)), dtype=np.int64)
    both = counted & (found != _NOBODY)
    np.add.at(shared, (truth[both], found[both]), 1)
    return _matched(shared) / int(counted.sum())


def _frames(start: float, end: float) -> slice:
    return slice(round(start * _FRAMES_PER_SECOND), round(end * _FRAMES_PER_SECOND))


def _row(turns: Sequence[Turn], count: int) -> tuple[NDArray[np.int64], list[str]]:
    names = sorted({turn.speaker for turn in turns})
    row = np.full(count, _NOBODY, dtype=np.int64)
    for turn in turns:
        row[_frames(turn.start, turn.end)] = names.index(turn.speaker)
    return row, names


def _matched(shared: NDArray[np.int64]) -> int:
    """The largest sum with at most one entry taken from each row and each column."""
    table = shared if shared.shape[0] >= shared.shape[1] else shared.T

    @cache
    def best(row: int, taken: int) -> int:
        if row == len(table):
            return 0
        free = [column for column in range(table.shape[1]) if not taken >> column & 1]
        return max([best(row + 1, taken), *(int(table[row, n]) + best(row + 1, taken | 1 << n) for n in free)])

    return best(0, 0)
