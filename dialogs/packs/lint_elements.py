"""Parts of a pack that name other parts which are not there, or state less or more than they must."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.packs.faults import Fault
from dialogs.packs.hints import nearest
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Occupies, Pack, Record, Setting

_LENGTHS = ("days", "months", "years", "as_case", "permanent")
_KINDS: dict[str, tuple[type, str, str]] = {
    "yes_no": (bool, "true 或 false", "true or false"),
    "number": (int, "整数", "a whole number"),
    "choice": (str, "一个选项的 id", "the id of an option"),
    "text": (str, "文字", "text"),
}


def element_faults(pack: Pack, places: Places, *, whole: bool) -> Iterator[Fault]:
    """Faults of records' needs and busy hours, procedures, outlines, retention and settings."""
    for at, record in enumerate(pack.records):
        yield from _record(pack, record, ("records", at), places, whole=whole)
    if whole:
        yield from _procedures(pack, places)
        yield from _outlines(pack, places)
    for n, rule in enumerate(pack.retention):
        if sum(getattr(rule, length) not in (None, False) for length in _LENGTHS) != 1:
            yield places.fault(("retention", n), "retention.one_length", id=rule.id)
    for n, setting in enumerate(pack.settings):
        yield from _setting(setting, ("settings", n), places)


def _record(pack: Pack, record: Record, here: Location, places: Places, *, whole: bool) -> Iterator[Fault]:
    if not record.by:
        yield places.fault((*here, "by"), "record.by_nobody", id=record.id)
    forms = frozenset(one.id for one in pack.records)
    for n, need in enumerate(record.needs):
        if whole and need.first and need.first not in forms:
            params = {"id": need.id, "record": need.first, **nearest(need.first, forms)}
            yield places.fault((*here, "needs", n, "first"), "need.unknown_record", **params)
    if record.disposes and record.disposes not in (asked := frozenset(f"answers.{one.id}" for one in record.questions)):
        params = {"name": record.disposes, **nearest(record.disposes, asked)}
        yield places.fault((*here, "disposes"), "record.unknown_answer", **params)
    choices = frozenset(f"answers.{one.id}" for one in record.questions if one.type == "choice")
    if record.finds_fault and record.finds_fault not in choices:
        params = {"name": record.finds_fault, **nearest(record.finds_fault, choices)}
        yield places.fault((*here, "finds_fault"), "record.not_a_choice", **params)
    if record.occupies:
        yield from _occupies(record, record.occupies, here, places)


def _occupies(record: Record, occupies: Occupies, here: Location, places: Places) -> Iterator[Fault]:
    wanted = [(name, ("officers",), "occupies.not_people", "people") for name in occupies.people]
    wanted += [(occupies.from_, ("datetime",), "occupies.not_a_moment", "from")]
    wanted += [(occupies.until, ("datetime",), "occupies.not_a_moment", "until")]
    types = {f"answers.{one.id}": one.type for one in record.questions}
    for name, fitting, code, field in wanted:
        if types.get(name) not in fitting:
            known = frozenset(name for name, kind in types.items() if kind in fitting)
            yield places.fault((*here, "occupies", field), code, name=name, **nearest(name, known))


def _procedures(pack: Pack, places: Places) -> Iterator[Fault]:
    stages = frozenset(stage.id for stage in pack.stages)
    always: str | None = None
    for n, procedure in enumerate(pack.procedures):
        if always:
            yield places.fault(("procedures", n), "procedure.never_reached", id=procedure.id, other=always)
        always = always or (procedure.id if procedure.when is None else None)
        for m, stage in enumerate(procedure.stages):
            if stage not in stages:
                params = {"id": procedure.id, "stage": stage, **nearest(stage, stages)}
                yield places.fault(("procedures", n, "stages", m), "procedure.unknown_stage", **params)


def _outlines(pack: Pack, places: Places) -> Iterator[Fault]:
    dialogues = frozenset(
        record.id for record in pack.records if any(question.type == "dialogue" for question in record.questions)
    )
    for n, outline in enumerate(pack.outlines):
        if outline.record not in dialogues:
            params = {"id": outline.id, "record": outline.record, **nearest(outline.record, dialogues)}
            yield places.fault(("outlines", n, "record"), "outline.no_dialogue", **params)
        if not outline.lines:
            yield places.fault(("outlines", n, "lines"), "outline.no_lines", id=outline.id)


def _setting(setting: Setting, place: Location, places: Places) -> Iterator[Fault]:
    if setting.type == "choice" and len(setting.options) < 2:
        yield places.fault(place, "setting.no_options", id=setting.id)
        return
    if setting.options and setting.type != "choice":
        yield places.fault((*place, "options"), "choice.unused_options", type=setting.type)
    kind, zh, en = _KINDS[setting.type]
    fits = isinstance(setting.value, kind) and not (kind is int and isinstance(setting.value, bool))
    if setting.type == "choice":
        fits = setting.value in [option.id for option in setting.options]
    if not fits:
        params = {"id": setting.id, "value": setting.value, "wanted_zh": zh, "wanted_en": en}
        yield places.fault((*place, "value"), "setting.value", **params)
