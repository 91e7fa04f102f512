"""One line of text. Stored: str, trimmed."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Kind, Refused, Taken
from dialogs.questions.cleaning import clean
from dialogs.values import Given, Input, Text


class TextKind(Kind):
    """Typed text of at most `question.longest` characters."""

    lines = False

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        if not isinstance(sent, Text):
            return NOT_THIS_KIND
        return self.read(question, sent.text, given, facts)

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        """Read typed text; types that are typed override this."""
        cleaned = clean(text, lines=self.lines)
        if not cleaned:
            return EMPTY
        if len(cleaned) > question.longest:
            return Refused("answer.too_long", {"length": len(cleaned), "limit": question.longest})
        return Taken(cleaned)

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            value = value["text"]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return NOT_THIS_KIND
        return self.read(question, str(value), None, facts)
