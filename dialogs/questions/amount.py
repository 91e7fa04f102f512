"""An amount of money in yuan. Stored: decimal string with two places, `3500.00`."""

from __future__ import annotations

from decimal import Decimal

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.number import decimal
from dialogs.questions.text import TextKind
from dialogs.values import Given

_CENT = Decimal("0.01")


class AmountKind(TextKind):
    """3500, 3,500.00, 3500元, ¥3500, 3.5万元, 三千五百元. Never negative, never finer than a cent."""

    example = "3500元"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        bare = plain(text).removeprefix("人民币").removeprefix("¥").removeprefix("rmb")
        for word in ("元整", "圆整", "块钱", "元", "圆", "块"):
            bare = bare.removesuffix(word)
        found = decimal(bare)
        if found is None:
            return Refused("answer.not_an_amount", {"text": clean(text)[:60]})
        if found < 0:
            return Refused("answer.negative", {"text": clean(text)[:60]})
        if found != found.quantize(_CENT):
            return Refused("answer.finer_than_cent", {"text": clean(text)[:60]})
        return Taken(str(found.quantize(_CENT)))

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return f"{Decimal(str(value)):,.2f}元"

    def condition_value(self, value: object) -> object:
        return Decimal(str(value))
