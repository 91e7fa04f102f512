"""A transcription that was interrupted gives, word for word and digit for digit, what an uninterrupted one gives."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.need import need, shared
from transcribe.checkpoint import Again, Checkpoint, Heard, Notes, Stretch
from transcribe.decode import Audio, decode
from transcribe.engine import Settings, Transcriber
from transcribe.models import BASE_PACKAGES
from transcribe.progress import Cancelled
from transcribe.recogniser import Hearing
from transcribe.transcript import Removed, Segment, Transcript, Word
from transcribe.voice_activity import Span
from transcribe.windows import Window

SPEECH = (Span(0.1 + 0.2, 2 / 3), Span(1.0, 1.7))
WINDOWS = (Window(SPEECH[:1], (Span(0.0, 0.8),)), Window(SPEECH[1:], (Span(0.8, 2.0),)))
HEARD = Heard(
    1, (Segment(1 / 3, 0.7, "你好", (Word(1 / 3, 0.7, "你好", 1 / 7),)),), (Removed(0.1, 0.2, "谢谢观看", "credits"),)
)


class Kept:
    """What a store would have: plain JSON, in order."""

    def __init__(self, stretches: list[Stretch] | None = None) -> None:
        self.stretches = list(stretches or [])

    def keep(self, position: int, stretch: Stretch) -> None:
        self.stretches[position:] = [json.loads(json.dumps(stretch))]

    def checkpoint(self, recording: str = "a") -> Checkpoint:
        return Checkpoint(recording, tuple(self.stretches), self.keep)


def test_notes_come_back_exactly() -> None:
    kept = Kept()
    notes = Notes.read(kept.checkpoint(), "key")
    assert notes.plan is None
    plan = notes.begin(SPEECH, WINDOWS)
    notes.add(HEARD)
    again = Notes.read(kept.checkpoint(), "key")
    assert again.plan == plan and (plan.speech, plan.windows) == (SPEECH, WINDOWS)
    assert (again.done, again.segments, again.removed) == (1, list(HEARD.segments), list(HEARD.removed))
    again.add(Heard(1))
    assert len(kept.stretches) == 3


def test_what_was_heard_again_is_asked_once() -> None:
    kept, asked = Kept(), []
    hearing = Hearing((Word(1 / 3, 0.7, "王建国", 1 / 7),), -1 / 3, 0.1, 1.2)

    def hear() -> Again:
        asked.append(1)
        return Again("1.5 2.5 王建国", hearing=hearing)

    for _ in range(2):
        notes = Notes.read(kept.checkpoint(), "key")
        if notes.plan is None:
            notes.begin(SPEECH, WINDOWS)
            notes.add(HEARD)
        assert notes.ask("1.5 2.5 王建国", hear).hearing == hearing and notes.done == 1
    assert len(asked) == 1


@pytest.mark.parametrize(
    "spoil", [lambda stretches: stretches[0].update(key="other"), lambda stretches: stretches[0].pop("windows")]
)
def test_notes_of_another_key_or_form_are_replaced(spoil: Callable[[list[Any]], object]) -> None:
    kept = Kept()
    notes = Notes.read(kept.checkpoint(), "key")
    notes.begin(SPEECH, WINDOWS)
    notes.add(HEARD)
    spoil(kept.stretches)
    other = Notes.read(kept.checkpoint(), "key")
    assert (other.plan, other.done, other.segments) == (None, 0, [])
    other.begin(SPEECH, WINDOWS)
    assert len(kept.stretches) == 1, "nothing of both is ever mixed"


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    need(all(importlib.util.find_spec(package) for package in BASE_PACKAGES), "the base weights' packages")
    return Transcriber(Settings(cache=tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def dialogue() -> Audio:
    """A dialogue again and again: more windows than are heard side by side in two steps."""
    samples = decode(shared("audio/thuhcsi_dialogue3.wav")).samples
    pause = np.zeros(3 * 16_000, dtype=np.int16)
    return Audio(np.concatenate([samples, pause] * 5))


@pytest.fixture(scope="module")
def whole(transcriber: Transcriber, dialogue: Audio) -> Transcript:
    return transcriber.transcribe(dialogue)


def steps(kept: Kept) -> int:
    return len(kept.stretches) - 1


@pytest.mark.whisper
def test_interrupted_after_every_step(transcriber: Transcriber, dialogue: Audio, whole: Transcript) -> None:
    kept, runs, result = Kept(), 0, None
    seen: list[float] = []
    while result is None:
        before = len(kept.stretches)
        try:
            result = transcriber.transcribe(
                dialogue,
                checkpoint=kept.checkpoint(),
                cancelled=lambda before=before: len(kept.stretches) > max(before, 1),
                progress=lambda done, total: seen.append(done / total),
            )
        except Cancelled:
            runs += 1
    assert runs >= 3 and steps(kept) >= 3
    assert result == whole and result.segments
    assert seen[-1] == 1.0 and seen.count(1.0) <= 2
    heard = [round(share, 9) for share in seen if share > 0.02]
    assert heard == sorted(heard), "a run goes on where the one before was"


@pytest.mark.whisper
def test_another_models_or_recordings_checkpoint_is_refused(transcriber: Transcriber, dialogue: Audio) -> None:
    short = Audio(dialogue.samples[: 9 * 16_000])
    kept = Kept()
    wanted = transcriber.transcribe(short, checkpoint=kept.checkpoint())
    windows = len(kept.stretches[0]["windows"])
    silent = [kept.stretches[0], {"windows": windows, "segments": [], "removed": []}]
    assert transcriber.transcribe(short, checkpoint=Kept(silent).checkpoint()).text == "", "its own is believed"
    assert transcriber.transcribe(short, checkpoint=Kept(silent).checkpoint("another recording")) == wanted
    other = Transcriber(replace(transcriber.settings, beam=4))
    assert other.transcribe(short, checkpoint=Kept(silent).checkpoint()).text
