"""Lays a pack over its base: mappings field by field, lists of entries by `id` (`emits` by `event`), all else replaced.

In a list, `after: <id>` or `before: <id>` places an entry and `{omit: [<id>], basis: […]}` removes entries of the
base, which needs a basis. An empty value (`check:`) takes a field of the base away.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.packs.faults import Fault
from dialogs.packs.source import Node

NOT_INHERITED = frozenset({"id", "short", "title", "version", "effective", "fragment", "extends", "articles"})

_PLACES = {"after": 1, "before": 0}  # fields that place an entry, and how far behind the one they name


def stated_by(node: Node, pack: str) -> Node:
    """The same tree, every node marked as stated by `pack`."""
    value = node.value
    if isinstance(value, dict):
        value = {key: stated_by(entry, pack) for key, entry in value.items()}
    elif isinstance(value, list):
        value = [stated_by(entry, pack) for entry in value]
    return Node(value, node.file, node.line, (pack,))


def merge_packs(base: Node, pack: Node, faults: list[Fault]) -> Node:
    """`pack` laid over `base`, both whole packs; a pack's identity and articles are never inherited."""
    inherited = {key: entry for key, entry in base.value.items() if key not in NOT_INHERITED}  # type: ignore[union-attr]
    return merge(replace(base, value=inherited), pack, "", faults)


def merge(base: Node | None, node: Node, field: str, faults: list[Fault]) -> Node:
    """`node` laid over `base` (None: nothing below it). Faults are appended with the place in `node`."""
    if isinstance(node.value, dict):
        below = base if base is not None and isinstance(base.value, dict) else None
        return _merge_mappings(below, node, node.value, field, faults)
    if isinstance(node.value, list):
        return _merge_lists(base, node, node.value, field, faults)
    return node


def _merge_mappings(base: Node | None, node: Node, entries: dict[str, Node], field: str, faults: list[Fault]) -> Node:
    merged: dict[str, Node] = dict(base.value) if base and isinstance(base.value, dict) else {}
    for key, entry in entries.items():
        if entry.value is None:
            if base is not None and merged.pop(key, None) is None:
                faults.append(entry.fault("merge.nothing_emptied", f"{field}.{key}" if field else key, name=key))
            continue
        merged[key] = merge(merged.get(key), entry, f"{field}.{key}" if field else key, faults)
    packs = (*base.packs, *node.packs) if base else node.packs
    return replace(node, value=merged, packs=tuple(dict.fromkeys(packs)))


def _merge_lists(base: Node | None, node: Node, entries: list[Node], field: str, faults: list[Fault]) -> Node:
    below = base.items() if base else []
    if not _by_id(below) and not _by_id(entries):
        return node
    merged = list(below)
    for entry in entries:
        if entry.get("omit") is not None:
            _omit(merged, entry, field, faults)
        elif _name(entry) is None and base is not None:
            faults.append(entry.fault("merge.no_id", field))
        else:
            _lay(merged, below, entry, field, faults)
    return replace(node, value=merged)


def _by_id(entries: list[Node]) -> bool:
    return any(_name(entry) is not None or entry.get("omit") is not None for entry in entries)


def _omit(merged: list[Node], entry: Node, field: str, faults: list[Fault]) -> None:
    omit = entry.get("omit")
    assert omit is not None
    wanted = omit.items() or [omit]
    basis = entry.get("basis")
    if basis is None or not basis.items():
        faults.append(entry.fault("merge.omit_basis", f"{field}.omit"))
    for node in wanted:
        at = _index(merged, node.value)
        if at is None:
            known = "、".join(str(_name(one)) for one in merged)
            faults.append(node.fault("merge.omit_unknown", f"{field}.omit", id=node.value, known=known))
        else:
            del merged[at]


def _lay(merged: list[Node], below: list[Node], entry: Node, field: str, faults: list[Fault]) -> None:
    """Puts one entry over its namesake of the base, or among the others."""
    name = _name(entry)
    path = f"{field}.{name}"
    beside = next(((key, other) for key in _PLACES if (other := entry.text(key)) is not None), None)
    if isinstance(entry.value, dict):
        entry = replace(entry, value={key: value for key, value in entry.value.items() if key not in _PLACES})
    at = _index(merged, name)
    if at is not None and any(merged[at] is each for each in below):
        laid = merge(merged.pop(at), entry, path, faults)
    else:  # new, or a second entry of the same id, which lint reports
        laid, at = merge(None, entry, path, faults), len(merged)
    if beside is not None:
        position = _index(merged, beside[1])
        if position is None:
            faults.append(entry.fault("merge.after_unknown", path, where=beside[0], id=beside[1]))
        else:
            at = position + _PLACES[beside[0]]
    merged.insert(at, laid)


def _index(entries: list[Node], name: object) -> int | None:
    return next((n for n, entry in enumerate(entries) if name is not None and _name(entry) == name), None)


def _name(entry: Node) -> str | None:
    return entry.text("id") or entry.text("event")
