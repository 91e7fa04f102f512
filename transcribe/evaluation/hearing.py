"""Recordings through an engine: ours, or stock faster-whisper on the same weights."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from transcribe.decode import Audio, decode
from transcribe.engine import Transcriber
from transcribe.evaluation.recordings import Recording
from transcribe.progress import Progress, unreported
from transcribe.stock import Stock
from transcribe.transcript import Coverage, Segment


@dataclass(frozen=True)
class Heard:
    """What an engine made of `duration` seconds of sound in `spent` seconds, decoding the file not counted."""

    text: str
    duration: float
    spent: float
    segments: tuple[Segment, ...] = ()
    coverage: Coverage | None = None


def hear(
    recordings: Sequence[Recording],
    transcriber: Transcriber,
    *,
    dialect: str | None = None,
    terms: Sequence[str] = (),
    progress: Progress = unreported,
) -> list[Heard]:
    """Every recording as a draft has it; `terms` are given to the transcriber beside each recording's own."""

    def transcribe(audio: Audio, recording: Recording) -> Heard:
        case_terms = (*terms, *recording.terms)
        made = transcriber.transcribe(audio, dialect=dialect, case_terms=case_terms)
        return Heard(made.text, audio.duration, 0.0, made.segments, made.coverage)

    return _each(recordings, transcribe, progress)


def hear_stock(recordings: Sequence[Recording], stock: Stock, *, progress: Progress = unreported) -> list[Heard]:
    """Every recording as stock faster-whisper has it."""
    return _each(recordings, lambda audio, _: Heard(stock.text(audio), audio.duration, 0.0), progress)


def _each(
    recordings: Sequence[Recording], work: Callable[[Audio, Recording], Heard], progress: Progress
) -> list[Heard]:
    found = []
    for number, recording in enumerate(recordings, start=1):
        audio = decode(recording.path)
        began = time.perf_counter()
        heard = work(audio, recording)
        found.append(replace(heard, spent=time.perf_counter() - began))
        progress(float(number), float(len(recordings)))
    return found
