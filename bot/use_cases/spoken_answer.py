"""What was heard, read as an answer to a question. Only a proposal: a person confirms it by a tap. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions import KINDS, Refused, Taken
from dialogs.questions.choice import ChoiceKind
from dialogs.questions.dialogue import stored_lines
from dialogs.values import AddLines, Choose, Given, Line, Text
from dialogs.zone import SHANGHAI
from models.tables import TranscriptLine
from transcribe import spoken
from transcribe.numerals import to_arabic

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# With the negated forms beside the plain ones, so that 不是的 is not taken for 是.
_YES_NO = [("yes", word) for word in ("是", "有", "对", "同意", "可以")] + [
    ("no", word) for word in ("否", "不是", "没有", "不对", "不同意", "不可以")
]
_READ_BACK = ("phone", "resident_id", "organisation_code")


@dataclass(frozen=True)
class Proposal:
    """`input` is None when nothing fits (`fault` says why). `shown`: as it would be printed.

    `read_back`: a number in the groups people read it in. `others`: further values heard, not proposed.
    """

    input: Text | Choose | AddLines | None
    shown: str = ""
    read_back: str | None = None
    others: tuple[str, ...] = ()
    fault: Refused | None = None


def propose(question: Question, given: Given | None, facts: Facts, line: TranscriptLine, recording: str) -> Proposal:
    """Read `line` as an answer to `question`; `given` is what stands. `recording`: the evidence's id."""
    if question.type == "dialogue":
        role = turn(line, given)
        shown = f"{'问' if role == 'question' else '答'}：{line.text}"
        return Proposal(AddLines((Line(role, line.text, recording, line.start, line.end),)), shown)
    kind = KINDS[question.type]
    heard = _values(question, facts, line.text)
    refused: Refused | None = None
    for text in dict.fromkeys((line.text, *heard)):
        read = kind.parse(question, given, Text(text), facts)
        if isinstance(read, Taken):
            shown = kind.show(question, read.value, facts)
            back = spoken.grouped(str(read.value)) if question.type in _READ_BACK else None
            return Proposal(Text(text), shown, back, tuple(other for other in heard if other != text)[:3])
        refused = refused or read
    return _by_sound(question, given, facts, line.text) or Proposal(None, fault=refused)


def turn(line: TranscriptLine, given: Given | None) -> Literal["question", "answer"]:
    """Who says a spoken line: as the officer set it, else the other one of who spoke last."""
    if line.role:
        return "question" if line.role == "question" else "answer"
    before = stored_lines(given.value if given else None)
    return "answer" if before and before[-1]["role"] == "question" else "question"


def _values(question: Question, facts: Facts, text: str) -> list[str]:
    """Typed values that the words name, as they would be typed."""
    joined = text.replace("，", "")  # put between stretches of speech by us, not spoken
    match question.type:
        case "date":
            return [day.isoformat() for day in spoken.dates(joined, facts.now.astimezone(SHANGHAI).date())]
        case "amount":
            return [str(amount) for amount in spoken.amounts(joined)]
        case "number":
            return _NUMBER.findall(to_arabic(joined))
        case "datetime":
            return [to_arabic(joined)]
        case "phone" | "resident_id" | "organisation_code":
            return [digits] if (digits := spoken.digits(joined)) else []
    return []


def _by_sound(question: Question, given: Given | None, facts: Facts, text: str) -> Proposal | None:
    kind = KINDS[question.type]
    choices = {choice.id: choice for choice in kind.choices(question, given.value if given else None, facts)}
    titles = [(choice.id, choice.text) for choice in choices.values()]
    options = kind.options(question) if isinstance(kind, ChoiceKind) else question.options
    sounds = [(option.id, sound) for option in options for sound in option.sounds]
    found = _nearest(text, _YES_NO) if question.type == "yes_no" else _nearest(text, titles) or _nearest(text, sounds)
    if found is None or found not in choices:
        return None
    choice = choices[found]
    # Where several may be chosen, pressing a chosen one takes it back; naming it only ever adds.
    return Proposal(Text(choice.text) if kind.collects else Choose(choice.id), choice.text)


def _nearest(text: str, names: Sequence[tuple[str, str]]) -> str | None:
    """The id of the (id, name) that sounds like `text`."""
    match = spoken.match_choice(text, [name for _, name in names])
    return names[match[0]][0] if match else None
