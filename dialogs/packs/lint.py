"""Everything wrong with a pack at once: place, fault and remedy, never an exception for a bad pack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dialogs.packs.faults import Fault, PackFaults
from dialogs.packs.lint_conditions import condition_faults
from dialogs.packs.lint_elements import element_faults
from dialogs.packs.lint_events import event_faults
from dialogs.packs.lint_published import published_faults
from dialogs.packs.lint_questions import question_faults
from dialogs.packs.lint_sources import source_faults
from dialogs.packs.loader import Resolved, build_plain, locate, pack_folders, plain_pack, resolve
from dialogs.packs.places import Places
from dialogs.packs.schema import Pack
from dialogs.packs.source import Node

# A fragment has no identity of its own; this one lets the schema look at everything else.
_IDENTITY: dict[str, Any] = {"short": "X", "version": "0.0.0", "effective": {"from": "unknown"}}


def lint(path: str | Path) -> list[Fault]:
    """Faults of the pack(s) at `path` (a shipped id, a folder, a file, or a folder of pack folders), by place.

    An empty list means the pack can be loaded. Checks that need a sound shape wait until the shape is sound.
    """
    place = locate(path)
    if place.is_dir() and not any(place.glob("*.yaml")) and (folders := pack_folders(place)):
        return [fault for folder in folders for fault in lint(folder)]
    try:
        resolved = resolve(place)
    except PackFaults as found:
        return list(found.faults)
    faults = [*resolved.faults, *_folder_name(place, resolved), *_duplicates(resolved.node, "")]
    built = _built(resolved.node, fragment=resolved.is_fragment)
    if not isinstance(built, Pack):
        faults += built
    elif not resolved.faults:
        faults += _content(built, resolved)
        if not resolved.is_fragment:
            faults += published_faults(built, place, Places(resolved.node))
    faults = [_told_of_base(fault, place, resolved.bases) for fault in faults]
    return sorted(_without_repetitions(faults), key=lambda fault: (fault.file, fault.line, fault.field, fault.code))


def _told_of_base(fault: Fault, place: Path, bases: tuple[Node, ...]) -> Fault:
    """With the name of the base whose file it stands in, where that is none of the pack's own."""
    file = Path(fault.file)
    if place in (file, file.parent):
        return fault
    named = [base.text("id") for base in bases if Path(base.file) == file or Path(base.file).parent == file.parent]
    return replace(fault, base=next((name for name in named if name), ""))


def _without_repetitions(faults: list[Fault]) -> list[Fault]:
    """Without repetitions: one fault of a base is met once for each pack that uses it."""
    return list(
        {(fault.file, fault.line, fault.field, fault.code, str(fault.params)): fault for fault in faults}.values()
    )


def _built(node: Node, *, fragment: bool) -> Pack | tuple[Fault, ...]:
    plain = plain_pack(node)
    return build_plain({**_IDENTITY, **plain} if fragment else plain, node)


def _content(pack: Pack, resolved: Resolved) -> list[Fault]:
    places = Places(resolved.node)
    whole = not resolved.is_fragment
    bases = tuple(base for node in resolved.bases if isinstance(base := _built(node, fragment=True), Pack))
    faults = [
        *question_faults(pack, places, whole=whole),
        *condition_faults(pack, places, bases, whole=whole),
        *element_faults(pack, places, whole=whole),
    ]
    if whole:
        faults += [*source_faults(pack, places, resolved.bases), *event_faults(pack, places), *_opening(pack, places)]
    return faults


def _opening(pack: Pack, places: Places) -> list[Fault]:
    count = sum(record.opens_case for record in pack.records)
    return [] if count == 1 else [places.fault(("records",), "record.opens_case", count=count)]


def _folder_name(place: Path, resolved: Resolved) -> list[Fault]:
    name = resolved.node.text("id")
    if not place.is_dir() or name is None or name == place.resolve().name:
        return []
    node = resolved.node.get("id")
    assert node is not None
    return [node.fault("pack.folder_name", "id", id=name, folder=place.resolve().name)]


def _duplicates(node: Node, field: str) -> list[Fault]:
    """Ids that occur twice in one list, and articles listed twice."""
    faults: list[Fault] = []
    if isinstance(node.value, dict):
        for key, entry in node.value.items():
            faults += _duplicates(entry, f"{field}.{key}" if field else key)
    first: dict[str, int] = {}
    for entry in node.items():
        name = entry.text("id")
        faults += _duplicates(entry, f"{field}.{name}" if name else field)
        if name in first:
            faults.append(entry.fault("id.duplicate", f"{field}.{name}", id=name, first=first[name]))
        elif name:
            first[name] = entry.line
    if field == "articles":
        faults += _article_duplicates(node)
    return faults


def _article_duplicates(node: Node) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[int] = set()
    for entry in node.items():
        number = entry.get("no")
        if number is None or not isinstance(number.value, int):
            continue
        if number.value in seen:
            faults.append(entry.fault("article.duplicate", f"articles.{number.value}", no=number.value))
        seen.add(number.value)
    return faults
