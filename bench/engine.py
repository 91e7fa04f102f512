"""How long the engine takes to derive what comes next, against the least any engine must do."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from dialogs import engine
from dialogs.conditions import compile_condition
from dialogs.facts import Facts
from dialogs.packs.schema import Question, Record
from dialogs.values import Answer, Draft, Text

_NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
_FACTS = Facts(now=_NOW, case={"kind": "penalty"})


def record(questions: int = 60, every: int = 3) -> Record:
    """A long form: every third question hangs on the one before it."""
    return Record(
        id="bench",
        title="性能测试笔录",
        stage="investigation",
        questions=tuple(
            Question(
                id=f"q{number}",
                type="text",
                ask=f"第{number}问",
                when=f"answers.q{number - 1} != 'x' && case.kind == 'penalty'" if number % every == every - 1 else None,
            )
            for number in range(questions)
        ),
    )


def filled(form: Record, answers: int) -> Draft:
    """`form` with its first `answers` questions answered."""
    draft = engine.start("bench@1.0.0", form)
    for question in form.questions[:answers]:
        draft = engine.answer(form, draft, Answer(question.id, Text("答"), "1"), _FACTS).draft
    return draft


def _scan(form: Record, draft: Draft) -> str | None:
    return next((question.id for question in form.questions if question.id not in draft.answers), None)


def microseconds(work: Callable[[], Any], rounds: int = 50) -> float:
    """Median time of one call."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1e6)
    return median(taken)


def rows() -> list[dict[str, object]]:
    """One row per figure: {name, ours, peer, unit, ratio, note}; the peer is a plain scan of a dict."""
    form = record()
    draft = filled(form, 45)
    plain = record(every=1000)
    answer = Answer("q45", Text("答"), "1")
    floor = microseconds(lambda: _scan(form, draft), 500)
    conditions = [compile_condition(question.when) for question in form.questions if question.when]

    def unseen() -> str | None:
        for condition in conditions:
            condition.forget()
        return engine.next_question(form, draft, _FACTS)

    measured = {
        "next question, 60 questions, 20 conditions, values never seen": unseen,
        "next question, 60 questions, 20 conditions": lambda: engine.next_question(form, draft, _FACTS),
        "next question, 60 questions, no condition": lambda: engine.next_question(plain, draft, _FACTS),
        "one answer taken, 60 questions, 20 conditions": lambda: engine.answer(form, draft, answer, _FACTS),
        "review, 60 questions, 20 conditions": lambda: engine.review(form, draft, _FACTS),
    }
    return [
        {
            "name": name,
            "ours": round(ours := microseconds(work), 1),
            "peer": round(floor, 2),
            "unit": "µs",
            "ratio": round(ours / floor, 1),
            "note": "floor: first question without an answer in a dict; it knows no conditions",
        }
        for name, work in measured.items()
    ]
