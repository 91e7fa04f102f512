"""A calendar date. Stored: ISO date, `2026-03-05`.

The future is refused, since a record tells what happened, unless the question's own `check` names `now` and so
says itself which dates fit (`answers.correct_by > now`).
"""

from __future__ import annotations

from datetime import date, datetime

from dialogs.conditions import compile_condition
from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.moments import read_date, read_datetime
from dialogs.questions.text import TextKind
from dialogs.values import Given
from dialogs.zone import SHANGHAI

EARLIEST = 1900


def future_allowed(question: Question) -> bool:
    """Whether the question's `check` judges the future itself."""
    return bool(question.check) and "now" in compile_condition(str(question.check)).references


class DateKind(TextKind):
    """2026-03-05, 2026年3月5日, 3月5日, 20260305, 今天, 昨天."""

    example = "2026年3月5日"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        folded, past = plain(text), not future_allowed(question)
        found = read_date(folded, facts.now, past=past)
        if found is None and (moment := read_datetime(folded, facts.now, past=past)):
            found = moment.date()
        if found is None or found.year < EARLIEST:
            return Refused("answer.not_a_date", {"text": clean(text)[:60]})
        if past and found > facts.now.astimezone(SHANGHAI).date():
            return Refused("answer.in_the_future", {"text": printed(found)})
        return Taken(found.isoformat())

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        if isinstance(value, datetime):
            value = value.astimezone(SHANGHAI).date().isoformat()
        return super().adopt(question, value, facts)

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return printed(date.fromisoformat(str(value)))

    def condition_value(self, value: object) -> object:
        return date.fromisoformat(str(value))


def printed(day: date) -> str:
    """As papers write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"
