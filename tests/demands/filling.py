"""Fills in a record the way an officer would, with whatever fits each question's type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dialogs import engine
from dialogs.facts import EvidenceFact, Facts, OfficerFact
from dialogs.packs.schema import Pack, Question, Record
from dialogs.questions import KINDS
from dialogs.values import Accepted, Answer, Attach, Choose, Done, Draft, Input, Skip, TakeOffer, Text, Unknown
from dialogs.zone import SHANGHAI

NOW = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)  # 15:00 in Shanghai
OFFICERS = (OfficerFact("1", "李明", "辽B-001", "监督检查科"), OfficerFact("2", "王芳", "辽B-002", "监督检查科"))
TYPED = {
    "text": ["大连某某有限公司", "《行政处罚法》第五十七条第一款第一项"],
    "long_text": ["已按规定办理，情况属实。", "《行政处罚法》第五十七条第一款第一项"],
    "number": ["2", "30"],
    "amount": ["200元", "1000元"],
    "phone": ["13812345678"],
    "resident_id": ["11010519491231002X"],
    "organisation_code": ["91210200MA0000000Y", "91350100M000100Y43"],
    "place": ["大连市西岗区某路1号"],
    "dialogue": ["问：请介绍一下您的姓名。\n答：我叫孙某。"],
}


def facts_of(pack: Pack, given: Mapping[str, Any] | None = None) -> Facts:
    """Facts as a demand writes them: `case`, `happened` (event: moment), `records`, `settings`, `now`, `clashes`."""
    from tests.demands.written import clash, moment, record, stored

    given = given or {}
    settings = {each.id: each.value for each in pack.settings} | dict(given.get("settings", {}))
    return Facts(
        now=moment(given["now"]) if "now" in given else NOW,
        case={name: stored(each) for name, each in given.get("case", {}).items()},
        agency={"name": "某局", "code": "some"},
        officers=OFFICERS,
        register=OFFICERS,
        place="大连市西岗区某路1号",
        records=tuple(record(pack, n, each) for n, each in enumerate(given.get("records", ()), start=1)),
        happened={name: moment(at) for name, at in given.get("happened", {}).items()},
        settings=settings,
        clashes=tuple(clash(each) for each in given.get("clashes", ())),
    )


def complete(pack: Pack, record: Record, facts: Facts, answers: Mapping[str, Any]) -> tuple[Draft, Facts]:
    """The record filled in wholly: `answers` decide (a value, a list, or `skip: why`), the rest is what fits.

    AssertionError when a question takes nothing.
    """
    draft = engine.start(f"{pack.id}@{pack.version}", record)
    for _ in range(2 * len(record.questions) + 2):
        name = engine.next_question(record, draft, facts)
        if name is None:
            return draft, facts
        draft, facts = _settle(record, draft, facts, name, answers)
    raise AssertionError(f"{record.id}: does not end")


def _settle(record: Record, draft: Draft, facts: Facts, name: str, answers: Mapping[str, Any]) -> tuple[Draft, Facts]:
    question = next(each for each in record.questions if each.id == name)
    ways = list(wanted(question, answers[name]) if name in answers else fitting(question, record, draft, facts))
    refusals = []
    for inputs in ways:
        taken, seen = draft, facts
        for sent in inputs:
            if isinstance(sent, Attach):
                held = EvidenceFact(sent.id, sent.kind, name, NOW, seconds=sent.seconds)
                seen = replace(seen, evidence=(*seen.evidence, held))
            step = engine.answer(record, taken, Answer(name, sent, "1"), seen)
            if not isinstance(step.effects[0], Accepted):
                refusals.append((sent, step.effects[0]))
                break
            taken = step.draft
        else:
            if engine.next_question(record, taken, seen) != name:
                return taken, seen
    raise AssertionError(f"{record.id}.{name} takes nothing of {refusals[-3:]}")


def wanted(question: Question, value: Any) -> Iterator[tuple[Input, ...]]:
    if isinstance(value, Mapping):
        if "skip" in value:
            yield (Skip(value["skip"]),)
        if "unknown" in value:
            yield (Unknown(value["unknown"]),)
        return
    collects = KINDS[question.type].collects
    if isinstance(value, bool):
        yield (Choose("yes" if value else "no"),)
    elif isinstance(value, list):
        yield (*(Choose(each) if question.type in ("choices", "officers") else Text(each) for each in value), Done())
    elif collects:
        yield (Choose(value), Done())
        yield (Text(str(value)), Done())
    else:
        yield (Choose(str(value)),)
        yield (Text(str(value)),)


def fitting(question: Question, record: Record, draft: Draft, facts: Facts) -> Iterator[tuple[Input, ...]]:
    kind = KINDS[question.type]
    if kind.evidence:
        pieces = [
            Attach(f"{question.id}{n}", kind.evidence, 60.0 if kind.evidence == "recording" else None)
            for n in range(max(question.least, 1))
        ]
        yield (*pieces, Done())
        return
    prompt = engine.prompt(record, draft, facts, question.id)
    if prompt.offer is not None and question.type != "choice":
        yield (TakeOffer(),)
        yield (TakeOffer(), Done())
    choices = [choice.id for choice in prompt.choices]
    if question.type in ("choices", "officers"):
        yield (*(Choose(each) for each in choices[: question.most]), Done())
        yield (*(Choose(each) for each in choices[:1]), Done())
    elif question.type == "yes_no":
        yield (Choose("no"),)
        yield (Choose("yes"),)
    elif choices:
        yield from ((Choose("none"),), *((Choose(each),) for each in choices))
    if question.columns:
        row = "，".join(["某某", "2", "完好", "现场", "备注", "备注"][: len(question.columns)])
        yield (Text("\n".join([row] * max(question.least, 1))), Done())
    for text in (question.example, *TYPED.get(question.type, ()), *_times(question, facts)):
        if text:
            yield (Text(text), Done()) if kind.collects else (Text(text),)


def _times(question: Question, facts: Facts) -> Iterator[str]:
    """Shortly before now, and some days ahead, where a date or moment is asked."""
    written = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M"}.get(question.type)
    if written is not None:
        for days in (0, -1, 15, 45):
            moment = facts.now.astimezone(SHANGHAI) + timedelta(days=days, minutes=-1)
            yield moment.strftime(written)
