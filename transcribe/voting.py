"""Which of several readings of one sentence to believe: the one least far from all others (minimum Bayes risk).

The reading with the least expected character errors, if the readings are as probable as the model and the language
say (Goel and Byrne, "Minimum Bayes-risk automatic speech recognition", Computer Speech and Language 2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from transcribe.normalisation import comparable, edit_distance

SHARPNESS = 40.0
LANGUAGE = 0.1
"""Weight of the language model's log-likelihood beside the recogniser's; both per token.

Any SHARPNESS from 20 to 40 and LANGUAGE from 0.05 to 0.15 gave the same error rate within 3% of it.
"""


@dataclass(frozen=True)
class Candidate:
    """A reading: `likelihood` per token and `tokens` by the recogniser, `fluency` in nats by the language model."""

    text: str
    likelihood: float
    tokens: int
    fluency: float = 0.0


def least_risk(candidates: Sequence[Candidate]) -> int:
    """The index of the reading with the least expected distance in characters to the others. One at least."""
    scores = np.array([each.likelihood + LANGUAGE * each.fluency / (each.tokens + 1) for each in candidates])
    weights = np.exp(SHARPNESS * (scores - scores.max()))
    texts = [comparable(each.text) for each in candidates]
    distances = {pair: edit_distance(*pair) for pair in combinations(sorted(set(texts)), 2)}

    def risk(text: str) -> float:
        apart = (0 if other == text else distances[min(text, other), max(text, other)] for other in texts)
        return float(weights @ np.fromiter(apart, dtype=float))

    return int(np.argmin([risk(text) for text in texts]))
