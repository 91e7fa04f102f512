"""Where a draft line's marks stand once its text was changed, and how two texts differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from models.tables import TranscriptLine

_STRAY = 1  # an equal stretch this short between two differences is chance: it is told as changed with them


@dataclass(frozen=True)
class Stretch:
    """Neighbouring characters of which both texts have the same (`same`), or one has those of `text` alone."""

    kind: Literal["same", "gone", "new"]
    text: str


def standing(line: TranscriptLine, marks: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any], int, int]]:
    """(index, mark, from, to) in `line.text` of each mark of `line.draft_text` whose characters stand untouched."""
    found = carried([(int(mark["start"]), int(mark["end"])) for mark in marks], line.draft_text, line.text)
    return [(index, marks[index], *span) for index, span in enumerate(found) if span is not None]


def carried(spans: Sequence[tuple[int, int]], before: str, after: str) -> list[tuple[int, int] | None]:
    """Each span of `before` as a span of `after`; None where a character within it was changed."""
    if before == after:
        return list(spans)
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return [
        next((
            (start - block.a + block.b, end - block.a + block.b)
            for block in blocks
            if block.a <= start and end <= block.a + block.size and start < end
        ), None)
        for start, end in spans
    ]  # fmt: skip


def stretches(before: str, after: str) -> list[Stretch]:
    """How `after` came of `before`, character by character, in order of reading."""
    found: list[Stretch] = []
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (code, a, b, c, d) in enumerate(codes):
        stray = code == "equal" and b - a <= _STRAY and 0 < number < len(codes) - 1
        if code == "equal" and not stray:
            found.append(Stretch("same", before[a:b]))
        else:
            _grow(found, before[a:b], after[c:d])
    return found


def _grow(found: list[Stretch], gone: str, new: str) -> None:
    """Add to the difference at the end of `found`, what is gone before what is new."""
    if found and found[-1].kind == "new":
        new = found.pop().text + new
    if found and found[-1].kind == "gone":
        gone = found.pop().text + gone
    found += [Stretch(kind, text) for kind, text in _both(gone, new) if text]


def _both(gone: str, new: str) -> Iterator[tuple[Literal["gone", "new"], str]]:
    yield "gone", gone
    yield "new", new
