"""Conditions that can never hold or never be read: names, options and order, from the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import celpy
from lark import Token

from dialogs.conditions import ROOTS, compile_condition
from dialogs.packs.faults import Fault
from dialogs.packs.lint_questions import case_facts, nearest
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Pack, Question, Record
from models.errors import InvalidInput

REFUSALS = ("none", "questioning", "evidence", "signing", "other")  # as in dialogs.questions.refusal


@dataclass(frozen=True)
class _Use:
    """One condition: `earlier` are the questions it may see, `later` those of its record it may not yet."""

    text: str
    place: Location
    owner: str
    earlier: tuple[Question, ...] = ()
    later: tuple[Question, ...] = ()


def condition_faults(pack: Pack, places: Places, *, whole: bool) -> Iterator[Fault]:
    """Faults of every condition. In a fragment, case facts and deadlines belong to the packs that use it."""
    for use in _uses(pack):
        try:
            names = compile_condition(use.text).references
        except InvalidInput as fault:
            yield _unreadable(use, fault, places)
            continue
        for name in sorted(names):
            yield from _name(use, name, pack, places, whole=whole)
        yield from _options(use, pack, places)


def _uses(pack: Pack) -> Iterator[_Use]:
    for at, record in enumerate(pack.records):
        here: Location = ("records", at)
        if record.starts_with:
            yield _Use(record.starts_with, (*here, "starts_with"), record.id)
        yield from _question_uses(record, here)
        for n, slot in enumerate(record.sign_off):
            if slot.when:
                yield _Use(slot.when, (*here, "sign_off", n, "when"), slot.id, record.questions)
        for n, emission in enumerate(record.emits):
            if emission.when:
                yield _Use(emission.when, (*here, "emits", n, "when"), emission.event, record.questions)
        for n, make in enumerate(record.makes):
            if make.when:
                yield _Use(make.when, (*here, "makes", n, "when"), make.kind, record.questions)
    for n, deadline in enumerate(pack.deadlines):
        if deadline.opens_when:
            yield _Use(deadline.opens_when, ("deadlines", n, "opens_when"), deadline.id)


def _question_uses(record: Record, here: Location) -> Iterator[_Use]:
    for n, question in enumerate(record.questions):
        before, after = record.questions[:n], record.questions[n:]
        if question.when:
            yield _Use(question.when, (*here, "questions", n, "when"), question.id, before, after)
        if question.check:
            place = (*here, "questions", n, "check")
            yield _Use(question.check, place, question.id, (*before, question), after[1:])


def _unreadable(use: _Use, fault: InvalidInput, places: Places) -> Fault:
    if fault.params["reason"] == "syntax":
        return places.fault(use.place, "condition.syntax", text=use.text)
    known = "、".join(sorted(ROOTS))
    return places.fault(use.place, "condition.unknown_root", name=fault.params["name"], known=known)


def _name(use: _Use, dotted: str, pack: Pack, places: Places, *, whole: bool) -> Iterator[Fault]:
    root, _, rest = dotted.partition(".")
    name = rest.partition(".")[0]
    if not name:
        return
    if root == "answers" and name not in {question.id for question in use.earlier}:
        if any(question.id == name for question in use.later):
            yield places.fault(use.place, "condition.later_answer", id=use.owner, name=name)
        else:
            hint = nearest(name, {question.id for question in use.earlier})
            yield places.fault(use.place, "condition.unknown_answer", name=name, **hint)
    elif whole and root == "case" and name not in case_facts(pack):
        yield places.fault(use.place, "condition.unknown_case_fact", name=name, **nearest(name, case_facts(pack)))
    elif whole and root == "deadlines" and name not in (known := {deadline.id for deadline in pack.deadlines}):
        yield places.fault(use.place, "condition.unknown_deadline", name=name, **nearest(name, known))


def _options(use: _Use, pack: Pack, places: Places) -> Iterator[Fault]:
    """A comparison with a word that is no option is never true: `answers.way == 'retianed'`."""
    for root, name, words in _comparisons(use.text):
        asked = _asked(use, pack, root, name)
        known = {word for question in asked for word in _words(question)}
        if not asked or any(question.type not in ("choice", "choices", "yes_no", "refusal") for question in asked):
            continue
        for word in words:
            if word not in known:
                shown = "、".join(sorted(known)) or "true、false（不加引号）"
                yield places.fault(use.place, "condition.unknown_option", value=word, name=name, known=shown)


def _asked(use: _Use, pack: Pack, root: str, name: str) -> list[Question]:
    if root == "answers":
        return [question for question in (*use.earlier, *use.later) if question.id == name]
    return [question for record in pack.records for question in record.questions if question.sets == name]


def _words(question: Question) -> tuple[str, ...]:
    return REFUSALS if question.type == "refusal" else tuple(option.id for option in question.options)


def _comparisons(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """`(answers|case, name, words)` of each relation between one name and words in quotes."""
    for relation in celpy.Environment().compile(text).find_data("relation"):
        tokens = list(relation.scan_values(lambda value: isinstance(value, Token)))
        names = [str(token) for token in tokens if token.type == "IDENT"]
        words = [str(token)[1:-1] for token in tokens if token.type == "STRING_LIT"]
        if len(relation.children) == 2 and len(names) == 2 and names[0] in ("answers", "case") and words:
            yield names[0], names[1], words
