"""Which deadlines an event opens and closes. Pure: what is open goes in, changes come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.deadlines.calendar import Calendar, shipped_calendar
from dialogs.deadlines.terms import Due, due_at, due_until, set_by_agency
from dialogs.facts import Facts
from dialogs.packs.schema import Deadline, Pack, Within


@dataclass(frozen=True)
class Event:
    """Something that happened to a case.

    at: the moment meant, from which terms run.
    subject: what it happened to (a recording, a record); '' for the case itself.
    covers: the subjects it speaks for, when it names them (the recordings handed over).
    answers: what `opens_when` sees as `answers`.
    """

    name: str
    at: datetime
    subject: str = ""
    covers: frozenset[str] | None = None
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenDeadline:
    """A deadline of the case as stored. `key` is the caller's; closed ones may be passed and keep it from reopening."""

    key: object
    deadline_id: str
    subject: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Opens:
    """`within`: how long it runs, with the number the agency has set; None for an end somebody has set."""

    deadline_id: str
    subject: str
    opened_at: datetime
    due: Due
    within: Within | None = None


@dataclass(frozen=True)
class Closes:
    """`met` is false when another term takes its place."""

    key: object
    closed_at: datetime
    met: bool = True


def events(
    pack: Pack, event: Event, open: Sequence[OpenDeadline], facts: Facts, calendar: Calendar | None = None
) -> tuple[Opens | Closes, ...]:
    """The changes `event` brings, closings first, so that one event may end a term and begin a fresh one.

    It closes what it covers, or else everything of a named deadline that was open at its moment: one handing-over
    takes all recordings received before it. What is open is not opened twice, and what was closed is opened again
    only by a later moment.
    """
    named = {each.id: True for each in pack.deadlines if event.name in each.closes_on}
    named |= {each.id: False for each in pack.deadlines if event.name in each.replaced_on and each.id not in named}
    closes = [
        Closes(each.key, event.at, named[each.deadline_id])
        for each in open
        if each.deadline_id in named and _meant(each, event)
    ]
    closed = {each.key for each in closes}
    standing = [each for each in open if each.key not in closed]
    opens = [
        Opens(deadline.id, subject, event.at, *_due(deadline, event, facts, calendar or shipped_calendar()))
        for deadline in pack.deadlines
        if deadline.opens_on == event.name and _applies(deadline, event, facts)
        for subject in _subjects(deadline, event)
        if not any(_bars(each, deadline, subject, event) for each in standing)
    ]
    return (*closes, *opens)


def _due(deadline: Deadline, event: Event, facts: Facts, calendar: Calendar) -> tuple[Due, Within | None]:
    if deadline.until is not None:
        return due_until(event.answers.get(deadline.until.removeprefix("answers.")), event.at), None
    assert deadline.within is not None, "lint allows exactly one of within and until"
    within = set_by_agency(deadline.within, facts.settings)
    return due_at(within, event.at, calendar), within


def _meant(deadline: OpenDeadline, event: Event) -> bool:
    if deadline.closed_at is not None:
        return False
    if event.covers is not None and deadline.subject:
        return deadline.subject in event.covers
    return deadline.opened_at <= event.at


def _applies(deadline: Deadline, event: Event, facts: Facts) -> bool:
    if deadline.opens_when is None:
        return True
    try:
        return compile_condition(deadline.opens_when).holds(Scope(event.answers, facts))
    except ConditionFailed:
        return True  # a term too many is seen and explained; one too few is missed


def _subjects(deadline: Deadline, event: Event) -> Iterator[str]:
    if deadline.per == "case":
        yield ""
    else:
        yield from sorted(event.covers) if event.covers is not None else (event.subject,)


def _bars(known: OpenDeadline, deadline: Deadline, subject: str, event: Event) -> bool:
    if (known.deadline_id, known.subject) != (deadline.id, subject):
        return False
    return known.closed_at is None or known.closed_at >= event.at
