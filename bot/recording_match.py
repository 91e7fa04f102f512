"""Which declared recording a file is: by device and time, and by nothing less. Pure; what is not certain is told.

A camera cuts long recordings into files, so several files may be one declaration, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

Reason = Literal["no_device", "no_time", "several", "same_time"]


@dataclass(frozen=True)
class Declared:
    """A declaration: device code, begin and end as declared. `id` is the evidence's number."""

    id: int
    device: str
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Found:
    """A file: its path below the folder, and when it was recorded by its own word."""

    name: str
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Match:
    """`declared`: the one it is. Otherwise `reason`, with the declarations in question as `candidates`."""

    declared: int | None = None
    reason: Reason | None = None
    candidates: tuple[int, ...] = ()


def match(
    files: Sequence[Found],
    declarations: Sequence[Declared],
    devices: Iterable[str],
    tolerance: timedelta,
    held: Mapping[int, Sequence[Found]],
) -> Mapping[str, Match]:
    """A match for each file's name. `devices`: codes of the register, found in folder or file names as whole words.

    held: by declaration, the files that were imported for it before.

    Reasons: `no_device` (no code in the name), `no_time` (the device declared nothing for that time; candidates are
    its other declarations), `several` declarations fit, `same_time` (two files claim the same stretch of one).
    """
    codes = {code: _word(code) for code in devices}
    first = {file.name: _fits(file, declarations, codes, tolerance) for file in files}
    taken = {declared: list(pieces) for declared, pieces in held.items()}
    for file in files:
        declared = first[file.name].declared
        if declared is not None:
            taken.setdefault(declared, []).append(file)
    doubled = {each.name for pieces in taken.values() for each in _overlapping(pieces)}
    return {
        name: Match(None, "same_time", (found.declared,)) if name in doubled and found.declared else found
        for name, found in first.items()
    }


def _fits(
    file: Found, declarations: Sequence[Declared], codes: Mapping[str, re.Pattern[str]], tolerance: timedelta
) -> Match:
    named = {code for code, word in codes.items() if word.search(file.name)}
    if not named:
        return Match(None, "no_device")
    of_device = [each for each in declarations if each.device in named]
    fitting = [
        each for each in of_device if file.began <= each.ended + tolerance and file.ended >= each.began - tolerance
    ]
    if len(fitting) > 1:
        # Two recordings one after the other lie within each other's tolerance: real overlap decides, if one has it.
        fitting = [each for each in fitting if file.began < each.ended and file.ended > each.began] or fitting
    if len(fitting) == 1:
        return Match(fitting[0].id)
    reason: Reason = "several" if fitting else "no_time"
    return Match(None, reason, tuple(each.id for each in fitting or of_device))


def _overlapping(pieces: list[Found]) -> list[Found]:
    """Files of one declaration that cover the same time for more than a moment: two copies, or two recordings."""
    slack = timedelta(seconds=2)
    ordered = sorted(pieces, key=lambda piece: (piece.began, piece.ended))
    doubled: list[Found] = []
    for before, after in pairwise(ordered):
        if after.began + slack < before.ended or after.began == before.began:
            doubled += [before, after]
    return doubled


def _word(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])", re.IGNORECASE)
