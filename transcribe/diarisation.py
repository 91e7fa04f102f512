"""Turns of speakers in one recording: stretches of speech described, grouped by voice, parted where voices change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from string import ascii_uppercase
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from transcribe import clustering
from transcribe.campplus import CamPlusPlus
from transcribe.clustering import Vectors
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.progress import IsCancelled, Progress, never, stop_if, unreported
from transcribe.turns import SpeakerTurns, Turn
from transcribe.voice_activity import Span
from transcribe.voices import Spectral, Voices

LONGEST_BREATH = 20.0
"""Seconds described at once."""
CHANGE = 3.0
"""What a change of speaker within one breath must gain, in log likelihood; after a pause it is free."""
SEARCHED = 0.4
"""Seconds around a change in which the quietest moment is taken for it."""


class Diarisation:
    """Turns from descriptions of voices. Keeps one vector for every half second of speech and nothing else."""

    def __init__(self, voices: Voices) -> None:
        self.name = voices.name
        self._voices = voices

    def turns(
        self, audio: Audio, speech: Sequence[Span], *, progress: Progress = unreported, cancelled: IsCancelled = never
    ) -> list[Turn]:
        breaths = list(_breaths(speech))
        stretches = [_stretches(breath, self._voices.window, self._voices.hop) for breath in breaths]
        described = []
        for breath, parts in zip(breaths, stretches, strict=True):
            stop_if(cancelled)
            described.append(self._voices.vectors(audio, breath, parts))
            progress(len(described), len(breaths))
        if not described:
            return []
        costs = self._costs(np.concatenate(described), stretches)
        found: list[Turn] = []
        position = 0
        for breath, parts in zip(breaths, stretches, strict=True):
            labels = _smoothed(costs[position : position + len(parts)])
            found += _turns(audio, breath, parts, labels)
            position += len(parts)
        return _named(found)

    def _costs(self, vectors: Vectors, stretches: Sequence[Sequence[Span]]) -> Vectors:
        """How ill each voice fits each stretch, as half the squared distance in deviations."""
        breaths = [number for number, parts in enumerate(stretches) for _ in parts]
        starts = np.array([part.start for parts in stretches for part in parts])
        unit = clustering.unit(vectors, breaths, starts, self._voices.window)
        if self._voices.one_scale:
            unit = np.full_like(unit, np.sqrt(np.mean(unit**2)))
        scaled = (vectors - vectors.mean(axis=0)) / unit
        centres = clustering.voices(scaled, self._voices.hop, self._voices.apart)
        # Stretches overlap, so each says only its own share.
        share = self._voices.hop / self._voices.window
        weight = scaled.shape[1] / 2 * share
        return np.asarray(clustering.distances(scaled, centres) * weight, dtype=np.float64)


Kind = Literal["spectral", "campplus"]
"""Ways to tell voices apart: by measures of the sound, or by a trained network (an extra)."""


def by_name(kind: Kind) -> SpeakerTurns:
    """Raises what `CamPlusPlus` raises."""
    return Diarisation(CamPlusPlus() if kind == "campplus" else Spectral())


def _breaths(speech: Sequence[Span]) -> Iterator[Span]:
    for span in speech:
        count = max(1, int(-(-span.seconds // LONGEST_BREATH)))
        step = span.seconds / count
        yield from (Span(span.start + step * n, span.start + step * (n + 1)) for n in range(count))


def _stretches(breath: Span, window: float, hop: float) -> list[Span]:
    """Overlapping stretches that fill `breath`; one that is hardly longer than `window` is one stretch."""
    if breath.seconds <= 1.3 * window:
        return [breath]
    count = int(-(-(breath.seconds - window) // hop)) + 1
    return [Span(start, start + window) for start in np.linspace(breath.start, breath.end - window, count).tolist()]


def _smoothed(costs: Vectors) -> NDArray[np.int64]:
    """The cheapest row of voices through a breath, each change paid for (Viterbi 1967)."""
    total = costs[0]
    origins = []
    for row in costs[1:]:
        change = total.min() + CHANGE
        origins.append(np.where(total <= change, np.arange(len(total)), total.argmin()))
        total = np.minimum(total, change) + row
    labels = [int(total.argmin())]
    for origin in reversed(origins):
        labels.append(int(origin[labels[-1]]))
    return np.array(labels[::-1])


def _turns(audio: Audio, breath: Span, stretches: Sequence[Span], labels: NDArray[np.int64]) -> list[Turn]:
    """Turns of one breath; `speaker` is still a number."""
    found: list[Turn] = []
    start, place = breath.start, 0
    for label, same in groupby(labels.tolist()):
        place += len(list(same))
        if place == len(labels):
            end = breath.end
        else:
            last, following = stretches[place - 1], stretches[place]
            middle = (last.start + last.end + following.start + following.end) / 4
            end = _quietest(audio, max(start, middle - SEARCHED), min(breath.end, middle + SEARCHED))
        found.append(Turn(start, end, str(label)))
        start = end
    return found


def _quietest(audio: Audio, start: float, end: float) -> float:
    """The middle of the quietest tenth of a second."""
    tenth = SAMPLE_RATE // 10
    loudness = np.cumsum(np.append(0.0, audio.floats(start, end).astype(np.float64) ** 2))
    if len(loudness) <= tenth + 1:
        return (start + end) / 2
    return start + (int((loudness[tenth:] - loudness[:-tenth]).argmin()) + tenth / 2) / SAMPLE_RATE


def _named(turns: Sequence[Turn]) -> list[Turn]:
    """Letters in order of first appearance; turns of one speaker that touch are one."""
    names: dict[str, str] = {}
    found: list[Turn] = []
    for turn in turns:
        speaker = names.setdefault(turn.speaker, ascii_uppercase[len(names)])
        if found and found[-1].speaker == speaker and turn.start - found[-1].end < 1e-6:
            found[-1] = Turn(found[-1].start, turn.end, speaker)
        else:
            found.append(Turn(turn.start, turn.end, speaker))
    return found
