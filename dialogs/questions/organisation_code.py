"""A unified social credit code. Stored: 18 capitals and digits. GB 32100-2015."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import plain
from dialogs.questions.text import TextKind
from dialogs.values import Given

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z, which look like digits


def check_character(first: str) -> str:
    """The 18th character for the first 17 (weights 3^i mod 31)."""
    total = sum(_ALPHABET.index(character) * pow(3, index, 31) for index, character in enumerate(first))
    return _ALPHABET[-total % 31]


class OrganisationCodeKind(TextKind):
    """Letters may be typed small; the check character is tested."""

    example = "91210203MA0AAAAA1K"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        code = plain(text).replace("-", "").upper()
        if len(code) != 18:
            return Refused("answer.organisation_code_shape", {"length": len(code)})
        if wrong := next((character for character in code if character not in _ALPHABET), None):
            return Refused("answer.organisation_code_letter", {"text": wrong})
        if check_character(code[:17]) != code[17]:
            return Refused("answer.check_digit", {"length": 18})
        return Taken(code)
