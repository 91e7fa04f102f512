"""A second engine is one file; device and precision suit each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

from models.errors import Unavailable
from transcribe import engines, voice_activity
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.engine import Settings, Transcriber
from transcribe.engines.whisper import placed
from transcribe.voice_activity import Span
from transcribe.windows import Window

PARROT = '''
"""Says what its model is called, a character every fifth of a second."""

from transcribe.models import Model
from transcribe.recogniser import Hearing
from transcribe.transcript import Word


class Parrot:
    def __init__(self, phrase):
        self.model = Model(phrase, "")

    def language_for(self, wanted):
        return wanted

    def hear(self, sound, language, *, cancelled, **hints):
        cancelled()
        words = (Word(0.2 * n, 0.2 * n + 0.2, one, 0.9) for n, one in enumerate(self.model.name))
        return Hearing(tuple(words), likelihood=-0.1, no_speech=0.0, compression=1.0)


def load(model, options):
    return Parrot(model or "你好")
'''


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parrot.py").write_text(PARROT, encoding="utf-8")
    monkeypatch.setattr(engines, "__path__", [*engines.__path__, str(tmp_path)])
    monkeypatch.setattr(voice_activity, "speech_spans", lambda audio, **_: [Span(0.0, audio.duration)])


@pytest.mark.usefixtures("parrot")
def test_an_engine_added_as_one_file_makes_drafts() -> None:
    assert engines.names() == ("parrot", "whisper")
    audio = Audio(np.zeros(2 * SAMPLE_RATE, dtype=np.int16))
    transcript = Transcriber(Settings(model="parrot:今天天气很好")).transcribe(audio)
    assert (transcript.text, transcript.model) == ("今天天气很好", "今天天气很好")
    assert [part.reason for part in transcript.coverage.skipped] == ["no_text"]  # what it left out is told


@pytest.mark.usefixtures("parrot")
def test_a_colon_alone_names_no_engine() -> None:
    assert engines.split("parrot:x") == ("parrot", "x")
    assert engines.split("parrot:") == ("parrot", None)
    assert engines.split("C:/models/base") == ("whisper", "C:/models/base")
    assert engines.split("large-v3") == ("whisper", "large-v3")
    assert engines.split(None) == ("whisper", None)


def test_precision_follows_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    assert placed(engines.Options()) == ("cpu", "int8")
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    assert placed(engines.Options(device="auto")) == ("cpu", "int8")
    assert placed(engines.Options(precision="float32")) == ("cpu", "float32")
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda _device: {"float16", "int8_float16"})
    assert placed(engines.Options(device="auto")) == ("cuda", "float16")
    assert placed(engines.Options(device="cuda", precision="int8_float16")) == ("cuda", "int8_float16")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (engines.Options(device="cuda"), "model.no_device"),
        (engines.Options(precision="float17"), "model.precision"),
    ],
)
def test_what_the_machine_cannot_do_is_refused(
    monkeypatch: pytest.MonkeyPatch, options: engines.Options, code: str
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    with pytest.raises(Unavailable) as fault:
        placed(options)
    assert fault.value.code == code


@pytest.mark.usefixtures("parrot")
def test_work_that_lets_other_work_pass_keeps_nothing_it_needs() -> None:
    transcriber = Transcriber(Settings(model="parrot:好", threads=1))
    audio = Audio(np.zeros(2 * SAMPLE_RATE, dtype=np.int16))
    passed: list[str] = []

    def let_pass() -> bool:
        if not passed:
            passed.append("")
            passed[0] = transcriber.transcribe(audio).text
        return False

    hearing = ThreadPoolExecutor(1).submit(
        transcriber._listener.hear, audio, [Window((Span(0.0, 2.0),), (Span(0.0, 2.0),))], "zh", let_pass
    )
    hearing.result(timeout=30)
    assert "好" in passed[0]
