"""Every condition of a pack, with its place and what it may see there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.conditions import ROOTS
from dialogs.packs.known import emitters
from dialogs.packs.places import Location
from dialogs.packs.schema import Deadline, Need, Pack, Question, Record

_OF_CASE = ROOTS - {"answers", "record", "item"}
_OF_RECORD = ROOTS - {"item"}
_OF_RETENTION = _OF_CASE | {"item"}


@dataclass(frozen=True)
class Use:
    """One condition.

    kind: the field it stands in. roots: what it sees there. earlier: the questions whose answers it may use, later:
    those of its record it may not yet. given: a condition that holds whenever this one is judged.
    """

    text: str
    place: Location
    owner: str
    kind: str
    roots: frozenset[str]
    earlier: tuple[Question, ...] = ()
    later: tuple[Question, ...] = ()
    given: str | None = None


def uses(pack: Pack) -> Iterator[Use]:
    """The conditions of every element, in the pack's order."""
    for at, record in enumerate(pack.records):
        here: Location = ("records", at)
        yield from _record_uses(record, here)
        yield from _question_uses(record, here)
    for family in ("procedures", "rules", "retention"):
        for n, one in enumerate(getattr(pack, family)):
            roots = _OF_RETENTION if family == "retention" else _OF_CASE
            if one.when:
                yield Use(one.when, (family, n, "when"), one.id, "when", roots)
            if family == "rules":
                yield Use(one.holds, (family, n, "holds"), one.id, "holds", roots, given=one.when)
    yield from _outline_uses(pack)
    for n, deadline in enumerate(pack.deadlines):
        if deadline.opens_when:
            yield _opening(pack, deadline, n)


def _record_uses(record: Record, here: Location) -> Iterator[Use]:
    for kind in ("starts_with", "expected"):
        if text := getattr(record, kind):
            yield Use(text, (*here, kind), record.id, kind, _OF_CASE)
    for n, need in enumerate(record.needs):
        yield _need(record, need, (*here, "needs", n, "holds"))
    for part in ("sign_off", "review", "emits", "makes"):
        for n, one in enumerate(getattr(record, part)):
            if one.when:
                owner = getattr(one, "id", None) or getattr(one, "event", None) or one.kind
                yield Use(one.when, (*here, part, n, "when"), owner, "when", _OF_RECORD, record.questions)


def _need(record: Record, need: Need, place: Location) -> Use:
    if need.at == "beginning":
        return Use(need.holds, place, need.id, "holds", _OF_CASE)
    return Use(need.holds, place, need.id, "holds", _OF_CASE | {"answers"}, record.questions)


def _question_uses(record: Record, here: Location) -> Iterator[Use]:
    for n, question in enumerate(record.questions):
        before, after = record.questions[:n], record.questions[n:]
        if question.when:
            yield Use(question.when, (*here, "questions", n, "when"), question.id, "asked", _OF_RECORD, before, after)
        if question.check:
            place = (*here, "questions", n, "check")
            yield Use(question.check, place, question.id, "check", _OF_RECORD, (*before, question), after[1:])


def _outline_uses(pack: Pack) -> Iterator[Use]:
    for n, outline in enumerate(pack.outlines):
        record = next((each for each in pack.records if each.id == outline.record), None)
        if outline.when:
            seen = record.questions if record else ()
            yield Use(outline.when, ("outlines", n, "when"), outline.id, "when", _OF_RECORD, seen)


def _opening(pack: Pack, deadline: Deadline, n: int) -> Use:
    seen = tuple(question for record in emitters(pack, deadline.opens_on) for question in record.questions)
    roots = _OF_CASE | {"answers"}
    return Use(deadline.opens_when or "", ("deadlines", n, "opens_when"), deadline.id, "opens_when", roots, seen)
