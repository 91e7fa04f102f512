"""A telephone number in mainland China. Stored: `13812345678`, or a landline as `0411-12345678`."""

from __future__ import annotations

import re

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.text import TextKind
from dialogs.values import Given

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9]\d{2})(\d{7,8})")
_SERVICE = re.compile(r"(400|800)\d{7}")


class PhoneKind(TextKind):
    """Mobile, landline with its area code, or a 400/800 number; spaces, hyphens and +86 are ignored."""

    example = "13812345678 或 0411-12345678"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        digits = re.sub(r"[-()（）—–]", "", plain(text))
        digits = digits.removeprefix("+86") if digits.startswith("+") else digits
        digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
        if not (digits.isascii() and digits.isdigit()):
            return Refused("answer.not_a_phone", {"text": clean(text)[:60]})
        if landline := _LANDLINE.fullmatch(digits):
            return Taken(f"{landline[1]}-{landline[2]}")
        if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
            return Taken(digits)
        return Refused("answer.not_a_phone", {"text": clean(text)[:60], "length": len(digits)})
