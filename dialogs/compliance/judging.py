"""Conditions of one check, over one view of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.facts import Facts, RecordFact
from models.errors import InvalidInput


class Judge:
    """Answers whether a condition holds: True, False, or None when it cannot be told."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.states = {each.id: each.state for each in facts.evidence}
        self._scope = Scope({}, facts)

    def holds(self, condition: str, answers: Mapping[str, object] | None = None) -> bool | None:
        scope = self._scope if answers is None else Scope(answers, self.facts)
        try:
            return compile_condition(condition).holds(scope)
        except (ConditionFailed, InvalidInput):
            return None

    def before(self, record: RecordFact) -> Judge:
        """The case before `record` was submitted, as far as it still shows: later records and later time left out."""
        at = record.submitted_at or self.facts.now
        earlier = tuple(
            each
            for each in self.facts.records
            if each.id != record.id and each.submitted_at is not None and each.submitted_at <= at
        )
        return Judge(replace(self.facts, now=at, records=earlier))

    def applies(self, condition: str | None, answers: Mapping[str, object]) -> bool:
        """Whether a part of a record applies; one that cannot be judged does."""
        return condition is None or self.holds(condition, answers) is not False
