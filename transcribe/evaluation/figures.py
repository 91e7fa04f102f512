"""Counts over recordings -> rates per group and tier, with intervals, ours beside stock.

Rates are micro-averaged (all errors over all reference characters) on `normalisation.comparable` forms. Intervals are
95% percentile bootstraps over recordings, or over the turns of those that have turns (Bisani and Ney, "Bootstrap
estimates for confidence intervals in ASR performance evaluation", ICASSP 2004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.evaluation.counting import errors_by_part, figures_found, terms_found
from transcribe.evaluation.hearing import Heard
from transcribe.evaluation.recordings import Recording
from transcribe.normalisation import comparable
from transcribe.speaker_error import speaker_accuracy, turns_of
from transcribe.voice_activity import total

DRAWS = 2000
SEED = 20260101
LEAST = 2
"""Drawing from fewer would give an interval of no width, as if nothing were uncertain."""

RATES = (
    "term_recall",
    "false_terms_per_1000",
    "figure_recall",
    "invented_per_minute",
    "coverage",
    "speaker_error",
    "real_time_factor",
)  # fmt: skip

Counts = tuple[float, float]


@dataclass(frozen=True)
class Score:
    """Counts for one recording: `parts` as (characters, errors), `rates` as what is counted and over how much.

    `rates` names those of `RATES` that this recording says anything about.
    """

    group: str
    tier: str
    parts: Sequence[tuple[int, int]]
    rates: Mapping[str, Counts] = field(default_factory=dict)


def score(recording: Recording, heard: Heard, terms: Sequence[str] = ()) -> Score:
    """One transcript held against its recording's reference; `terms` beside the recording's own."""
    text = comparable(heard.text)
    rates: dict[str, Counts] = {"real_time_factor": (heard.spent, heard.duration)}
    if heard.coverage is not None:
        rates["coverage"] = (heard.coverage.transcribed, heard.coverage.speech)
    if turns := turns_of(heard.segments):
        speech = total(heard.speech)
        rates["speaker_error"] = ((1 - speaker_accuracy(turns, recording.turns, heard.speech)) * speech, speech)
    if not recording.reference:
        rates["invented_per_minute"] = (len(text), heard.duration / 60)
        return Score(recording.group, recording.tier, (), rates)
    parts = [comparable(part) for part in recording.parts]
    if known := (*terms, *recording.terms):
        said, got, false = terms_found(known, recording.reference, heard.text)
        rates["term_recall"] = (got, said)
        rates["false_terms_per_1000"] = (false, sum(map(len, parts)) / 1000)
    said, got = figures_found(recording.reference, heard.text)
    rates["figure_recall"] = (got, said)
    return Score(recording.group, recording.tier, errors_by_part(parts, text), rates)


def summary(ours: Sequence[Score], stock: Sequence[Score] | None = None) -> dict[str, Any]:
    """`{groups, tiers, mandarin, all, seconds[, stock_seconds]}`; each but seconds (of work) holds what `rate` gives,
    and each group `tiers` of its own.

    `mandarin`: all groups whose name begins so, null without one. Tiers say how far references are trusted. `stock`:
    scores of the same recordings in the same order.
    """
    others: Sequence[Score | None] = stock if stock is not None else [None] * len(ours)
    pairs = list(zip(ours, others, strict=True))

    def of(chosen: Sequence[_Pair]) -> dict[str, Any]:
        tiers = sorted({one.tier for one, _ in chosen} - {""})
        by_tier = {tier: rate([pair for pair in chosen if pair[0].tier == tier]) for tier in tiers}
        return rate(chosen) | {"tiers": by_tier}

    mandarin = [pair for pair in pairs if pair[0].group.startswith("mandarin")]
    groups = sorted({one.group for one in ours})
    whole = of(pairs)
    result = {
        "groups": {group: of([pair for pair in pairs if pair[0].group == group]) for group in groups},
        "tiers": whole.pop("tiers"),
        "mandarin": of(mandarin) if mandarin else None,
        "all": whole,
        "seconds": round(_sum(ours, "real_time_factor")[0], 2),
    }
    return result if stock is None else result | {"stock_seconds": round(_sum(stock, "real_time_factor")[0], 2)}


_Pair = tuple[Score, Score | None]


def rate(pairs: Sequence[_Pair]) -> dict[str, Any]:
    """Clips, chars, cer, ci95, terms, figures, and `RATES` (null where nothing was measured).

    Where stock ran: stock_cer, stock_ci95, difference_ci95 (ours minus stock, paired), and stock_ before its rates.
    """
    ours = [one for one, _ in pairs]
    stock = [other for _, other in pairs if other is not None]
    characters, errors = _columns(ours)
    result: dict[str, Any] = {
        "clips": len(ours),
        "chars": int(characters.sum()),
        "cer": _ratio(errors.sum(), characters.sum()),
        "ci95": _interval(errors, characters),
        "terms": round(_sum(ours, "term_recall")[1]),
        "figures": round(_sum(ours, "figure_recall")[1]),
    }
    result |= {name: _ratio(*_sum(ours, name)) for name in RATES}
    if len(stock) == len(ours):
        _, theirs = _columns(stock)
        result |= {
            "stock_cer": _ratio(theirs.sum(), characters.sum()),
            "stock_ci95": _interval(theirs, characters),
            "difference_ci95": _interval(errors - theirs, characters),
        }
        measured = [name for name in RATES if any(name in other.rates for other in stock)]
        result |= {f"stock_{name}": _ratio(*_sum(stock, name)) for name in measured}
    return result


def _columns(scores: Sequence[Score]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    parts = np.array([part for one in scores for part in one.parts], dtype=float).reshape(-1, 2)
    return parts[:, 0], parts[:, 1]


def _sum(scores: Sequence[Score], name: str) -> Counts:
    counts = [one.rates[name] for one in scores if name in one.rates]
    return sum(part for part, _ in counts), sum(whole for _, whole in counts)


def _ratio(part: float, whole: float) -> float | None:
    return round(float(part / whole), 4) if whole else None


def _interval(errors: NDArray[np.float64], characters: NDArray[np.float64]) -> list[float] | None:
    if len(errors) < LEAST or not characters.sum():
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(errors), size=(DRAWS, len(errors)))
    totals = characters[drawn].sum(axis=1)
    rates = (errors[drawn].sum(axis=1) / np.maximum(totals, 1.0))[totals > 0]
    low, high = np.percentile(rates, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]
