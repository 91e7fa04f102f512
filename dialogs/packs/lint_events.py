"""Deadlines that would never open or never close, and moments that nobody is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.packs.faults import Fault
from dialogs.packs.hints import nearest
from dialogs.packs.known import emitters, events
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Deadline, Extension, Pack, Record
from dialogs.questions.date import future_allowed

_TIMES = frozenset({"date", "datetime"})


def event_faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults of deadlines, their reminders and the moments of emissions."""
    for n, deadline in enumerate(pack.deadlines):
        yield from _events(deadline, ("deadlines", n), events(pack), places)
        yield from _term(pack, deadline, ("deadlines", n), places)
    for at, record in enumerate(pack.records):
        times = {f"answers.{one.id}" for one in record.questions if one.type in _TIMES}
        for n, emission in enumerate(record.emits):
            if emission.at and emission.at not in times:
                yield places.fault(("records", at, "emits", n, "at"), "emission.at", at=emission.at)


def _events(deadline: Deadline, place: Location, known: frozenset[str], places: Places) -> Iterator[Fault]:
    if deadline.opens_on not in known:
        hint = nearest(deadline.opens_on, known)
        params = {"id": deadline.id, "event": deadline.opens_on, **hint}
        yield places.fault((*place, "opens_on"), "deadline.never_opened", **params)
    if not known.intersection(deadline.closes_on):
        shown = "、".join(deadline.closes_on) or "（空）"
        yield places.fault((*place, "closes_on"), "deadline.never_closed", id=deadline.id, events=shown)
        return
    for field in ("closes_on", "replaced_on"):
        for n, event in enumerate(getattr(deadline, field)):
            if event not in known:
                params = {"id": deadline.id, "event": event, **nearest(event, known)}
                yield places.fault((*place, field, n), "deadline.unknown_event", **params)


def _term(pack: Pack, deadline: Deadline, place: Location, places: Places) -> Iterator[Fault]:
    within = deadline.within
    units = (within.hours, within.days, within.workdays) if within else ()
    if sum(unit is not None for unit in (*units, deadline.until)) != 1 or (within and deadline.until):
        yield places.fault((*place, "within"), "deadline.one_unit", id=deadline.id)
    if within and within.setting:
        numbers = {setting.id for setting in pack.settings if setting.type == "number"}
        if within.setting not in numbers:
            params = {"id": deadline.id, "setting": within.setting, **nearest(within.setting, numbers)}
            yield places.fault((*place, "within", "setting"), "deadline.within_setting", **params)
    if deadline.until:
        yield from _until(pack, deadline, deadline.until, place, places)
    if deadline.extension:
        yield from _extension(pack, deadline, deadline.extension, (*place, "extension"), places)
    for n, rung in enumerate(deadline.ladder):
        times = (rung.before_hours, rung.before_share, rung.after_hours)
        if sum(time is not None for time in times) != 1 or (rung.repeat_hours and rung.after_hours is None):
            yield places.fault((*place, "ladder", n), "rung.one_time", id=rung.id)


def _extension(
    pack: Pack, deadline: Deadline, extension: Extension, place: Location, places: Places
) -> Iterator[Fault]:
    """Somebody the pack knows may extend, by a length of its own."""
    within = extension.within
    if pack.roles and extension.by not in pack.roles:
        params = {"id": deadline.id, "role": extension.by, **nearest(extension.by, pack.roles.keys())}
        yield places.fault((*place, "by"), "extension.by", **params)
    if sum(unit is not None for unit in (within.hours, within.days, within.workdays)) != 1:
        yield places.fault((*place, "within"), "extension.one_unit", id=deadline.id)
    elif within.setting or within.count_first_day:
        yield places.fault((*place, "within"), "extension.plain", id=deadline.id)


def _until(pack: Pack, deadline: Deadline, until: str, place: Location, places: Places) -> Iterator[Fault]:
    """An end that is asked in every record whose event opens the term; later events carry no answers."""
    records = emitters(pack, deadline.opens_on)
    times = [{f"answers.{one.id}" for one in record.questions if one.type in _TIMES} for record in records]
    if deadline.opens_on not in events(pack):
        return
    if times and all(until in known for known in times):
        yield from _past(deadline, until, records, place, places)
        return
    shared = frozenset[str].intersection(*map(frozenset, times)) if times else frozenset()
    params = {"id": deadline.id, "until": until, "event": deadline.opens_on, **nearest(until, shared)}
    yield places.fault((*place, "until"), "deadline.until_unknown", **params)


def _past(
    deadline: Deadline, until: str, records: tuple[Record, ...], place: Location, places: Places
) -> Iterator[Fault]:
    """A term cannot end at an answer that may not lie ahead."""
    asked = (one for record in records for one in record.questions if until == f"answers.{one.id}")
    if any(not future_allowed(question) for question in asked):
        yield places.fault((*place, "until"), "deadline.until_past", id=deadline.id, until=until)
