"""Plays a record through the engine with short answers, as an officer would in chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dialogs import engine
from dialogs.facts import EvidenceFact, Facts, OfficerFact
from dialogs.packs.schema import Pack, Record
from dialogs.values import (
    Accepted,
    Answer,
    Attach,
    Choose,
    Done,
    Draft,
    Input,
    Skip,
    TakeOffer,
    Text,
)

NOW = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)  # 15:00 in Shanghai
OFFICERS = (
    OfficerFact("1", "李明", "辽B-001", "监督检查科"),
    OfficerFact("2", "王芳", "辽B-002", "监督检查科"),
)
Plan = Mapping[str, Any]  # question -> text or option id, one input, or a tuple of inputs


def facts_with(**case: object) -> Facts:
    """Facts of a case with two officers."""
    return Facts(
        now=NOW, case=case, agency={"name": "某局"}, officers=OFFICERS, register=OFFICERS, place="大连市西岗区某路1号"
    )


def play(pack: Pack, record: Record, facts: Facts, plan: Plan) -> tuple[Draft, Facts]:
    """Answers every question in the order the engine asks it; fails when one is refused or the plan lacks it.

    A string is typed; what the plan leaves out is taken as offered, or skipped where that is free. Evidence that is
    attached appears in the returned facts.
    """
    draft = engine.start(f"{pack.id}@{pack.version}", record)
    asked: list[str] = []
    while (question := engine.next_question(record, draft, facts)) is not None:
        assert question not in asked, f"{question} is asked twice"
        asked.append(question)
        for sent in _inputs(record, draft, facts, question, plan):
            if isinstance(sent, Attach):
                held = EvidenceFact(sent.id, sent.kind, question, NOW, seconds=sent.seconds)
                facts = replace(facts, evidence=(*facts.evidence, held))
            step = engine.answer(record, draft, Answer(question, sent, "1"), facts)
            assert isinstance(step.effects[0], Accepted), (question, sent, step.effects)
            draft = step.draft
    assert not set(plan) - set(asked), f"never asked: {set(plan) - set(asked)}"
    return draft, facts


def _inputs(record: Record, draft: Draft, facts: Facts, question: str, plan: Plan) -> tuple[Input, ...]:
    prompt = engine.prompt(record, draft, facts, question)
    planned = plan.get(question)
    if planned is None:
        if prompt.offer is not None:
            return (TakeOffer(), Done()) if prompt.type == "officers" and len(facts.officers) < 2 else (TakeOffer(),)
        assert prompt.skip == "free", f"the plan has no answer to {question}"
        return (Skip(),)
    if isinstance(planned, str):
        if prompt.type == "yes_no" or (prompt.choices and not prompt.collecting):
            return (Choose(planned),)
        return (Text(planned), Done()) if prompt.collecting else (Text(planned),)
    return planned if isinstance(planned, tuple) else (planned,)
