"""A record as it stands: which questions apply, and what conditions see of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.facts import Facts
from dialogs.packs.schema import Question, Record
from dialogs.questions import KINDS
from dialogs.values import Draft, Given


@dataclass(frozen=True)
class Sheet:
    """Derived, never stored. `visible` is in the record's order; `faulty` are questions whose `when` failed."""

    record: Record
    draft: Draft
    facts: Facts
    visible: tuple[Question, ...]
    answers: Mapping[str, object]
    faulty: frozenset[str]

    def question(self, question_id: str) -> Question | None:
        """The visible question named, or None."""
        return next((each for each in self.visible if each.id == question_id), None)

    def given(self, question: Question) -> Given | None:
        """What stands for a question."""
        return self.draft.answers.get(question.id)

    def scope(self, **instead: object) -> Scope:
        """What conditions see; `instead` puts values in place of stored answers."""
        return Scope({**self.answers, **instead}, self.facts, _about(self.record, self.draft))

    def is_open(self, question: Question) -> bool:
        """Neither answered, skipped nor unknown."""
        given = self.given(question)
        return given is None or given.state == "collecting"


def read(record: Record, draft: Draft, facts: Facts) -> Sheet:
    """One pass in the record's order: a `when` sees the answers before it; later and parked ones are null.

    A `when` that fails at run time leaves its question visible: rather ask too much than lose what the law wants.
    """
    answers: dict[str, object] = {question.id: None for question in record.questions}
    scope = Scope(answers, facts, _about(record, draft))
    visible: list[Question] = []
    faulty: set[str] = set()
    for question in record.questions:
        if question.when is not None:
            try:
                if not compile_condition(question.when).holds(scope):
                    continue
            except ConditionFailed:
                faulty.add(question.id)
        visible.append(question)
        if given := draft.answers.get(question.id):
            answers[question.id] = seen(question, given.value)
    return Sheet(record, draft, facts, tuple(visible), answers, frozenset(faulty))


def seen(question: Question, value: object) -> object:
    """A stored value as conditions see it."""
    return None if value is None else KINDS[question.type].condition_value(value)


def _about(record: Record, draft: Draft) -> dict[str, object]:
    return {"id": record.id, "title": record.title, "stage": record.stage, "pack": draft.pack}
