"""Voices made on the spot: a glottal pulse train through the formants of changing vowels (Fant's source and filter)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.turns import Turn
from transcribe.voice_activity import Span

# Where the first three formants of a man's vowels lie (Hz), after Peterson and Barney, JASA 24, 1952.
FORMANTS = ((270, 730), (840, 2290), (2240, 3010))


@dataclass(frozen=True)
class Voice:
    """`pitch` in Hz; `tract`: how many times higher its formants are than a man's."""

    pitch: float
    tract: float


MAN, WOMAN, BOY = Voice(110, 1.0), Voice(205, 1.17), Voice(270, 1.32)


def says(voice: Voice, seconds: float, seed: int = 0, loudness: float = 3000) -> NDArray[np.float64]:
    """`voice` on random vowels, five a second, its pitch moving by a tenth."""
    random = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    bends = 3 + int(4 * seconds)
    moving = np.interp(np.arange(count), np.linspace(0, count, bends), random.normal(0, 0.1, bends))
    phase = np.cumsum(voice.pitch * np.exp(moving)) / SAMPLE_RATE
    source = np.diff(np.floor(phase), prepend=0.0) + random.normal(0, 0.01, count)
    parts = []
    for start in range(0, count, SAMPLE_RATE // 5):
        formants = np.array([random.uniform(*bounds) for bounds in FORMANTS]) * voice.tract
        parts.append(_resonated(source[start : start + SAMPLE_RATE // 5], formants))
    sound = np.concatenate(parts)
    return sound / np.sqrt(np.mean(sound**2)) * loudness


def conversation(*said: tuple[str, Voice, float], pause: float = 0.5) -> tuple[Audio, list[Turn], list[Span]]:
    """Each of `said` (speaker, voice, seconds) after the other: the sound, the true turns, and where speech is."""
    parts, turns, spans = [np.zeros(SAMPLE_RATE // 2)], [], []
    position = 0.5
    for number, (speaker, voice, seconds) in enumerate(said):
        loudness = 3000 * (0.7 + 0.3 * (number % 3))
        parts += [says(voice, seconds, number, loudness), np.zeros(round(pause * SAMPLE_RATE))]
        turns.append(Turn(position, position + seconds, speaker))
        position += seconds + pause
        if pause or not spans:
            spans.append(Span(turns[-1].start, turns[-1].end))
        else:
            spans[-1] = Span(spans[-1].start, turns[-1].end)
    noise = np.random.default_rng(1).normal(0, 10, sum(map(len, parts)))
    return Audio((np.concatenate(parts) + noise).astype(np.int16)), turns, spans


def _resonated(source: NDArray[np.float64], formants: NDArray[np.float64]) -> NDArray[np.float64]:
    bins = np.fft.rfftfreq(len(source), 1 / SAMPLE_RATE)
    gain = 1 / (1 + (bins / 500) ** 2)
    for formant in formants:
        gain = gain * formant**2 / np.hypot(formant**2 - bins**2, bins * 90)
    return np.fft.irfft(np.fft.rfft(source) * gain, len(source))
