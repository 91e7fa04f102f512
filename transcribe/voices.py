"""What a voice sounds like, as numbers: cepstral means and pitch, by nothing but numpy.

Mel-frequency cepstral coefficients as in Davis and Mermelstein, "Comparison of parametric representations for
monosyllabic word recognition", IEEE TASSP 28(4), 1980; pitch by the autocorrelation of Boersma, "Accurate short-term
analysis of the fundamental frequency", IFA Proceedings 17, 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from transcribe.clustering import Vectors
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.voice_activity import Span

Floats = NDArray[np.float32]

STEP = 160
FRAMES_PER_SECOND = SAMPLE_RATE / STEP
_FRAME, _FFT = 400, 512
_MELS, _CEPSTRA = 40, 12
_PITCH_RATE = 8000
_PITCH_FRAME = 400
_HIGHEST, _LOWEST = 400, 65  # Hz, of a speaking voice
_VOICED = 0.5  # autocorrelation
_FLOOR = np.float32(1e-4)
"""Of the mean energy of a band: what lies 40 dB below says more about the room and loudness than about the voice."""


class Voices(Protocol):
    """Describes stretches of sound by who speaks there."""

    name: str
    window: float
    """Seconds of a stretch."""
    hop: float
    """Seconds from one to the next."""
    apart: float
    """How far the centres of two voices lie apart at least, in deviations between stretches of one breath."""
    one_scale: bool
    """Whether all dimensions count alike, as those of a trained embedding, or each by its own deviation."""

    def vectors(self, audio: Audio, breath: Span, stretches: Sequence[Span]) -> Vectors:
        """One row for each of `stretches`, which lie in `breath` (under half a minute)."""
        ...


class Spectral:
    """Mean cepstra and pitch of the voiced frames.

    `apart` was chosen, with `clustering.DOUBT` and `UNSURE`, on conversations joined from clips of other speakers, so
    that whoever speaks alone stays one; two people in a minute or more are found from 1.0 to 1.2 alike.
    """

    name = "spectral"
    window, hop = 1.5, 0.5
    apart = 1.1
    one_scale = False

    def vectors(self, audio: Audio, breath: Span, stretches: Sequence[Span]) -> Vectors:
        samples = audio.floats(breath.start, breath.end)
        samples = np.pad(samples, (0, max(0, 2 * _FRAME - len(samples))))
        cepstra, energy = _cepstra(samples)
        pitch, voicing = _pitch(samples, len(cepstra))
        rows = []
        for part in stretches:
            first = min(int((part.start - breath.start) * FRAMES_PER_SECOND), len(energy) - 1)
            span = slice(first, max(first + 1, int((part.end - breath.start) * FRAMES_PER_SECOND)))
            loud = energy[span] >= np.quantile(energy[span], 0.4)
            voiced = loud & (voicing[span] > _VOICED)
            chosen = voiced if voiced.sum() >= 8 else loud
            middle, high = np.quantile(pitch[span][chosen], (0.5, 0.75))
            rows.append([*cepstra[span][chosen].mean(axis=0), middle, high])
        return np.array(rows, dtype=np.float64)


def mel_filters(bands: int, lowest: float, highest: float) -> Floats:
    """Triangular filters on the mel scale (O'Shaughnessy 1987); (bands, bins of a transform of 512)."""
    edges = np.linspace(1127 * np.log1p(lowest / 700), 1127 * np.log1p(highest / 700), bands + 2)
    bins = 1127 * np.log1p(np.arange(_FFT // 2 + 1) * SAMPLE_RATE / _FFT / 700)
    width = edges[1] - edges[0]
    return np.asarray(np.maximum(0, 1 - np.abs(bins[None] - edges[1:-1, None]) / width), dtype=np.float32)


_FILTERS = mel_filters(_MELS, 60, 7600).T
_COSINES = np.array(
    [[np.cos(np.pi * order * (band + 0.5) / _MELS) for order in range(1, _CEPSTRA + 1)] for band in range(_MELS)],
    dtype=np.float32,
) * np.sqrt(2 / _MELS)


def _cepstra(samples: Floats) -> tuple[Floats, Floats]:
    """Cepstra without the zeroth, (frames, 12), and the mean log energy of the bands."""
    sharpened = np.append(samples[:1], samples[1:] - np.float32(0.97) * samples[:-1])
    frames = sliding_window_view(sharpened, _FRAME)[::STEP] * np.hamming(_FRAME).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, _FFT, axis=1)) ** 2
    bands = power @ _FILTERS
    logs = np.log(bands + _FLOOR * bands.mean() + np.float32(1e-10))
    return logs @ _COSINES, logs.mean(axis=1)


def _pitch(samples: Floats, count: int) -> tuple[Floats, Floats]:
    """Log pitch (Hz) and how periodic the sound is (1: wholly) of `count` frames."""
    halved = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1)
    halved = np.pad(halved, (_PITCH_FRAME // 4, _PITCH_FRAME))
    frames = sliding_window_view(halved, _PITCH_FRAME)[:: STEP // 2][:count]
    window = np.hanning(_PITCH_FRAME).astype(np.float32)
    found = _autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * window)
    own = _autocorrelation(window[None])
    shortest, longest = _PITCH_RATE // _HIGHEST, _PITCH_RATE // _LOWEST
    lags = np.arange(shortest, longest + 1)
    likeness = found[:, lags] / (found[:, :1] + 1e-9) / (own[:, lags] / own[:, :1])
    # Twice the period fits as well as the period: short lags get a small preference.
    likeness -= 0.02 * np.log(lags / shortest)
    pitch = np.log(_PITCH_RATE / lags[likeness.argmax(axis=1)])
    return pitch.astype(np.float32), likeness.max(axis=1).astype(np.float32)


def _autocorrelation(frames: Floats) -> Floats:
    power = np.abs(np.fft.rfft(frames, 1024, axis=1)) ** 2
    return np.asarray(np.fft.irfft(power, axis=1)[:, : _PITCH_FRAME // 2 + 1], dtype=np.float32)
