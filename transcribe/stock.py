"""Stock faster-whisper on the same weights: the measure this engine has to hold against."""

from __future__ import annotations

import numpy as np
from faster_whisper import WhisperModel

from transcribe import engines
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.engine import Settings
from transcribe.engines.whisper import placed
from transcribe.models import resolve


class Stock:
    """faster-whisper as it comes: its own defaults (beam 5, no prompt, temperature fallback), language given.

    Takes weights, threads, device and precision from `settings`, and nothing else.
    """

    def __init__(self, settings: Settings) -> None:
        _, wanted = engines.split(settings.model)
        device, precision = placed(settings.options)
        self._whisper = WhisperModel(
            resolve(wanted, settings.cache).source, device=device, compute_type=precision, cpu_threads=settings.threads
        )

    def warm(self) -> None:
        """Hear a second of silence, as `Transcriber.warm` does."""
        self.text(Audio(np.zeros(SAMPLE_RATE, dtype=np.int16)))

    def text(self, audio: Audio, language: str = "zh") -> str:
        """All text of `audio`."""
        segments, _ = self._whisper.transcribe(audio.floats(0.0, audio.duration), language=language)
        return "".join(segment.text for segment in segments)
