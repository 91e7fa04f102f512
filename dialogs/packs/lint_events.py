"""Deadlines that would never open or never close, and moments that nobody is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.packs.faults import Fault
from dialogs.packs.lint_questions import nearest
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Deadline, Pack

RECORD_EVENTS = ("submitted", "approved", "returned", "sealed")
CASE_EVENTS = frozenset({"case.opened", "evidence.recording_received"})


def events(pack: Pack) -> frozenset[str]:
    """Every event that can happen: of each record, what records emit, and what the case itself sends."""
    of_records = {f"record.{record.id}.{event}" for record in pack.records for event in RECORD_EVENTS}
    return CASE_EVENTS | of_records | {emission.event for record in pack.records for emission in record.emits}


def event_faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults of deadlines, their reminders and the moments of emissions."""
    known = events(pack)
    for n, deadline in enumerate(pack.deadlines):
        yield from _deadline(deadline, ("deadlines", n), known, places)
    for at, record in enumerate(pack.records):
        times = {f"answers.{one.id}" for one in record.questions if one.type in ("date", "datetime")}
        for n, emission in enumerate(record.emits):
            if emission.at and emission.at not in times:
                yield places.fault(("records", at, "emits", n, "at"), "emission.at", at=emission.at)


def _deadline(deadline: Deadline, place: Location, known: frozenset[str], places: Places) -> Iterator[Fault]:
    if deadline.opens_on not in known:
        hint = nearest(deadline.opens_on, known)
        params = {"id": deadline.id, "event": deadline.opens_on, **hint}
        yield places.fault((*place, "opens_on"), "deadline.never_opened", **params)
    if not known.intersection(deadline.closes_on):
        shown = "、".join(deadline.closes_on) or "（空）"
        yield places.fault((*place, "closes_on"), "deadline.never_closed", id=deadline.id, events=shown)
    else:
        for n, event in enumerate(deadline.closes_on):
            if event not in known:
                params = {"id": deadline.id, "event": event, **nearest(event, known)}
                yield places.fault((*place, "closes_on", n), "deadline.unknown_event", **params)
    within = deadline.within
    units = (within.hours, within.days, within.workdays) if within else ()
    if sum(unit is not None for unit in (*units, deadline.until)) != 1:
        yield places.fault((*place, "within"), "deadline.one_unit", id=deadline.id)
    for n, rung in enumerate(deadline.ladder):
        if (rung.before_hours is None) == (rung.after_hours is None):
            yield places.fault((*place, "ladder", n), "rung.one_time", id=rung.id)
