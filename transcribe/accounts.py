"""The account of a recording: how much of the speech stands under text, and where too little does to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from transcribe import voice_activity
from transcribe.listening import NOTICED, covered_by
from transcribe.normalisation import comparable
from transcribe.transcript import Coverage, Removed, Segment, Skipped
from transcribe.voice_activity import Span
from transcribe.windows import Window

LEAST_SHARE = 0.5
"""Of the recording's own characters a second, under which a window is heard again in parts."""

LEAST_SPEECH = 3.0
"""Seconds of speech under which a window's pace says nothing."""

LEAST_WINDOWS = 3
"""Windows that make a norm."""


def coverage(speech: Sequence[Span], segments: Sequence[Segment], removed: Sequence[Removed]) -> Coverage:
    """How much of `speech` stands under text, and each stretch of half a second or more that does not."""
    open_spans = voice_activity.without(speech, covered_by(segments))
    skipped = []
    for span in open_spans:
        if span.seconds >= NOTICED:
            cut = any(part.start < span.end and part.end > span.start for part in removed)
            skipped.append(Skipped(span.start, span.end, "removed" if cut else "no_text"))
    total = voice_activity.total(speech)
    return Coverage(total, total - sum(part.end - part.start for part in skipped), tuple(skipped))


def suspects(windows: Sequence[Window], segments: Sequence[Segment]) -> list[Window]:
    """Windows whose text is far shorter than this recording's speakers would have said in the time."""
    paces = {}
    for number, window in enumerate(windows):
        speech = voice_activity.total(window.speech)
        if speech >= LEAST_SPEECH:
            paces[number] = sum(len(comparable(part.text)) for part in within(window, segments)) / speech
    if len(paces) < LEAST_WINDOWS:
        return []
    norm = median(paces.values())
    return [windows[number] for number, pace in paces.items() if pace < LEAST_SHARE * norm]


def within(window: Window, segments: Sequence[Segment]) -> list[Segment]:
    """The segments heard in `window`."""
    return [segment for segment in segments if window.start <= segment.start < window.end]
