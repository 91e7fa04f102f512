"""Checks JSON against the machine-readable Bot API: required fields, types, unions, arrays, nothing unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.support.need import shared

_ARRAY = "Array of "
_PLAIN = {"Integer": int, "String": str, "Boolean": bool}


class BotApiSchema:
    """`faults_of(value, "Message")` lists what does not conform; an empty list means it does."""

    def __init__(self, api: Mapping[str, Any]) -> None:
        self.types = api["types"]
        self.methods = api["methods"]

    def faults_of(self, value: Any, type_name: str, place: str = "") -> list[str]:
        place = place or type_name
        if type_name.startswith(_ARRAY):
            if not isinstance(value, list):
                return [f"{place}: no array"]
            inner = type_name.removeprefix(_ARRAY)
            return [fault for n, item in enumerate(value) for fault in self.faults_of(item, inner, f"{place}[{n}]")]
        if type_name == "Float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return [] if fits else [f"{place}: no number"]
        if type_name in _PLAIN:
            fits = isinstance(value, _PLAIN[type_name]) and (type_name == "Boolean" or not isinstance(value, bool))
            return [] if fits else [f"{place}: no {type_name}: {value!r}"]
        if subtypes := self.types[type_name].get("subtypes"):
            return self._union(value, subtypes, place)
        return self._object(value, self.types[type_name].get("fields", []), place)

    def _union(self, value: Any, names: list[str], place: str) -> list[str]:
        tried = [self.faults_of(value, name, place) for name in names]
        return min(tried, key=len)

    def _object(self, value: Any, fields: list[dict[str, Any]], place: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{place}: no object"]
        known = {field["name"]: field for field in fields}
        faults = [f"{place}.{name}: unknown" for name in value if name not in known]
        for name, field in known.items():
            if name in value:
                faults += self._union(value[name], field["types"], f"{place}.{name}")
            elif field["required"]:
                faults.append(f"{place}.{name}: missing")
        return faults

    def result_faults(self, method: str, value: Any) -> list[str]:
        return self._union(value, self.methods[method]["returns"], method)

    def call_faults(self, method: str, params: Mapping[str, Any]) -> list[str]:
        """Unlike results, parameters that take a file (`InputFile`) are strings here."""
        fields = [
            {**field, "types": ["String" if name == "InputFile" else name for name in field["types"]]}
            for field in self.methods[method].get("fields", [])
        ]
        return self._object(dict(params), fields, method)


def bot_api() -> BotApiSchema:
    """The schema from the shared material; skips where there is none."""
    return BotApiSchema(json.loads(shared("botapi/api.min.json").read_text("utf-8")))
