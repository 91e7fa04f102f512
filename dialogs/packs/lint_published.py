"""What a pack may no longer change because it is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dialogs.packs.faults import Fault, PackFaults
from dialogs.packs.places import Location, Places
from dialogs.packs.published import published_files, read_published
from dialogs.packs.schema import Pack, Question


def published_faults(pack: Pack, place: Path, places: Places) -> Iterator[Fault]:
    """The pack against every version published beside it."""
    earlier: list[Pack] = []
    for file in published_files(place, pack.id):
        try:
            earlier.append(read_published(file))
        except PackFaults as unreadable:
            yield from unreadable.faults
    known = {each.version: each for each in earlier}
    if pack.version in known:
        if known[pack.version].sha256 != pack.sha256:
            yield places.fault(("version",), "published.changed", version=pack.version)
        return
    newest = max(known, key=_number, default=None)
    if newest and _number(pack.version) < _number(newest):
        yield places.fault(("version",), "published.not_higher", version=pack.version, newest=newest)
    yield from _fields(pack, sorted(earlier, key=lambda one: _number(one.version)), places)


def _fields(pack: Pack, earlier: list[Pack], places: Places) -> Iterator[Fault]:
    """Questions that stay keep their type and the options they offered: answers given are read by them."""
    old = {
        (record.id, question.id): (question, each.version)
        for each in earlier
        for record in each.records
        for question in record.questions
    }
    for at, record in enumerate(pack.records):
        for n, question in enumerate(record.questions):
            if known := old.get((record.id, question.id)):
                field = f"{record.id}.{question.id}"
                yield from _field(question, *known, field, ("records", at, "questions", n), places)


def _field(
    question: Question, known: Question, version: str, field: str, place: Location, places: Places
) -> Iterator[Fault]:
    if question.type != known.type:
        params = {"name": field, "version": version, "before": known.type, "after": question.type}
        yield places.fault((*place, "type"), "published.type_changed", **params)
        return
    offered = {option.id for option in question.options}
    for option in known.options:
        if option.id not in offered:
            params = {"name": field, "version": version, "option": option.id, "title": option.title}
            yield places.fault((*place, "options"), "published.option_removed", **params)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
