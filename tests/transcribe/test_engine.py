"""The engine with the real model: words heard, silence left empty, all speech accounted for."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.need import need, shared
from transcribe.accounts import coverage
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.engine import Settings, Transcriber
from transcribe.files import transcribe_file
from transcribe.models import BASE_PACKAGES
from transcribe.normalisation import comparable, edit_distance
from transcribe.progress import Cancelled
from transcribe.transcript import Removed, Segment
from transcribe.voice_activity import Span


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    import importlib.util

    need(all(importlib.util.find_spec(package) for package in BASE_PACKAGES), "the base weights' packages")
    return Transcriber(Settings(cache=tmp_path_factory.mktemp("models")))


@pytest.mark.whisper
def test_a_read_sentence(transcriber: Transcriber) -> None:
    path = shared("audio/funasr_asr_example.wav")
    reported: list[tuple[float, float]] = []
    transcript = transcribe_file(path, transcriber, progress=lambda done, total: reported.append((done, total)))
    assert transcript.file == path.name
    assert transcript.duration == pytest.approx(5.55, abs=0.05)
    reference = comparable("欢迎大家来体验达摩院推出的语音识别模型")
    assert edit_distance(reference, comparable(transcript.text)) <= 3
    for segment in transcript.segments:
        assert "".join(word.text for word in segment.words) == segment.text
        assert 0 <= segment.start < segment.end <= transcript.duration
        times = [(word.start, word.end) for word in segment.words]
        assert times == sorted(times)
        assert all(0.0 <= word.probability <= 1.0 for word in segment.words)
    assert transcript.coverage.transcribed == pytest.approx(transcript.coverage.speech, abs=0.5)
    assert reported[-1] == (1.0, 1.0) and reported == sorted(reported)


@pytest.mark.whisper
@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
def test_nothing_said_gives_no_segments(transcriber: Transcriber, kind: str) -> None:
    count = 20 * SAMPLE_RATE
    sound = {
        "silence": np.zeros(count),
        "noise": np.random.default_rng(3).normal(0, 1500, count),
        "tone": 6000 * np.sin(np.arange(count) * 0.17),
    }[kind]
    transcript = transcriber.transcribe(Audio(sound.astype(np.int16)))
    assert transcript.segments == ()
    assert transcript.to_json()["segments"] == []


@pytest.mark.whisper
def test_cancelled_before_the_next_window(transcriber: Transcriber) -> None:
    with pytest.raises(Cancelled):
        transcriber.transcribe(Audio(np.zeros(SAMPLE_RATE, dtype=np.int16)), cancelled=lambda: True)


@pytest.mark.whisper
def test_two_speakers_with_pauses_are_covered(transcriber: Transcriber) -> None:
    transcript = transcribe_file(shared("audio/thuhcsi_dialogue3.wav"), transcriber)
    assert transcript.coverage.transcribed >= 0.9 * transcript.coverage.speech
    assert len(comparable(transcript.text)) >= 80


@pytest.mark.whisper
def test_an_answer_has_no_speaker_and_a_recording_has(transcriber: Transcriber) -> None:
    path = shared("audio/thuhcsi_dialogue3.wav")
    answer = transcribe_file(path, transcriber, one_voice=True)
    assert answer.speakers is None and {segment.speaker for segment in answer.segments} == {None}
    recording = transcribe_file(path, transcriber)
    assert recording.speakers == "spectral" and {segment.speaker for segment in recording.segments} <= {"A", "B"}
    assert comparable(recording.text) == comparable(answer.text)
    for segment in recording.segments:
        assert "".join(word.text for word in segment.words) == segment.text


def test_comparable_forms() -> None:
    assert comparable("從二零一六年起，百分之九十五！") == comparable("从2016年起95%")
    assert comparable("ＡＢc 三千五百 元") == "abc3500元"
    assert edit_distance("聚焦停车", "拒交停车") == 2


def test_coverage_names_what_is_missing() -> None:
    found = coverage(
        [Span(0.0, 10.0), Span(20.0, 25.0), Span(30.0, 33.0)],
        [Segment(0.0, 6.0, "前面有字")],
        [Removed(20.0, 25.0, "字幕由某提供", "credits")],
    )
    assert found.speech == pytest.approx(18.0)
    assert [(part.start, part.end, part.reason) for part in found.skipped] == [
        (6.25, 10.0, "no_text"),
        (20.0, 25.0, "removed"),
        (30.0, 33.0, "no_text"),
    ]
    assert found.transcribed == pytest.approx(18.0 - 3.75 - 5.0 - 3.0)
