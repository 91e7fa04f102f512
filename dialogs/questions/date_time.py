"""A moment, to the minute. Stored: ISO datetime with the offset of Asia/Shanghai, `2026-03-05T14:30:00+08:00`.

The future is refused as for dates, save a few minutes by which clocks differ.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.date import EARLIEST, future_allowed
from dialogs.questions.date import printed as printed_date
from dialogs.questions.moments import read_datetime
from dialogs.questions.text import TextKind
from dialogs.values import Given
from dialogs.zone import SHANGHAI

_CLOCKS_DIFFER = timedelta(minutes=5)


class DateTimeKind(TextKind):
    """2026-03-05 14:30, 3月5日14时30分, 今天14:30, 昨天下午三点, 14:30, 下午两点半."""

    example = "2026年3月5日14时30分"

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        past = not future_allowed(question)
        found = read_datetime(plain_moment(text), facts.now, past=past)
        if found is None or found.year < EARLIEST:
            return Refused("answer.not_a_datetime", {"text": clean(text)[:60]})
        found = found.replace(second=0, microsecond=0)
        if past and found > facts.now + _CLOCKS_DIFFER:
            return Refused("answer.in_the_future", {"text": printed(found)})
        return Taken(found.isoformat())

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        if isinstance(value, datetime):
            value = value.astimezone(SHANGHAI).isoformat()
        return super().adopt(question, value, facts)

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return printed(datetime.fromisoformat(str(value)))

    def condition_value(self, value: object) -> object:
        return datetime.fromisoformat(str(value))


def plain_moment(text: str) -> str:
    """`text` folded, with the gap between date and time kept apart: `2026-03-05 14:30` must not run together."""
    return plain(clean(text).replace(" ", "，")).replace(",", "，").strip("，").replace("，", ",")


def printed(moment: datetime) -> str:
    """As papers write it, in Asia/Shanghai: 2026年3月5日14时30分."""
    local = moment.astimezone(SHANGHAI)
    return f"{printed_date(local.date())}{local.hour}时{local.minute:02d}分"
