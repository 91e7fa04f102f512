"""Yes or no. Stored: bool."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.text import TextKind
from dialogs.values import Choice, Choose, Given, Input

_YES = frozenset(
    [
        "是",
        "有",
        "对",
        "好",
        "是的",
        "有的",
        "对的",
        "同意",
        "可以",
        "已",
        "要",
        "需要",
        "愿意",
        "yes",
        "y",
        "true",
        "1",
    ]
)
_NO = frozenset(
    [
        "否",
        "不",
        "无",
        "没",
        "不是",
        "没有",
        "不对",
        "不同意",
        "不可以",
        "未",
        "不要",
        "不需要",
        "不愿意",
        "no",
        "n",
        "false",
        "2",
    ]
)


class YesNoKind(TextKind):
    """Buttons `yes` and `no`, or the usual short words."""

    example = "是"

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        if isinstance(sent, Choose):
            known = sent.option in ("yes", "no")
            return Taken(sent.option == "yes") if known else Refused("answer.not_an_option", {"text": sent.option[:60]})
        return super().parse(question, given, sent, facts)

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        word = plain(text).strip("。.!！")
        if word in _YES or word in _NO:
            return Taken(word in _YES)
        return Refused("answer.not_an_option", {"text": clean(text)[:60]})

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        return Taken(value) if isinstance(value, bool) else super().adopt(question, value, facts)

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return "是" if value else "否"

    def choices(self, question: Question, value: object, facts: Facts) -> tuple[Choice, ...]:
        return (Choice("yes", "是", value is True), Choice("no", "否", value is False))
