"""What each record asks, on every branch, and how each question may be left; who signs it: the golden plan of a pack.

A walk answers nothing but what branches: options, yes or no, refusals, evidence that is there or not, and the case
facts and settings its conditions mention. Kept in `tests/conversations/plans/<pack>.yaml`; `ZHILU_REWRITE=1` writes
them anew for review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dialogs import engine
from dialogs.conditions import compile_condition
from dialogs.engine.asking import skipping
from dialogs.facts import EvidenceFact, Facts
from dialogs.packs.schema import Pack, Question, Record
from dialogs.questions import KINDS
from dialogs.values import Draft, Given
from tests.demands.filling import NOW, facts_of

Walk = tuple[tuple[str, object], ...]  # what was set: `question`, `case.fact` or `settings.id` -> value
_DEPTH = 3
REFUSALS = ("none", "questioning", "evidence", "signing", "other")


def plan(pack: Pack, record: Record) -> dict[str, Any]:
    """`{asks: [line, …], branches: [{given, more, less}, …]}`: the plain walk, then what each choice newly changes."""
    plain = tuple(lines(pack, record, ()))
    known: set[tuple[str, str]] = {("more", line) for line in plain}
    branches: list[dict[str, Any]] = []
    waiting: list[Walk] = [()]
    while waiting:
        walk = waiting.pop(0)
        for step in _steps(pack, record, walk):
            found = tuple(lines(pack, record, (*walk, step)))
            more = [line for line in found if line not in plain]
            less = [line.partition(" ")[0] for line in plain if line not in found]
            news = {("more", line) for line in more} | {("less", name) for name in less}
            if news <= known:
                continue
            known |= news
            branches.append({"given": dict((*walk, step)), "more": more, "less": less})
            if len(walk) + 1 < _DEPTH:
                waiting.append((*walk, step))
    return {"asks": list(plain), "branches": branches} | {key: found for key, found in _around(record) if found}


def _around(record: Record) -> Iterator[tuple[str, Any]]:
    """Who signs and decides, what should come before, and what follows."""
    yield (
        "signs",
        [
            " ".join(
                [slot.id, "required" if slot.required else "optional", "may refuse" if slot.may_refuse else ""]
            ).strip()
            for slot in record.sign_off
        ],
    )
    yield "decides", [f"{step.id} by {step.by}" for step in record.review]
    yield "needs", [need.id for need in record.needs]
    yield "expected", record.expected
    yield "emits", [emission.event for emission in record.emits]


def lines(pack: Pack, record: Record, walk: Walk) -> Iterator[str]:
    """`question how basis…` of each question asked: how it may be left, and the articles it rests on."""
    draft, facts = _sheet(pack, record, walk)
    for question in engine.visible(record, draft, facts):
        yield " ".join([question.id, _how(question), *question.basis])


def _how(question: Question) -> str:
    left = {"no": "insists", "with_reason": "reason", "free": "free"}[skipping(question)]
    several = f"{question.least}-{question.most}" if KINDS[question.type].collects else ""
    parts = (question.level, left, "unknown" if question.unknown else "", several, "checked" if question.check else "")
    return "/".join(part for part in parts if part)


def _sheet(pack: Pack, record: Record, walk: Walk) -> tuple[Draft, Facts]:
    given, case, settings = {}, {}, {}
    for name, value in walk:
        root, _, rest = name.partition(".")
        if root == "case" and rest:
            case[rest] = value
        elif root == "settings" and rest:
            settings[rest] = value
        else:
            given[name] = value
    questions = {question.id: question for question in record.questions}
    answers = {name: Given(value, "answered", 1, "1", NOW) for name, value in given.items() if name in questions}
    facts = facts_of(pack, {"case": case, "settings": settings})
    held = tuple(
        EvidenceFact(f"{name}-1", KINDS[questions[name].type].evidence, name, NOW)  # type: ignore[arg-type]
        for name in given
        if name in questions and KINDS[questions[name].type].evidence
    )
    return Draft(f"{pack.id}@{pack.version}", record.id, 1, answers), replace(facts, evidence=held)


def _steps(pack: Pack, record: Record, walk: Walk) -> Iterator[tuple[str, object]]:
    """What may be set next: branching questions asked on this walk, and what conditions see of the case."""
    draft, facts = _sheet(pack, record, walk)
    mentioned = _mentioned(tuple(each.when for each in record.questions if each.when))
    set_already = {name for name, _ in walk}
    for question in engine.visible(record, draft, facts):
        if f"answers.{question.id}" in mentioned and question.id not in set_already:
            yield from ((question.id, value) for value in _values(question))
    for name in sorted(mentioned):
        root, _, rest = name.partition(".")
        if root in ("case", "settings") and rest and name not in set_already:
            yield from ((name, value) for value in _known(pack, root, rest))


@lru_cache(maxsize=4096)
def _mentioned(conditions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        ".".join(name.split(".")[:2]) for text in conditions for name in compile_condition(text).references
    )


def _values(question: Question) -> list[object]:
    options = [option.id for option in question.options]
    match question.type:
        case "yes_no":
            return [True, False]
        case "choice":
            return list(options)
        case "choices":
            return [[option] for option in options]
        case "refusal":
            return list(REFUSALS)
    return [[f"{question.id}-1"]] if KINDS[question.type].evidence else ["x"]


def _known(pack: Pack, root: str, name: str) -> list[object]:
    if root == "settings":
        setting = next((each for each in pack.settings if each.id == name), None)
        return [not setting.value] if setting and setting.type == "yes_no" else []
    values: list[object] = []
    for record in pack.records:
        if name in record.sets:
            values.append(record.sets[name])
        for question in record.questions:
            if question.sets == name:
                values += _values(question)
    return [value for n, value in enumerate(values) if value not in values[:n]]


def plans(pack: Pack) -> Mapping[str, Any]:
    return {record.id: plan(pack, record) for record in pack.records}
