"""The JSON Schema of one pack file, for editors: names, meanings and possible values appear while writing.

It describes what is written, not what results: a file may hold a part of a pack, an entry may override one of the
base by its id alone, an empty value takes a field of the base away, `after` or `before` places an entry and `omit`
removes some.
What a single file cannot show (required fields, names of other files) is left to `zhilu packs lint`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from dialogs.packs.schema import Pack
from dialogs.packs.schema_faults import MODEL_OF
from dialogs.packs.words import VALUES, words_of

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_SET_BY_LOADER = frozenset({"origin", "sha256"})
_KEYS = ("id", "event", "no")  # what an entry of a list is overridden by
_OMITTED = {
    "type": "object",
    "title": "去掉基础包的内容",
    "description": "必须写依据。",
    "required": ["omit", "basis"],
    "additionalProperties": False,
    "properties": {
        "omit": {
            "title": "去掉", "description": "要去掉的 id。", "type": ["array", "string"], "items": {"type": "string"},
        },
        "basis": {"title": "依据", "description": "依据哪一条。", "type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
_EXTRA: dict[str, Any] = {
    "fragment": {"title": "只供引用", "description": "true 表示这是基础包，不能单独使用。", "type": "boolean"},
    "extends": {
        "title": "引用",
        "description": "引用的基础包，例如 common。",
        "type": ["array", "string"],
        "items": {"type": "string"},
    },
}


def editor_schema() -> dict[str, Any]:
    """The schema as plain JSON (draft 2020-12)."""
    whole = Pack.model_json_schema(by_alias=True)
    definitions = whole.pop("$defs")
    models: dict[str, type[BaseModel]] = {model.__name__: model for model in MODEL_OF.values()}
    described = {name: _model(models[name], schema, definitions) for name, schema in definitions.items()}
    root = _model(Pack, whole, definitions)
    root["properties"] |= _EXTRA
    root["title"], root["description"] = "执录规则包", "写法见 docs/writing-a-pack.md。"
    return {"$schema": SCHEMA, **root, "$defs": described}


def _model(model: type[BaseModel], schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """One mapping: every field described and free to be left empty, none required but the key."""
    properties = {}
    for name, field in schema.get("properties", {}).items():
        if name not in _SET_BY_LOADER:
            properties[name] = _field(model, name, field, definitions)
    found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    key = next((each for each in _KEYS if each in properties), None)
    if key and model is not Pack:
        found["required"] = [key]
        properties["after"] = {"title": "放在后面", "description": "放在同一清单的哪个 id 后面。", "type": "string"}
        properties["before"] = {"title": "放在前面", "description": "放在同一清单的哪个 id 前面。", "type": "string"}
    return found


def _field(model: type[BaseModel], name: str, field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    title, meaning = words_of(model, name) or (name, "")
    default = {"default": field["default"]} if field.get("default") not in (None, [], {}, "") else {}
    bare = {key: value for key, value in field.items() if key not in ("title", "description", "default")}
    value = _value(bare, definitions)
    choices = value["anyOf"] if set(value) == {"anyOf"} else [value]
    empty = {"type": "null"}
    return {"title": title, "description": meaning, **default, "anyOf": [*(e for e in choices if e != empty), empty]}


def _value(value: Any, definitions: dict[str, Any]) -> Any:
    """A value's schema: lists of entries also take `omit`, choices say what each means."""
    if isinstance(value, list):
        return [_value(each, definitions) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _value(each, definitions) for key, each in value.items() if key != "title"}
    if choices := found.get("enum") or ([found["const"]] if "const" in found else []):
        found["enumDescriptions"] = [VALUES.get(str(choice), "") for choice in choices]
    target = str(found.get("items", {}).get("$ref", "")) if isinstance(found.get("items"), dict) else ""
    if _keyed(definitions.get(target.rpartition("/")[2], {})):
        found["items"] = {"anyOf": [found["items"], _OMITTED]}
        found.pop("maxItems", None)
    return found


def _keyed(definition: dict[str, Any]) -> bool:
    return any(key in definition.get("properties", {}) for key in ("id", "event"))
