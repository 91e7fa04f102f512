"""How a recording is cut into what the model hears at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.voice_activity import Span, total
from transcribe.windows import KEPT_PAUSE, LONGEST, MARGIN, pack


def spans(*parts: tuple[float, float]) -> list[Span]:
    return [Span(start, end) for start, end in parts]


@given(st.lists(st.tuples(st.floats(0.05, 60.0), st.floats(0.2, 70.0)), max_size=30))
def test_windows_hold_all_speech_once_and_fit(parts: list[tuple[float, float]]) -> None:
    speech, position = [], 0.0
    for pause, length in parts:
        speech.append(Span(position + pause, position + pause + length))
        position += pause + length
    windows = pack(speech, position + 1.0)
    held = [part for window in windows for part in window.speech]
    assert total(held) == pytest.approx(total(speech))
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(held))
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(windows))
    for window in windows:
        assert total(window.pieces) <= LONGEST + 2 * MARGIN + 1e-6
        assert all(
            any(p.start <= s.start + 1e-9 and s.end <= p.end + 1e-9 for p in window.pieces) for s in window.speech
        )


def test_long_pauses_are_shortened_and_times_lead_back() -> None:
    audio = Audio(np.arange(60 * SAMPLE_RATE, dtype=np.int64).astype(np.int16))
    (window,) = pack(spans((2.0, 5.0), (30.0, 34.0)), 60.0)
    kept = KEPT_PAUSE / 2
    assert window.pieces == (Span(1.5, 5.0 + kept), Span(30.0 - kept, 34.5))
    sound = window.sound(audio)
    assert len(sound) / SAMPLE_RATE == pytest.approx(total(window.pieces), abs=0.001)
    for seconds in (0.0, 2.0, 3.99, 4.1, 8.0):
        heard = sound[round(seconds * SAMPLE_RATE)]
        assert audio.floats(window.moment(seconds), window.moment(seconds) + 0.01)[0] == pytest.approx(heard, abs=1e-4)
    assert window.moment(1000.0) == window.end


def test_cuts_fall_where_people_pause() -> None:
    sentences = spans((0.5, 8.0), (8.3, 15.0), (16.5, 22.0), (22.3, 30.0), (30.3, 38.0))
    assert [window.speech[0].start for window in pack(sentences, 40.0)] == [0.5, 16.5]


def test_a_sentence_is_known_by_its_length_and_its_pauses() -> None:
    (alone,) = pack(spans((1.0, 4.0), (4.4, 6.0)), 10.0)
    assert (alone.one_sentence, alone.start, alone.end) == (True, 0.8, 6.2)
    (two,) = pack(spans((1.0, 4.0), (5.0, 6.0)), 10.0)
    assert not two.one_sentence
    assert pack([], 10.0) == []
