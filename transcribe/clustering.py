"""How many voices are heard, and which stretch of sound is whose: k-means on vectors that describe a voice.

The unit of distance comes from the recording itself: what changes between neighbouring stretches of one breath is what
is said, not who says it. Two groups are two voices when their centres lie further apart than that, by a factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

MOST_VOICES = 5
LEAST_SPEECH = 2.0
"""Seconds of speech that a voice must have."""
UNSURE = 2.0
"""How much (in squared units) a centre may be off by chance, times seconds heard of it."""
DOUBT = 5
"""Pairs of stretches that must be seen before their deviation counts more than that of the whole recording."""
SAMPLE = 2000
"""Vectors that k-means looks at: hours of sound are thinned out evenly."""
_STARTS, _ROUNDS = 8, 50

Vectors = NDArray[np.float64]


def unit(vectors: Vectors, breaths: Sequence[int], starts: NDArray[np.float64], length: float) -> Vectors:
    """Per dimension, the deviation between stretches of one breath that do not overlap; at most that of all.

    `breaths` says which span a vector comes from, `starts` (seconds) where it begins; each covers `length` seconds.
    """
    whole = vectors.std(axis=0)
    differences = []
    for left in range(len(vectors)):
        for right in range(left + 1, len(vectors)):
            if breaths[right] != breaths[left]:
                break
            if starts[right] - starts[left] >= length - 0.05:
                differences.append(vectors[right] - vectors[left])
                break
    within = np.square(np.array(differences)).sum(axis=0) / 2 if differences else 0.0
    pooled = (within + DOUBT * whole**2) / (len(differences) + DOUBT)
    return np.asarray(np.sqrt(np.minimum(pooled, whole**2)) + 1e-9, dtype=np.float64)


def voices(scaled: Vectors, seconds: float, apart: float) -> Vectors:
    """The centres of as many voices as can be told apart, one a row; the mean of all when it is one.

    `scaled`: vectors in units of their deviation, each standing for `seconds` of speech. `apart`: the least distance
    between two voices, as root mean square over the dimensions.
    """
    sample = scaled[:: -(-len(scaled) // SAMPLE)]
    best: Vectors = scaled.mean(axis=0, keepdims=True)
    heard = seconds * len(scaled) / len(sample)
    for count in range(2, MOST_VOICES + 1):
        if len(sample) < 2 * count:
            break
        centres, labels = _k_means(sample, count)
        spoken = np.asarray(np.bincount(labels, minlength=count) * heard, dtype=np.float64)
        if spoken.min() >= LEAST_SPEECH and _separate(centres, spoken, apart):
            best = centres
    return best


def distances(vectors: Vectors, centres: Vectors) -> Vectors:
    """Squared distances, mean over the dimensions; (vectors, centres)."""
    squares = (vectors**2).sum(axis=1)[:, None] - 2 * vectors @ centres.T + (centres**2).sum(axis=1)
    return np.asarray(np.maximum(squares, 0.0) / vectors.shape[1], dtype=np.float64)


def _separate(centres: Vectors, spoken: Vectors, apart: float) -> bool:
    for one, other in combinations(range(len(centres)), 2):
        chance = UNSURE * (1 / spoken[one] + 1 / spoken[other])
        if np.square(centres[one] - centres[other]).mean() - chance < apart**2:
            return False
    return True


def _k_means(vectors: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Lloyd's algorithm from k-means++ starts (Arthur and Vassilvitskii, SODA 2007), the tightest of some."""
    random = np.random.default_rng(0)
    best: tuple[float, Vectors, NDArray[np.int64]] | None = None
    for _ in range(_STARTS):
        centres = vectors[[random.integers(len(vectors))]]
        while len(centres) < count:
            nearest = distances(vectors, centres).min(axis=1)
            chance = nearest / nearest.sum() if nearest.sum() > 0 else None
            centres = np.vstack([centres, vectors[random.choice(len(vectors), p=chance)]])
        labels = distances(vectors, centres).argmin(axis=1)
        for _ in range(_ROUNDS):
            centres = np.stack([
                vectors[labels == one].mean(axis=0) if (labels == one).any() else centres[one] for one in range(count)
            ])  # fmt: skip
            moved = distances(vectors, centres).argmin(axis=1)
            if (moved == labels).all():
                break
            labels = moved
        spread = float(distances(vectors, centres).min(axis=1).sum())
        if best is None or spread < best[0]:
            best = (spread, centres, labels)
    assert best is not None
    return best[1], best[2]
