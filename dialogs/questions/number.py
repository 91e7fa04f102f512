"""A number. Stored: int, or float when it has decimals."""

from __future__ import annotations

import re
from decimal import Decimal

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.numerals import CHARACTERS, integer
from dialogs.questions.text import TextKind
from dialogs.values import Given

_LARGEST = Decimal(10) ** 15  # beyond it a JSON number is no longer exact everywhere
_SHAPE = re.compile(rf"([+-]?\d[\d,]*(?:\.\d+)?|[{CHARACTERS}]+)(万|亿)?")


def decimal(text: str) -> Decimal | None:
    """The number at hand: 3500, 3,500.00, 3.5万, 三千五百; None when it is none or too large to keep exactly."""
    match = _SHAPE.fullmatch(text)
    if not match:
        return None
    digits, unit = match[1].replace(",", ""), {"万": 10_000, "亿": 100_000_000, None: 1}[match[2]]
    if len(digits) > 24:
        return None
    whole = integer(digits)
    found = Decimal(digits) if digits[0] in "+-0123456789" else Decimal(whole) if whole is not None else None
    return found * unit if found is not None and abs(found * unit) <= _LARGEST else None


class NumberKind(TextKind):
    """Typed in digits or Chinese numerals; a trailing unit such as 个 or 人 is not read."""

    example = "12"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        found = decimal(plain(text))
        if found is None:
            return Refused("answer.not_a_number", {"text": clean(text)[:60]})
        return Taken(int(found) if found == found.to_integral_value() else float(found))

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return f"{value:.15g}" if isinstance(value, float) else str(value)
