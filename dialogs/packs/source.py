"""Reads pack files (YAML 1.2, UTF-8) into nodes that remember their file and line.

Refused, with place: aliases and anchors, tags, duplicate keys, directives, several documents, files over
`MAX_BYTES`, nesting beyond `MAX_DEPTH`. Dates stay text, so that what is written is what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from dialogs.packs.faults import Fault, PackFaults

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
MAX_NODES = 60_000
MAX_FILES = 60

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)")

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a pack file. `packs` names the packs that state it, the base first."""

    value: Scalar | dict[str, Node] | list[Node]
    file: str
    line: int
    packs: tuple[str, ...] = ()

    def get(self, key: str) -> Node | None:
        """The entry `key` of a mapping; None when absent or when this is no mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def text(self, key: str) -> str | None:
        """The entry `key` when it is text."""
        entry = self.get(key)
        return entry.value if entry is not None and isinstance(entry.value, str) else None

    def items(self) -> list[Node]:
        """The entries of a list; empty for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:
        """The value as plain JSON."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value

    def fault(self, code: str, field: str = "", **params: object) -> Fault:
        """A fault at this node's place."""
        return Fault(self.file, self.line, field, code, params)


def read_file(path: Path) -> Node:
    """The mapping a pack file holds; PackFaults when it cannot be used. An unchanged file is read once."""
    try:
        state = path.stat()
    except OSError as error:
        raise PackFaults((Fault(str(path), 0, "", "file.unreadable", {"name": path.name}),)) from error
    return _read_unchanged(path, state.st_mtime_ns, state.st_size)


def forget_files() -> None:
    """Read every file anew the next time."""
    _read_unchanged.cache_clear()


@lru_cache(maxsize=4 * MAX_FILES)
def _read_unchanged(path: Path, _changed_at: int, size: int) -> Node:
    if size > MAX_BYTES:
        raise PackFaults((Fault(str(path), 0, "", "file.too_large", {"limit": MAX_BYTES}),))
    try:
        return _Builder(str(path)).document(YAML(typ="safe", pure=True).parse(_read_text(path)))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PackFaults((Fault(str(path), line, "", "yaml.syntax", {"detail": error.problem or "?"}),)) from error
    except YAMLError as error:
        detail = str(error).splitlines()[0]
        raise PackFaults((Fault(str(path), 0, "", "yaml.syntax", {"detail": detail}),)) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PackFaults((Fault(str(path), 0, "", "file.unreadable", {"name": path.name}),)) from error
    except UnicodeDecodeError as error:
        raise PackFaults((Fault(str(path), 0, "", "file.encoding"),)) from error


class _Builder:
    """Turns the parser's events into nodes, refusing what is unwanted before anything is built of it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._depth = self._nodes = 0

    def document(self, events: Iterator[Event]) -> Node:
        """The one mapping of a file."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    raise self._refused(event, "yaml.directive")
            elif isinstance(event, NodeEvent):
                root = self._node(event, events, "")
                if not isinstance(event, MappingStartEvent):
                    raise PackFaults((Fault(self._file, 1, "", "yaml.not_mapping"),))
        if root is None:
            raise PackFaults((Fault(self._file, 1, "", "yaml.not_mapping"),))
        return root

    def _node(self, event: Event, events: Iterator[Event], field: str) -> Node:
        self._refuse_unwanted(event)
        if isinstance(event, ScalarEvent):
            return Node(_scalar(event), self._file, _line(event))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused(event, "yaml.too_deep", limit=MAX_DEPTH, nodes=MAX_NODES)
        value: dict[str, Node] | list[Node]
        value = self._mapping(events, field) if isinstance(event, MappingStartEvent) else self._list(events, field)
        self._depth -= 1
        return Node(value, self._file, _line(event))

    def _list(self, events: Iterator[Event], field: str) -> list[Node]:
        entries: list[Node] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            entries.append(self._node(event, events, f"{field}[{len(entries)}]"))
        return entries

    def _mapping(self, events: Iterator[Event], field: str) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        first: dict[str, int] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            self._refuse_unwanted(event)
            if not isinstance(event, ScalarEvent):
                raise self._refused(event, "yaml.syntax", field, detail="?:")
            line, key = _line(event), str(event.value)
            path = f"{field}.{key}" if field else key
            if key in entries:
                raise self._refused(event, "yaml.duplicate_key", path, key=key, first=first[key])
            first[key] = line
            # A list or mapping begins below its name; a person looks for the name.
            entries[key] = replace(self._node(next(events), events, path), line=line)
        return entries

    def _refuse_unwanted(self, event: Event) -> None:
        """Aliases could multiply without limit; tags would make values of other kinds."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refused(event, "yaml.too_deep", limit=MAX_DEPTH, nodes=MAX_NODES)
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise self._refused(event, "yaml.alias")
        if tag := str(getattr(event, "ctag", None) or ""):
            raise self._refused(event, "yaml.tag", tag=tag)

    def _refused(self, event: Event, code: str, field: str = "", **params: object) -> PackFaults:
        return PackFaults((Fault(self._file, _line(event), field, code, params),))


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0


def _scalar(event: ScalarEvent) -> Scalar:
    """YAML 1.2 null, true/false and decimal numbers; everything else, dates included, is text as written."""
    text = str(event.value)
    if not event.implicit[0]:  # in quotes
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text
