"""Where someone speaks, by the Silero detector that comes with faster-whisper (MIT)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps, get_vad_model

from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.progress import IsCancelled, Progress, never, stop_if, unreported

BLOCK_SECONDS = 600.0

SHORTEST = 0.15
"""Seconds a voice must last: the shortest syllables said by themselves do, clicks and beeps the detector falls for do
not."""


_FRAME = 512  # samples the detector looks at
_LEAD_SECONDS = 1.0  # before the first span: the detector remembers what it heard


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def speech_spans(
    audio: Audio,
    *,
    threshold: float = 0.5,
    minimum_silence: float = 0.3,
    padding: float = 0.1,
    cancelled: IsCancelled = never,
    progress: Progress = unreported,
) -> list[Span]:
    """Stretches of speech in order, without overlap; pauses under `minimum_silence` seconds do not split them.

    Works in blocks, so hours of sound never become float samples at once. `progress` gets seconds looked at.
    """
    options = VadOptions(
        threshold=threshold,
        min_speech_duration_ms=round(SHORTEST * 1000),
        min_silence_duration_ms=round(minimum_silence * 1000),
        speech_pad_ms=round(padding * 1000),
    )
    spans: list[Span] = []
    position = 0.0
    while position < audio.duration:
        stop_if(cancelled)
        for found in get_speech_timestamps(audio.floats(position, position + BLOCK_SECONDS), options):
            start = position + found["start"] / SAMPLE_RATE
            end = min(position + found["end"] / SAMPLE_RATE, audio.duration)
            if spans and start - spans[-1].end < minimum_silence:
                spans[-1] = Span(spans[-1].start, end)
            elif end > start:
                spans.append(Span(start, end))
        position += BLOCK_SECONDS
        progress(min(position, audio.duration), audio.duration)
    return spans


def certainty(audio: Audio, spans: Sequence[Span]) -> float:
    """The detector's mean probability (0 to 1) of a voice within `spans`, which are in order; 0 when there are none."""
    begin = max(0.0, spans[0].start - _LEAD_SECONDS) if spans else 0.0
    samples = audio.floats(begin, spans[-1].end) if spans else audio.floats(0.0, 0.0)
    if not len(samples):
        return 0.0
    probabilities = get_vad_model()(np.pad(samples, (0, -len(samples) % _FRAME))).reshape(-1)
    middles = begin + (np.arange(len(probabilities)) + 0.5) * _FRAME / SAMPLE_RATE
    within = np.any([(span.start <= middles) & (middles < span.end) for span in spans], axis=0)
    return float(probabilities[within].mean()) if within.any() else 0.0


def overlap(start: float, end: float, spans: Sequence[Span]) -> float:
    """Seconds of [start, end] that lie within `spans` (which do not overlap each other)."""
    return sum(max(0.0, min(end, span.end) - max(start, span.start)) for span in spans)


def total(spans: Sequence[Span]) -> float:
    """Seconds in all `spans` together."""
    return sum(span.seconds for span in spans)


def without(spans: Sequence[Span], covered: Sequence[Span]) -> list[Span]:
    """The parts of `spans` that `covered` (in order of start) leaves open."""
    left: list[Span] = []
    for span in spans:
        position = span.start
        for cover in covered:
            if cover.end <= position or cover.start >= span.end:
                continue
            if cover.start > position:
                left.append(Span(position, cover.start))
            position = max(position, cover.end)
        if position < span.end:
            left.append(Span(position, span.end))
    return left
