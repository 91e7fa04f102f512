"""What the model hears at once: windows of sound made of stretches of speech, long pauses between them shortened.

The encoder's work is the same for a window that is full and one that is nearly empty, and a small model reads better
with what was said before in view. So stretches of speech are joined across their pauses, and cut where people pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transcribe.decode import Audio
from transcribe.voice_activity import Span

LONGEST = 25.0
"""Seconds of joined sound. Whisper hears 30 at most; near that it tends to stop early."""

KEPT_PAUSE = 1.0
"""Seconds left of a longer pause: silence invites inventions, no pause at all runs two speakers together."""

ONE_SENTENCE = 16.0
"""Seconds a window may last to count as one sentence."""

SENTENCE_PAUSE = 0.7
"""Seconds of pause that may part two sentences or speakers."""

SENTENCE_MARGIN = 0.2
MARGIN = 0.5
"""Seconds of surrounding sound kept on each side, beside the detector's own padding.

Measured (CER): one sentence with 0.2, 0.5, 1.0 gives 0.290, 0.298, 0.302 over the Mandarin clips (stock 0.294); a
long interview in long windows gives 0.166 with 0.2 and 0.124 with 0.5 (stock 0.150).
"""

SHORT_CUT = 0.6
"""What a cut where nobody pauses costs, in windows: two such cuts are worse than one window more."""


@dataclass(frozen=True)
class Window:
    """The `speech` to be heard, and the `pieces` of the recording (seconds) that are joined to hear it."""

    speech: tuple[Span, ...]
    pieces: tuple[Span, ...]

    @property
    def start(self) -> float:
        return self.pieces[0].start

    @property
    def end(self) -> float:
        return self.pieces[-1].end

    @property
    def one_sentence(self) -> bool:
        """Short, and without a pause in which another sentence or speaker could begin."""
        return _one_sentence(self.speech)

    def sound(self, audio: Audio) -> NDArray[np.float32]:
        """The pieces joined: 16 kHz mono samples in [-1, 1)."""
        return np.concatenate([audio.floats(piece.start, piece.end) for piece in self.pieces])

    def moment(self, seconds: float) -> float:
        """The time in the recording of what sounds `seconds` into the joined pieces."""
        for piece in self.pieces:
            if seconds <= piece.seconds:
                return piece.start + seconds
            seconds -= piece.seconds
        return self.end


def pack(speech: Sequence[Span], duration: float, *, longest: float = LONGEST) -> list[Window]:
    """Windows over all of `speech`, in order and without overlap, each at most `longest` seconds of joined speech.

    Speech without any pause is cut into equal parts. The cuts are those of least cost: few windows, parted where the
    pauses are long.
    """
    groups = _parted(_cut_long(speech, longest), longest)
    windows = []
    for index, group in enumerate(groups):
        before = groups[index - 1][-1].end if index else 0.0
        after = groups[index + 1][0].start if index + 1 < len(groups) else duration
        # Neighbours share the pause between them by halves; sound before the first and after the last is free.
        left = (before + group[0].start) / 2 if index else 0.0
        right = (after + group[-1].end) / 2 if index + 1 < len(groups) else duration
        margin = SENTENCE_MARGIN if _one_sentence(group) else MARGIN
        sound = Span(max(left, group[0].start - margin), min(right, group[-1].end + margin))
        windows.append(Window(tuple(group), tuple(_joined(group, sound))))
    return windows


def _parted(spans: Sequence[Span], longest: float) -> list[Sequence[Span]]:
    """`spans` in groups of at most `longest` seconds, by dynamic programming over where each group begins."""
    cost = [0.0] + [float("inf")] * len(spans)
    begins = [0] * (len(spans) + 1)
    for end in range(1, len(spans) + 1):
        length = 0.0
        for begin in range(end - 1, -1, -1):
            length += spans[begin].seconds
            if begin < end - 1:
                length += min(KEPT_PAUSE, spans[begin + 1].start - spans[begin].end)
            if length > longest and begin < end - 1:
                break
            pause = spans[begin].start - spans[begin - 1].end if begin else KEPT_PAUSE
            total = cost[begin] + 1.0 + SHORT_CUT * max(0.0, 1.0 - pause / KEPT_PAUSE)
            if total < cost[end]:
                cost[end], begins[end] = total, begin
    groups: list[Sequence[Span]] = []
    end = len(spans)
    while end > 0:
        groups.append(spans[begins[end] : end])
        end = begins[end]
    return groups[::-1]


def _joined(group: Sequence[Span], sound: Span) -> list[Span]:
    """`sound` (around `group`) without the middle of each pause that is longer than what is kept."""
    pieces, start = [], sound.start
    for before, after in pairwise(group):
        if after.start - before.end > KEPT_PAUSE:
            pieces.append(Span(start, before.end + KEPT_PAUSE / 2))
            start = after.start - KEPT_PAUSE / 2
    return [*pieces, Span(start, sound.end)]


def _one_sentence(speech: Sequence[Span]) -> bool:
    pauses = (after.start - before.end for before, after in pairwise(speech))
    return speech[-1].end - speech[0].start <= ONE_SENTENCE and max(pauses, default=0.0) < SENTENCE_PAUSE


def _cut_long(speech: Sequence[Span], longest: float) -> list[Span]:
    parts: list[Span] = []
    for span in speech:
        count = int(-(-span.seconds // longest)) or 1
        step = span.seconds / count
        parts.extend(Span(span.start + step * n, span.start + step * (n + 1)) for n in range(count))
    return parts
