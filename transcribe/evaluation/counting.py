"""One transcript held against its reference: errors by part, names and figures found, what was invented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from transcribe.normalisation import comparable, distances, folded

_FIGURE = re.compile(r"\d{2,}(?:\.\d+)?%?|\d+\.\d+%?|\d(?=[年月日号元块角毛岁米克斤吨度%])%?")
"""Numbers of two digits and more, and single digits before a measure: 一定 and 一些 hold none."""


def errors_by_part(parts: Sequence[str], heard: str) -> list[tuple[int, int]]:
    """(characters, errors) of each part, along one best alignment of all of them with `heard`.

    Both in `comparable` form; errors are insertions, deletions and substitutions, and add up to the edit distance.
    """
    ends = np.cumsum([len(part) for part in parts]).tolist()
    reference = "".join(parts)
    ahead = {row: d for row, d in enumerate(distances(reference, heard)) if row in ends}
    behind = enumerate(distances(reference[::-1], heard[::-1]))
    rest = {len(reference) - row: d for row, d in behind if len(reference) - row in ends}
    errors = []
    start = before = 0
    for part, end in zip(parts, ends, strict=True):
        # Of all best alignments the leftmost crosses the end of a part where both halves together cost least.
        costs = ahead[end] + rest[end][::-1]
        stop = len(heard) if end == len(reference) else start + int(np.argmin(costs[start:]))
        errors.append((len(part), int(ahead[end][stop]) - before))
        start, before = stop, int(ahead[end][stop])
    return errors


def terms_found(terms: Sequence[str], reference: str, heard: str) -> tuple[int, int, int]:
    """Terms said, those of them heard, and those heard that were not said. A term within a longer one is no other."""
    said, got = _occurrences(terms, comparable(reference)), _occurrences(terms, comparable(heard))
    return said.total(), (said & got).total(), (got - said).total()


def _occurrences(terms: Sequence[str], text: str) -> Counter[str]:
    forms = sorted(filter(None, {comparable(term) for term in terms}), key=len, reverse=True)
    return Counter(re.findall("|".join(map(re.escape, forms)), text) if forms else ())


def figures_found(reference: str, heard: str) -> tuple[int, int]:
    """Figures said, and those of them that were heard, in whatever numerals either is written."""
    said, got = _figures(reference), _figures(heard)
    return said.total(), (said & got).total()


def _figures(text: str) -> Counter[str]:
    return Counter(_FIGURE.findall(folded(text)))
