"""Several of the question's options; `must: all` wants every one. Stored: list of option ids in pack order."""

from __future__ import annotations

from dialogs.facts import Facts
from dialogs.packs.schema import Option, Question
from dialogs.questions.collecting import PickingKind


class ChoicesKind(PickingKind):
    """Buttons toggle; typed text names options by title, sound or number; `Done` closes."""

    def options(self, question: Question, facts: Facts) -> tuple[Option, ...]:
        return question.options
