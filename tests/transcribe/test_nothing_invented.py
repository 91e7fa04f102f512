"""Where nobody says a word, the draft is empty; where somebody does, nothing of it is taken away."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from tests.support.need import need
from tests.transcribe import nonspeech
from transcribe.decode import Audio
from transcribe.engine import Settings, Transcriber
from transcribe.models import BASE_PACKAGES


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    need(all(importlib.util.find_spec(package) for package in BASE_PACKAGES), "the base weights' packages")
    return Transcriber(Settings(cache=tmp_path_factory.mktemp("models")))


@pytest.mark.whisper
@pytest.mark.parametrize("kind", nonspeech.KINDS)
def test_two_minutes_without_a_word_give_an_empty_draft(transcriber: Transcriber, kind: str) -> None:
    for level in nonspeech.LEVELS:
        transcript = transcriber.transcribe(nonspeech.recording(kind, level))
        assert transcript.text == ""
        # Whatever the model wrote is told with its reason, and so is the sound taken for speech.
        assert all(part.reason and part.text for part in transcript.removed)
        assert transcript.coverage.transcribed == pytest.approx(
            transcript.coverage.speech - sum(part.end - part.start for part in transcript.coverage.skipped)
        )


@pytest.mark.whisper
def test_one_sound_after_another(transcriber: Transcriber) -> None:
    parts = [nonspeech.recording(kind, -12.0, 3.0, seed=1).samples for kind in nonspeech.KINDS]
    assert transcriber.transcribe(Audio(np.concatenate(parts))).text == ""
