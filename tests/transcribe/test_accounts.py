"""Windows that hold too little text for their speech."""

from __future__ import annotations

from transcribe.accounts import suspects
from transcribe.transcript import Segment
from transcribe.voice_activity import Span
from transcribe.windows import Window


def window(start: float, seconds: float) -> Window:
    span = Span(start, start + seconds)
    return Window((span,), (span,))


WINDOWS = [window(0, 20), window(20, 20), window(40, 20), window(60, 20), window(80, 1)]


def heard(*counts: int) -> list[Segment]:
    return [Segment(each.start, each.end, "的" * count) for each, count in zip(WINDOWS, counts, strict=True) if count]


def test_a_window_far_slower_than_the_recording_is_suspect() -> None:
    assert suspects(WINDOWS, heard(90, 85, 30, 80, 1)) == [WINDOWS[2]]
    assert suspects(WINDOWS, heard(90, 0, 80, 80, 0)) == [WINDOWS[1]]


def test_a_slow_speaker_is_not_suspect() -> None:
    assert suspects(WINDOWS, heard(30, 28, 26, 32, 0)) == []


def test_two_windows_make_no_norm() -> None:
    assert suspects(WINDOWS[:2], heard(90, 1, 0, 0, 0)[:2]) == []
