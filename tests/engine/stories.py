"""Golden conversations: a story's inputs are run through the engine, and what it says is compared or rewritten.

A story is one YAML file in `tests/conversations`, named `<pack>.<story>.yaml`:

    title, pack, record, now               now: ISO datetime with offset, moved on by `minutes` of each step
    case, agency, officers, place          facts; officers are {id, name, certificate}
    steps: [{to, by?, minutes?, <input>, expect}]   to: the question answered, named so that a pack may grow
    end: what the record gives in the end

Inputs: `text: …`, `choose: id`, `done: true`, `take: true`, `skip: reason or true`, `unknown: reason`, `clear: true`,
`place: {latitude, longitude, accuracy?, title?}`, `attach: {id, kind, seconds?}`, `lines: [[role, text], …]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialogs import engine
from dialogs.facts import Facts, OfficerFact
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Record
from dialogs.values import (
    Accepted,
    AddLines,
    Answer,
    Attach,
    Choose,
    Clear,
    Complete,
    Conflict,
    Done,
    Draft,
    Effect,
    Input,
    Line,
    Parked,
    Place,
    Rejected,
    Reopened,
    Skip,
    TakeOffer,
    Text,
    Unknown,
)

FOLDER = Path(__file__).resolve().parents[1] / "conversations"


def yaml() -> YAML:
    """A YAML 1.2 reader and writer that keeps comments and breaks no lines."""
    made = YAML()
    made.width = 1000
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def told(story: Mapping[str, Any]) -> dict[str, Any]:
    """The story with `expect` of each step and `end` as the engine gives them now."""
    pack = load_pack(story["pack"])
    record, facts = pack.record(story["record"]), _facts(story)
    draft = engine.start(f"{pack.id}@{pack.version}", record)
    steps = []
    for step in story["steps"]:
        facts = replace(facts, now=facts.now + timedelta(minutes=step.get("minutes", 0)))
        asked = step["to"]
        before = _asked(record, draft, facts, asked)
        taken = engine.answer(record, draft, Answer(asked, _input(step), step.get("by", "1")), facts)
        draft = taken.draft
        following = engine.next_question(record, draft, facts)
        says = [_said(record, draft, facts, effect) for effect in taken.effects]
        steps.append(
            {
                **{key: step[key] for key in step if key != "expect"},
                "expect": {"asked": before, "says": says, "next": following},
            }
        )
    return {**story, "steps": steps, "end": _end(record, draft, facts)}


def _facts(story: Mapping[str, Any]) -> Facts:
    officers = tuple(OfficerFact(**each) for each in story.get("officers", ()))
    return Facts(
        now=datetime.fromisoformat(story["now"]),
        case=dict(story.get("case", {})),
        agency=dict(story.get("agency", {})),
        officers=officers,
        register=officers,
        place=story.get("place"),
    )


def _input(step: Mapping[str, Any]) -> Input:
    match step:
        case {"text": text}:
            return Text(text)
        case {"choose": option}:
            return Choose(option)
        case {"done": True}:
            return Done()
        case {"take": True}:
            return TakeOffer()
        case {"clear": True}:
            return Clear()
        case {"skip": reason}:
            return Skip(None if reason is True else reason)
        case {"unknown": reason}:
            return Unknown(reason)
        case {"place": place}:
            return Place(**place)
        case {"attach": attached}:
            return Attach(**attached)
        case {"lines": lines}:
            return AddLines(tuple(Line(role, text) for role, text in lines))
    raise ValueError(f"a step without input: {dict(step)}")


def _asked(record: Record, draft: Draft, facts: Facts, question: str) -> str:
    if question not in {each.id for each in engine.visible(record, draft, facts)}:
        return f"({question} is not asked)"
    prompt = engine.prompt(record, draft, facts, question)
    offered = f" [{prompt.offer.text}]" if prompt.offer else ""
    return f"{prompt.position}/{prompt.total} {question}: {prompt.ask}{offered}"


def _said(record: Record, draft: Draft, facts: Facts, effect: Effect) -> str:
    match effect:
        case Accepted(question, None):
            return f"{question} taken back"
        case Accepted(question, given) if given is not None:
            form = next(each for each in record.questions if each.id == question)
            return f"{question} {given.state}: {engine.shown(form, given, facts)}"
        case Rejected():
            shown = f", e.g. {effect.example}" if effect.example else ""
            return f"{effect.question} rejected: {effect.code} {dict(effect.params)}{shown}"
        case Conflict():
            return f"{effect.question} conflict: {effect.stored.value} / {effect.offered}"
        case Complete():
            return "complete"
        case Parked(questions):
            return f"parked: {', '.join(questions)}"
        case Reopened(questions):
            return f"reopened: {', '.join(questions)}"
    raise ValueError(f"an effect no story tells: {effect}")


def _end(record: Record, draft: Draft, facts: Facts) -> dict[str, Any]:
    review = engine.review(record, draft, facts)
    return {
        "ready": review.ready,
        "next": engine.next_question(record, draft, facts),
        "lacking": [f"{each.question}: {each.code}{'' if each.blocks else ' (departure)'}" for each in review.lacking],
        "lines": {line.label: line.text for line in review.lines},
        "facts": engine.submitted_facts(record, draft, facts),
        "events": [
            f"{name} {at.isoformat() if at else ''}".strip() for name, at in engine.emissions(record, draft, facts)
        ],
    }
