"""Small forms and facts for engine tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dialogs import engine
from dialogs.facts import Facts, OfficerFact
from dialogs.packs.schema import Option, Question, Record
from dialogs.values import Answer, Draft, Effect, Input

NOW = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)  # 15:30 in Shanghai
OFFICERS = (OfficerFact("1", "张三", "LN001"), OfficerFact("2", "李四", "LN002"), OfficerFact("3", "王五", "LN003"))
FACTS = Facts(now=NOW, officers=OFFICERS[:2], register=OFFICERS, place="大连市西岗区")
OPTIONS = (Option(id="a", title="甲类"), Option(id="b", title="乙类", sounds=("第二种",)), Option(id="c", title="丙类"))


def question(id: str, type: str, **stated: Any) -> Question:
    return Question.model_validate({"id": id, "type": type, "ask": id, **stated})


def form(*questions: Question, **stated: Any) -> Record:
    return Record.model_validate(
        {"id": "form", "title": "笔录", "stage": "investigation", **stated, "questions": questions}
    )


class Sitting:
    """One record being filled in: `say` answers, `effects` are those of the last answer."""

    def __init__(self, record: Record, facts: Facts = FACTS) -> None:
        self.record, self.facts = record, facts
        self.draft: Draft = engine.start("test@1.0.0", record)
        self.effects: tuple[Effect, ...] = ()

    def say(self, question: str, sent: Input, by: str = "1", expects: int | None = None) -> Effect:
        step = engine.answer(self.record, self.draft, Answer(question, sent, by, expects), self.facts)
        self.draft, self.effects = step.draft, step.effects
        return step.effects[0]

    @property
    def next(self) -> str | None:
        return engine.next_question(self.record, self.draft, self.facts)

    def value(self, question: str) -> object:
        return self.draft.answers[question].value
