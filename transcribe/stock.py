"""Stock faster-whisper on the same weights: the measure this engine has to hold against."""

from __future__ import annotations

from faster_whisper import WhisperModel

from transcribe.decode import Audio
from transcribe.engine import Transcriber


class Stock:
    """faster-whisper as it comes: its own defaults (beam 5, no prompt, temperature fallback), language given.

    Takes weights, threads, device and precision from `transcriber`, and nothing else.
    """

    def __init__(self, transcriber: Transcriber) -> None:
        settings = transcriber.settings
        self._whisper = WhisperModel(
            transcriber.model.source,
            device=settings.device,
            compute_type=settings.precision,
            cpu_threads=settings.threads,
        )

    def text(self, audio: Audio, language: str = "zh") -> str:
        """All text of `audio`."""
        segments, _ = self._whisper.transcribe(audio.floats(0.0, audio.duration), language=language)
        return "".join(segment.text for segment in segments)
