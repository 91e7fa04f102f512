"""What the model hears at once: windows of sound cut in the pauses between stretches of speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from transcribe.voice_activity import Span

LONGEST = 28.0
"""Seconds. Whisper hears 30 at most; context helps it, so windows are as long as they may be."""

ONE_SENTENCE = 16.0
"""Seconds a window may last to count as one sentence."""

SENTENCE_PAUSE = 0.7
"""Seconds of pause that may part two sentences or speakers."""

PAUSE = 2.0
"""A pause of this many seconds starts a new window: silence inside one invites inventions."""

SENTENCE_MARGIN = 0.2
MARGIN = 0.5
"""Seconds of surrounding sound kept on each side, beside the detector's own padding.

Measured (CER): one sentence with 0.2, 0.5, 1.0 gives 0.290, 0.298, 0.302 over the Mandarin clips (stock 0.294); a
long interview in long windows gives 0.166 with 0.2 and 0.124 with 0.5 (stock 0.150).
"""


@dataclass(frozen=True)
class Window:
    """Sound from `start` to `end` (seconds) holding the `speech` to be heard."""

    start: float
    end: float
    speech: tuple[Span, ...]

    @property
    def one_sentence(self) -> bool:
        """Short, and without a pause in which another sentence or speaker could begin."""
        return _one_sentence(self.speech)


def pack(
    speech: Sequence[Span],
    duration: float,
    *,
    longest: float = LONGEST,
    pause: float = PAUSE,
) -> list[Window]:
    """Windows over all of `speech`, in order and without overlap; only speech without any pause exceeds `longest`.

    Such speech is cut into equal parts of at most `longest` seconds.
    """
    groups: list[list[Span]] = []
    for span in _cut_long(speech, longest):
        near = groups and span.start - groups[-1][-1].end < pause
        if near and span.end - groups[-1][0].start <= longest:
            groups[-1].append(span)
        else:
            groups.append([span])
    windows = []
    for index, group in enumerate(groups):
        before = groups[index - 1][-1].end if index else 0.0
        after = groups[index + 1][0].start if index + 1 < len(groups) else duration
        # Neighbours share the pause between them by halves; sound before the first and after the last is free.
        left = (before + group[0].start) / 2 if index else 0.0
        right = (after + group[-1].end) / 2 if index + 1 < len(groups) else duration
        margin = SENTENCE_MARGIN if _one_sentence(group) else MARGIN
        start, end = max(left, group[0].start - margin), min(right, group[-1].end + margin)
        windows.append(Window(start, end, tuple(group)))
    return windows


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
