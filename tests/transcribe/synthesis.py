"""Noise, tones and resonances that sounds are put together from, at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.decode import SAMPLE_RATE

Sound = NDArray[np.floating[Any]]


def time(count: int) -> Sound:
    return np.arange(count) / SAMPLE_RATE


def noise(count: int, rng: np.random.Generator, gain: Callable[[Sound], Sound]) -> Sound:
    """Noise whose spectrum is `gain` of the frequency in Hz, with peak 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    shaped = np.fft.irfft(spectrum * gain(np.fft.rfftfreq(count, 1 / SAMPLE_RATE)), count)
    return shaped / max(float(np.abs(shaped).max()), 1e-9)


def band(low: float, high: float) -> Callable[[Sound], Sound]:
    return lambda f: 1 / (1 + (low / np.maximum(f, 1.0)) ** 4) / (1 + (f / high) ** 4)


def slow(count: int, rng: np.random.Generator, per_second: float) -> Sound:
    """A smooth random course in 0..1 that changes about `per_second` times a second."""
    knots = max(4, round(count / SAMPLE_RATE * per_second) + 2)
    return np.interp(np.linspace(0, knots - 1, count), np.arange(knots), rng.random(knots))


def place(sound: Sound, at: float, piece: Sound, gain: float = 1.0) -> None:
    start = round(at * SAMPLE_RATE)
    part = piece[: max(0, len(sound) - start)]
    sound[start : start + len(part)] += gain * part


def times(count: int, rng: np.random.Generator, shortest: float, longest: float) -> list[float]:
    """Moments apart by `shortest` to `longest` seconds."""
    moments, at = [], float(rng.uniform(0, longest))
    while at < count / SAMPLE_RATE:
        moments.append(at)
        at += float(rng.uniform(shortest, longest))
    return moments


def decay(seconds: float, half: float) -> Sound:
    """An envelope of `seconds` that halves every `half` seconds, after an attack of 4 ms."""
    t = time(round(seconds * SAMPLE_RATE))
    return np.minimum(t / 0.004, 1.0) * 0.5 ** (t / half)


def harmonic(pitch: Sound, weights: Sequence[float]) -> Sound:
    """A tone of the course `pitch` in Hz with harmonics of `weights`."""
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    return sum((w * np.sin((n + 1) * phase) for n, w in enumerate(weights)), np.zeros(len(pitch)))


def throat(pitch: Sound, formants: Sequence[tuple[float, float]]) -> Sound:
    """A buzz of the course `pitch` through fixed resonances (Hz, gain): a voice that says nothing."""
    sound = np.zeros(len(pitch))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    middle = float(np.mean(pitch))
    for n in range(1, int(4000 / middle) + 1):
        gain = sum(g / (1 + ((n * middle - f) / 90) ** 2) for f, g in formants) + 0.05 / n
        sound += gain * np.sin(n * phase)
    return sound / max(float(np.abs(sound).max()), 1e-9)
