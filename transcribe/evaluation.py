"""Character error rate against a manifest of recordings with references, per group and per tier.

Rates are micro-averaged (all errors over all reference characters) on `normalisation.comparable` forms; intervals
are 95% percentile bootstraps over clips (Bisani and Ney, "Bootstrap estimates for confidence intervals in ASR
performance evaluation", ICASSP 2004).
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from models.errors import InvalidInput
from transcribe.decode import Audio, decode
from transcribe.engine import Transcriber
from transcribe.normalisation import comparable, edit_distance
from transcribe.progress import Progress, unreported
from transcribe.stock import Stock

COLUMNS = ("file", "group", "tier", "reference_normalised")
DRAWS = 2000
SEED = 20260101


@dataclass(frozen=True)
class Clip:
    """One row of a manifest."""

    path: Path
    group: str
    tier: str
    reference: str


@dataclass(frozen=True)
class Score:
    """Errors on one clip over `characters` of its reference; `stock_errors` where stock ran as well."""

    group: str
    tier: str
    characters: int
    errors: int
    stock_errors: int | None = None


def read_manifest(path: Path) -> list[Clip]:
    """The clips of a tab-separated manifest with the columns of `COLUMNS`; files lie beside it.

    Raises InvalidInput `manifest.unreadable`, `manifest.missing_column` (column), `manifest.missing_audio` (file),
    `manifest.empty`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
            if missing:
                raise InvalidInput("manifest.missing_column", column=missing[0])
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InvalidInput("manifest.unreadable", name=path.name) from fault
    if not rows:
        raise InvalidInput("manifest.empty", name=path.name)
    clips = []
    for row in rows:
        audio = path.parent / row["file"]
        if not audio.is_file():
            raise InvalidInput("manifest.missing_audio", file=row["file"])
        clips.append(Clip(audio, row["group"], row["tier"], row["reference_normalised"] or ""))
    return clips


def evaluate(
    manifest_path: Path,
    transcriber: Transcriber,
    against: Literal["stock"] | None = None,
    progress: Progress = unreported,
) -> dict[str, Any]:
    """`{groups, tiers, mandarin, seconds[, stock_seconds]}` for the clips of a manifest.

    Each of `groups`, `tiers` and `mandarin` (all groups whose name begins so) holds clips, chars, cer, ci95, and
    `tiers` inside a group parts it by how far its references are trusted. With `against="stock"`, stock
    faster-whisper runs over the same clips with the same weights and adds stock_cer, stock_ci95 and
    difference_ci95 (ours minus stock, paired by clip). Seconds are of transcription, without decoding.
    """
    clips = read_manifest(manifest_path)
    stock = Stock(transcriber) if against == "stock" else None
    scores: list[Score] = []
    seconds = stock_seconds = 0.0
    for number, clip in enumerate(clips, start=1):
        audio = decode(clip.path)
        reference = comparable(clip.reference)
        text, spent = _timed(lambda sound: transcriber.transcribe(sound).text, audio)
        seconds += spent
        stock_errors = None
        if stock is not None:
            stock_text, spent = _timed(stock.text, audio)
            stock_seconds += spent
            stock_errors = edit_distance(reference, comparable(stock_text))
        errors = edit_distance(reference, comparable(text))
        scores.append(Score(clip.group, clip.tier, len(reference), errors, stock_errors))
        progress(float(number), float(len(clips)))
    result = summary(scores)
    result["seconds"] = round(seconds, 2)
    if stock is not None:
        result["stock_seconds"] = round(stock_seconds, 2)
    return result


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """`{groups, tiers, mandarin}` of `scores`, as `evaluate` gives them."""
    groups = {
        group: rate([score for score in scores if score.group == group])
        | {"tiers": _by_tier([score for score in scores if score.group == group])}
        for group in sorted({score.group for score in scores})
    }
    mandarin = [score for score in scores if score.group.startswith("mandarin")]
    return {
        "groups": groups,
        "tiers": _by_tier(scores),
        "mandarin": rate(mandarin) | {"tiers": _by_tier(mandarin)} if mandarin else None,
    }


def rate(scores: Sequence[Score]) -> dict[str, Any]:
    """Clips, characters, character error rate and its interval, and the same of stock where it ran."""
    characters = np.array([score.characters for score in scores], dtype=float)
    errors = np.array([score.errors for score in scores], dtype=float)
    result: dict[str, Any] = {
        "clips": len(scores),
        "chars": int(characters.sum()),
        "cer": _ratio(errors.sum(), characters.sum()),
        "ci95": _interval(errors, characters),
    }
    if all(score.stock_errors is not None for score in scores):
        stock = np.array([score.stock_errors for score in scores], dtype=float)
        result["stock_cer"] = _ratio(stock.sum(), characters.sum())
        result["stock_ci95"] = _interval(stock, characters)
        result["difference_ci95"] = _interval(errors - stock, characters)
    return result


def _by_tier(scores: Sequence[Score]) -> dict[str, Any]:
    tiers = sorted({score.tier for score in scores})
    return {tier: rate([score for score in scores if score.tier == tier]) for tier in tiers}


def _timed(work: Callable[[Audio], str], audio: Audio) -> tuple[str, float]:
    began = time.perf_counter()
    text = work(audio)
    return text, time.perf_counter() - began


def _ratio(errors: float, characters: float) -> float | None:
    return round(float(errors / characters), 4) if characters else None


def _interval(errors: Any, characters: Any) -> list[float] | None:
    if not characters.sum():
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(errors), size=(DRAWS, len(errors)))
    totals = characters[drawn].sum(axis=1)
    rates = (errors[drawn].sum(axis=1) / np.maximum(totals, 1.0))[totals > 0]
    low, high = np.percentile(rates, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]
