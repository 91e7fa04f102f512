"""Turns the schema's complaints into catalogue faults with file, line and a readable field path."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from dialogs.packs.faults import Fault
from dialogs.packs.schema import (
    Article,
    Column,
    Deadline,
    Effective,
    Emission,
    Extension,
    Make,
    Need,
    Occupies,
    Option,
    Outline,
    Pack,
    Procedure,
    Question,
    Record,
    Retention,
    ReviewStep,
    Rule,
    Rung,
    Secrecy,
    Setting,
    SignatureSlot,
    Titled,
    Within,
)
from dialogs.packs.source import Node

TYPE_NAMES = {
    "string": ("文字", "text"),
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "bool": ("true 或 false", "true or false"),
    "tuple": ("清单", "a list"),
    "dict": ("“名称: 内容”", "'name: content'"),
    "model": ("“名称: 内容”", "'name: content'"),
}
MODEL_OF: dict[str, type[BaseModel]] = {
    "": Pack, "records": Record, "questions": Question, "deadlines": Deadline, "options": Option,
    "columns": Column,
    "sign_off": SignatureSlot, "review": ReviewStep, "emits": Emission, "makes": Make, "ladder": Rung, "within": Within,
    "extension": Extension,
    "needs": Need, "occupies": Occupies, "procedures": Procedure, "rules": Rule, "outlines": Outline,
    "retention": Retention, "secrecy": Secrecy, "articles": Article,
    "effective": Effective, "settings": Setting, "stages": Titled, "kinds_of_act": Titled,
}  # fmt: skip


def schema_faults(error: ValidationError, node: Node) -> tuple[Fault, ...]:
    """One fault for each complaint, in the order of the file."""
    faults = [_fault(dict(detail), node) for detail in error.errors()]
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.field)))


def _fault(detail: dict[str, Any], root: Node) -> Fault:
    kind, location, context = str(detail["type"]), detail["loc"], detail.get("ctx", {})
    node, field, parent = walk(root, location)
    value = detail.get("input")
    if kind == "missing":
        return node.fault("schema.missing", field, name=str(location[-1]))
    if kind == "extra_forbidden":
        return node.fault("schema.unknown_field", field, **_unknown_field(str(location[-1]), parent))
    if kind in ("literal_error", "enum"):
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return node.fault("schema.not_allowed", field, value=value, allowed=allowed)
    if kind == "string_pattern_mismatch":
        return node.fault("schema.pattern", field, value=value)
    if kind in ("string_too_long", "too_long", "less_than_equal"):
        limit = next((context[key] for key in ("max_length", "le") if key in context), "?")
        return node.fault("schema.too_long", field, limit=limit)
    if kind in ("string_too_short", "too_short"):
        return node.fault("schema.too_short", field)
    stem = kind.partition("_")[0]
    if kind.endswith(("_type", "_parsing")) and stem in TYPE_NAMES:
        zh, en = TYPE_NAMES[stem]
        return node.fault("schema.wrong_type", field, expected_zh=zh, expected_en=en)
    return node.fault("schema.other", field, detail=detail["msg"])


def _unknown_field(name: str, parent: str) -> dict[str, object]:
    model = MODEL_OF.get(parent)
    close = get_close_matches(name, [field.alias or key for key, field in model.model_fields.items()]) if model else []
    if close:
        return {"name": name, "hint_zh": f"是不是“{close[0]}”？", "hint_en": f"Did you mean '{close[0]}'?"}
    return {"name": name, "hint_zh": "请删去，或参照 docs/writing-a-pack.md。", "hint_en": "Remove it."}


def walk(root: Node, location: Sequence[int | str]) -> tuple[Node, str, str]:
    """The deepest node on the way to `location`, the path in ids, and the name of the field that holds the last."""
    node, parts, parent = root, list[str](), ""
    holders = [""]
    for step in location:
        found: Node | None = None
        if isinstance(step, int):
            entries = node.items()
            found = entries[step] if step < len(entries) else None
            name = found.text("id") if found else None
            parts.append(name or str(step))
        elif step != "[key]":
            found = node.get(step)
            parts.append(step)
            holders.append(step)
        if found is not None:
            node = found
    if len(holders) > 1 and isinstance(location[-1], str):
        parent = holders[-2]
    return node, ".".join(parts), parent
