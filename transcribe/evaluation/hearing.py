"""Recordings through an engine: ours, or stock faster-whisper on the same weights."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcribe.decode import Audio, decode
from transcribe.engine import Transcriber
from transcribe.evaluation.recordings import Recording
from transcribe.progress import Progress, unreported
from transcribe.stock import Stock
from transcribe.transcript import Coverage, Segment
from transcribe.voice_activity import Span, speech_spans


@dataclass(frozen=True)
class Heard:
    """What an engine made of `duration` seconds of sound in `spent` seconds, decoding the file not counted.

    `speech` is found where the recording's turns are known.
    """

    text: str
    duration: float
    spent: float
    segments: tuple[Segment, ...] = ()
    coverage: Coverage | None = None
    speech: tuple[Span, ...] = ()


def hear(
    recordings: Sequence[Recording],
    transcriber: Transcriber,
    *,
    dialect: str | None = None,
    terms: Sequence[str] = (),
    progress: Progress = unreported,
) -> list[Heard]:
    """Every recording as a draft has it; `terms` are given to the transcriber beside each recording's own."""
    found = []
    for recording, audio in _decoded(recordings, progress):
        began = time.perf_counter()
        made = transcriber.transcribe(audio, dialect=dialect, case_terms=(*terms, *recording.terms))
        spent = time.perf_counter() - began
        speech = speech_spans(audio) if recording.turns else ()
        found.append(Heard(made.text, audio.duration, spent, made.segments, made.coverage, tuple(speech)))
    return found


def hear_stock(recordings: Sequence[Recording], stock: Stock, *, progress: Progress = unreported) -> list[Heard]:
    """Every recording as stock faster-whisper has it."""
    found = []
    for _, audio in _decoded(recordings, progress):
        began = time.perf_counter()
        text = stock.text(audio)
        found.append(Heard(text, audio.duration, time.perf_counter() - began))
    return found


def _decoded(recordings: Sequence[Recording], progress: Progress) -> Iterator[tuple[Recording, Audio]]:
    for number, recording in enumerate(recordings, start=1):
        yield recording, decode(recording.path)
        progress(float(number), float(len(recordings)))
