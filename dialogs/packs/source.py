"""Reads pack files (YAML 1.2, UTF-8) into nodes that remember their file and line.

Refused, with place: aliases and anchors, tags, duplicate keys, directives, several documents, files over
`MAX_BYTES`, nesting beyond `MAX_DEPTH`. Dates stay text, so that what is written is what is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, NodeEvent, SequenceStartEvent
from ruamel.yaml.nodes import MappingNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from dialogs.packs.faults import Fault, PackFaults

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
MAX_NODES = 60_000
MAX_FILES = 60

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
    """The mapping a pack file holds; PackFaults when it cannot be used."""
    text = _read_text(path)
    parser = YAML(typ="safe", pure=True)
    try:
        _refuse_unwanted(path, parser, text)
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PackFaults((Fault(str(path), line, "", "yaml.syntax", {"detail": error.problem or "?"}),)) from error
    except YAMLError as error:
        detail = str(error).splitlines()[0]
        raise PackFaults((Fault(str(path), 0, "", "yaml.syntax", {"detail": detail}),)) from error
    if not isinstance(root, MappingNode):
        raise PackFaults((Fault(str(path), 1, "", "yaml.not_mapping"),))
    return _Builder(str(path)).build(root, "")


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PackFaults((Fault(str(path), 0, "", "file.too_large", {"limit": MAX_BYTES}),))
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PackFaults((Fault(str(path), 0, "", "file.unreadable", {"name": path.name}),)) from error
    except UnicodeDecodeError as error:
        raise PackFaults((Fault(str(path), 0, "", "file.encoding"),)) from error


def _refuse_unwanted(path: Path, parser: YAML, text: str) -> None:
    """Looks at events before anything is composed: aliases could otherwise multiply without limit."""
    depth = documents = nodes = 0
    for event in parser.parse(text):
        line = event.start_mark.line + 1 if event.start_mark else 0
        code = ""
        params: dict[str, object] = {}
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            code = "yaml.alias"
        elif isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1 or event.version or event.tags:
                code = "yaml.directive"
        elif tag := str(getattr(event, "ctag", None) or ""):
            code, params = "yaml.tag", {"tag": tag}
        nodes += isinstance(event, NodeEvent)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            code, params = "yaml.too_deep", {"limit": MAX_DEPTH, "nodes": MAX_NODES}
        if code:
            raise PackFaults((Fault(str(path), line, "", code, params),))


class _Builder:
    """Turns composed YAML nodes into ours."""

    def __init__(self, file: str) -> None:
        self.file = file

    def build(self, node: YamlNode, field: str) -> Node:
        line = node.start_mark.line + 1
        if isinstance(node, MappingNode):
            return Node(self._mapping(node, field), self.file, line)
        if isinstance(node, SequenceNode):
            return Node([self.build(entry, f"{field}[{n}]") for n, entry in enumerate(node.value)], self.file, line)
        return Node(_scalar(node), self.file, line)

    def _mapping(self, node: MappingNode, field: str) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if isinstance(key_node, MappingNode | SequenceNode):
                raise PackFaults((Fault(self.file, line, field, "yaml.syntax", {"detail": "?:"}),))
            key = str(key_node.value)
            path = f"{field}.{key}" if field else key
            if key in entries:
                params = {"key": key, "first": first[key]}
                raise PackFaults((Fault(self.file, line, path, "yaml.duplicate_key", dict(params)),))
            first[key] = line
            # A list or mapping begins below its name; a person looks for the name.
            entries[key] = replace(self.build(value_node, path), line=line)
        return entries


def _scalar(node: YamlNode) -> Scalar:
    """YAML 1.2 null, true/false and decimal numbers; everything else, dates included, is text as written."""
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and text.lstrip("+-").isdecimal():
        return int(text)
    if kind == "float" and text.lstrip("+-").replace(".", "", 1).isdecimal():
        return float(text)
    return text
