"""A resident identity number. Stored: 18 characters, the check character `X` in capitals. GB 11643-1999."""

from __future__ import annotations

import re
from datetime import date

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import plain
from dialogs.questions.text import TextKind
from dialogs.values import Given
from dialogs.zone import SHANGHAI

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLDEST = 1900


def check_character(first: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - index) % 11) for index, digit in enumerate(first))
    return "10X98765432"[total % 11]


class ResidentIdKind(TextKind):
    """Shape, birth date and check character are tested; a 15-digit number of before 2013 is no longer valid."""

    example = "11010519491231002X"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        number = plain(text).replace("-", "").upper().replace("×", "X")
        if len(number) == 15 and number.isascii() and number.isdigit():
            return Refused("answer.resident_id_old", {"length": 15})
        if not _SHAPE.fullmatch(number):
            return Refused("answer.resident_id_shape", {"length": len(number)})
        if not _born(number, facts):
            return Refused("answer.birth_date", {"text": number[6:14]})
        if check_character(number[:17]) != number[17]:
            return Refused("answer.check_digit", {"length": 18})
        return Taken(number)


def _born(number: str, facts: Facts) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= _OLDEST and born <= facts.now.astimezone(SHANGHAI).date()
