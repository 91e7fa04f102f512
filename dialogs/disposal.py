"""The numbers of evidence that a decision on disposal names: read whole or refused, never guessed at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from models.errors import InvalidInput

MOST = 1000  # pieces in one decision
_ONE = r"第?(\d{1,9})(?!\d)\s*号?"
_ITEM = re.compile(rf"{_ONE}(?:\s*[-–—~至到]\s*{_ONE})?")
_BETWEEN = re.compile(r"[\s、,;。和及与]*")


def numbers_in(value: object) -> tuple[int, ...]:
    """Numbers in an answer, each once: `3、5`, `7-9`, a list, or the first filled cell of each row of a table.

    Raises InvalidInput `disposal.unreadable` (text: what is no number), `disposal.backwards` (text: a range that ends
    below its start), `disposal.too_many` (limit).
    """
    spans = list(_spans(value))
    if sum(last - first + 1 for first, last in spans) > MOST:
        raise InvalidInput("disposal.too_many", limit=MOST)
    return tuple(dict.fromkeys(number for first, last in spans for number in range(first, last + 1)))


def _spans(value: object) -> Iterator[tuple[int, int]]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield value, value
    elif isinstance(value, str):
        yield from _spans_of_text(unicodedata.normalize("NFKC", value))
    elif isinstance(value, dict):
        yield from _spans(next((cell for cell in value.values() if cell), None))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _spans(each)
    elif value is not None:
        raise InvalidInput("disposal.unreadable", text=str(value)[:40])


def _spans_of_text(text: str) -> Iterator[tuple[int, int]]:
    at = _after_separators(text, 0)
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            raise InvalidInput("disposal.unreadable", text=text[at:].strip()[:40])
        first, last = int(item[1]), int(item[2] or item[1])
        if last < first:
            raise InvalidInput("disposal.backwards", text=item[0].strip())
        yield first, last
        at = _after_separators(text, item.end())


def _after_separators(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
