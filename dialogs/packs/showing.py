"""What a pack holds once laid over its bases, written as an author writes it: to look up ids, to copy, to change."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from dialogs.packs.lint_sources import FAMILIES
from dialogs.packs.source import Node

_WIDTH = 110  # of a line; an entry that fits stands on one


def listed(node: Node) -> Iterator[tuple[str, str, str]]:
    """Family, id and title of everything the pack holds, family by family."""
    for family in FAMILIES:
        for entry in _entries(node, family):
            yield family, entry.text("id") or "", entry.text("title") or ""


def written(node: Node, name: str) -> str:
    """The elements of that id as YAML under their families; empty when there is none."""
    found = {
        family: [entry.plain() for entry in _entries(node, family) if entry.text("id") == name] for family in FAMILIES
    }
    held = {family: entries for family, entries in found.items() if entries}
    if not held:
        return ""
    yaml, out = YAML(), StringIO()
    yaml.width = 4 * _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_styled(held), out)
    return out.getvalue()


def _entries(node: Node, family: str) -> list[Node]:
    found = node.get(family)
    return found.items() if found is not None else []


def _styled(value: Any) -> Any:
    """Lists of plain values, and entries that fit into one line, in brackets; all else line by line."""
    if isinstance(value, list):
        seq = CommentedSeq(_styled(entry) for entry in value)
        if not any(isinstance(entry, dict | list) for entry in value):
            seq.fa.set_flow_style()
        return seq
    if not isinstance(value, dict):
        return value
    styled = CommentedMap((key, _styled(entry)) for key, entry in value.items())
    flat = all(not isinstance(entry, dict) and not _nested(entry) for entry in value.values())
    if "id" in value and flat and len(str(value)) < _WIDTH:
        styled.fa.set_flow_style()
    return styled


def _nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value)
