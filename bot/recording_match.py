"""Which declared recording a file is: by device and time, and by nothing less. Pure; what is not certain is told.

A camera cuts long recordings into files, so several files may be one declaration, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
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
) -> list[Match]:
    """A match for each file, in their order. `devices`: codes of the register, found in file names as whole words.

    held: by declaration, the files that were imported for it before.

    Reasons: `no_device` (no code in the name), `no_time` (the device declared nothing for that time; candidates are
    its other declarations), `several` declarations fit, `same_time` (two files claim the same stretch of one).
    """
    codes = {code: _word(code) for code in devices}
    named = [{code for code, word in codes.items() if word.search(file.name)} for file in files]
    # The tolerance is for clocks that differ. Where a file does cover what was declared, they agree, and a neighbour
    # that does not is another recording, which nobody declared.
    covered = {
        each.id
        for each in declarations
        if any(each.device in codes_ and _overlaps(file, each) for file, codes_ in zip(files, named, strict=True))
        or any(_overlaps(piece, each) for piece in held.get(each.id, ()))
    }
    first = [
        _fits(file, [each for each in declarations if each.device in codes_], covered, tolerance) if codes_
        else Match(None, "no_device")
        for file, codes_ in zip(files, named, strict=True)
    ]  # fmt: skip
    taken = {declared: [(-1, piece) for piece in pieces] for declared, pieces in held.items()}
    for n, (file, found) in enumerate(zip(files, first, strict=True)):
        if found.declared is not None:
            taken.setdefault(found.declared, []).append((n, file))
    doubled = {n for pieces in taken.values() for n in _overlapping(pieces)}
    return [
        Match(None, "same_time", (found.declared,)) if n in doubled and found.declared else found
        for n, found in enumerate(first)
    ]


def _fits(file: Found, of_device: Sequence[Declared], covered: Set[int], tolerance: timedelta) -> Match:
    # Two recordings one after the other lie within each other's tolerance: real overlap decides, if one has it.
    fitting = [each for each in of_device if _overlaps(file, each)] or [
        each
        for each in of_device
        if each.id not in covered and file.began <= each.ended + tolerance and file.ended >= each.began - tolerance
    ]
    if len(fitting) == 1:
        return Match(fitting[0].id)
    reason: Reason = "several" if fitting else "no_time"
    return Match(None, reason, tuple(each.id for each in fitting or of_device))


def _overlaps(file: Found, declared: Declared) -> bool:
    return file.began < declared.ended and file.ended > declared.began


def _overlapping(pieces: list[tuple[int, Found]]) -> list[int]:
    """Files of one declaration that cover the same time for more than a moment: two copies, or two recordings."""
    slack = timedelta(seconds=2)
    ordered = sorted(pieces, key=lambda piece: (piece[1].began, piece[1].ended))
    doubled: list[int] = []
    for (n, before), (m, after) in pairwise(ordered):
        if after.began + slack < before.ended or after.began == before.began:
            doubled += [n, m]
    return doubled


def _word(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])", re.IGNORECASE)
