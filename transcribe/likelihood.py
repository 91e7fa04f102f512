"""How likely some characters are as ordinary language: their best division into words a language model knows."""

from __future__ import annotations

import re

import numpy as np

from transcribe.language_model import LONGEST_WORD, NO_WORD, UNKNOWN, LanguageModel

_RUN = re.compile("[\u3400-\u9fff]+")


def likelihood(text: str, model: LanguageModel) -> float:
    """Natural logarithm of the likelihood of `text`, Chinese characters alone, by pairs of words; 0.0 for none."""
    words = [
        (start, end, word)
        for start in range(len(text))
        for end in range(start + 1, min(start + LONGEST_WORD, len(text)) + 1)
        if (word := model.ids.get(text[start:end], UNKNOWN if end == start + 1 else NO_WORD)) != NO_WORD
    ]
    ending: list[list[int]] = [[] for _ in range(len(text) + 1)]
    for number, (_, end, _) in enumerate(words):
        ending[end].append(number)
    steps = [(before, number) for number, (start, _, _) in enumerate(words) for before in ending[start] or [-1]]
    likely = model.log_probability(
        np.array(NO_WORD),
        np.array([NO_WORD if before < 0 else words[before][2] for before, _ in steps], dtype=np.int64),
        np.array([words[number][2] for _, number in steps], dtype=np.int64),
    )
    best = [-np.inf] * len(words)
    # `words` are in order of their starts, so whatever ends where one begins has been settled.
    for (before, number), step in zip(steps, likely.tolist(), strict=True):
        best[number] = max(best[number], step + (best[before] if before >= 0 else 0.0))
    return float(max((best[number] for number in ending[-1]), default=0.0))


def fluency(text: str, model: LanguageModel) -> float:
    """Log-likelihood of all runs of Chinese characters in `text` together; 0.0 without any."""
    return sum(likelihood(run, model) for run in _RUN.findall(text))
