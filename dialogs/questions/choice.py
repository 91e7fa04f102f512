"""One of the question's options. Stored: the option's id."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.facts import Facts
from dialogs.packs.schema import Option, Question
from dialogs.questions.base import Refused, Taken
from dialogs.questions.cleaning import clean, plain
from dialogs.questions.text import TextKind
from dialogs.values import Choice, Choose, Given, Input


def named(options: Sequence[Option], text: str) -> Option | None:
    """The option `text` names by title, id, one of its sounds or its number from 1; None when it names none."""
    wanted = plain(text)
    for option in options:
        if wanted in (plain(option.title), option.id, *map(plain, option.sounds)):
            return option
    number = wanted.rstrip(".、)")
    if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= len(options):
        return options[int(number) - 1]
    return None


class ChoiceKind(TextKind):
    """Chosen by button, or typed as title, sound or number."""

    def options(self, question: Question) -> tuple[Option, ...]:
        """What may be chosen; a type with fixed options overrides this."""
        return question.options

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        if isinstance(sent, Choose):
            known = any(option.id == sent.option for option in self.options(question))
            return Taken(sent.option) if known else Refused("answer.not_an_option", {"text": clean(sent.option)})
        return super().parse(question, given, sent, facts)

    def read(self, question: Question, text: str, given: Given | None, facts: Facts) -> Taken | Refused:
        option = named(self.options(question), text)
        return Taken(option.id) if option else Refused("answer.not_an_option", {"text": clean(text)[:60]})

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return next((option.title for option in self.options(question) if option.id == value), str(value))

    def choices(self, question: Question, value: object, facts: Facts) -> tuple[Choice, ...]:
        return tuple(Choice(option.id, option.title, option.id == value) for option in self.options(question))
