"""What is said of stretches of a text, by its characters: written otherwise, maybe a term, a figure in digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

BY_TERM, BY_LANGUAGE = "term", "language"


@dataclass(frozen=True)
class Change:
    """Characters `start` to `end` of a text stand in place of `heard`.

    `by`: BY_TERM, a term of the case that sounds so; BY_LANGUAGE, a more likely spelling of the same sounds.
    """

    start: int
    end: int
    heard: str
    by: str


@dataclass(frozen=True)
class Proposal:
    """Characters `start` to `end` of a text may be `term`, a term of the case; they stand as heard.

    `likelihood`, 0..1: how well term and stretch agree in sound and sense. A person decides.
    """

    start: int
    end: int
    term: str
    likelihood: float


@dataclass(frozen=True)
class Figure:
    """Characters `start` to `end` of a text, `spoken`, are a figure that is `written` so; the text stays as spoken.

    `kind`: date, time, amount, resident_id, phone, digits, percent, number. `valid`: whether the check digit agrees;
    None for a figure that has none.
    """

    start: int
    end: int
    spoken: str
    written: str
    kind: str
    valid: bool | None = None


Mark = TypeVar("Mark", Change, Proposal, Figure)


def moved(marks: Iterable[Mark], by: int) -> list[Mark]:
    """`marks` of a text that now stands `by` characters further on."""
    return [replace(mark, start=mark.start + by, end=mark.end + by) for mark in marks]
