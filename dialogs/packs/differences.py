"""What differs between two versions of a pack, entry by entry and field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from dialogs.packs.schema import Pack
from dialogs.packs.schema_faults import MODEL_OF
from dialogs.packs.words import ELEMENTS

_IDENTITY = frozenset({"version", "sha256", "origin"})
_KEYS = ("id", "event", "no", "kind")  # what entries of a list are known by
_TITLES = ("title", "label", "ask", "says", "about")


@dataclass(frozen=True)
class Step:
    """One entry on the way to what changed: `records`, `interview`, 询问笔录."""

    family: str
    id: str
    title: str


@dataclass(frozen=True)
class Change:
    """An entry `added`, `removed` or `moved` in its list, or a field `changed` (`within.hours` for a part of one).

    at: the way to the entry; empty for the pack itself. before, after: plain JSON, None where nothing is stated.
    """

    what: Literal["added", "removed", "moved", "changed"]
    at: tuple[Step, ...]
    field: str | None = None
    before: Any = None
    after: Any = None

    def json(self) -> dict[str, Any]:
        """`{what, at: [[list, id, title], …], field, before, after}`."""
        at = [[step.family, step.id, step.title] for step in self.at]
        return {"what": self.what, "at": at, "field": self.field, "before": self.before, "after": self.after}

    @property
    def model(self) -> type[BaseModel]:
        """Whose field it is."""
        return MODEL_OF.get(self.at[-1].family if self.at else "", Pack)


def differences(before: Pack, after: Pack) -> tuple[Change, ...]:
    """Everything that differs but the version's number and where an entry comes from, in the order of the packs."""
    old, new = (pack.model_dump(mode="json", by_alias=True) for pack in (before, after))
    return tuple(_mappings(old, new, (), ""))


def _mappings(old: dict[str, Any], new: dict[str, Any], at: tuple[Step, ...], prefix: str) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in _IDENTITY:
            yield from _values(old.get(key), new.get(key), at, f"{prefix}{key}")


def _values(old: Any, new: Any, at: tuple[Step, ...], field: str) -> Iterator[Change]:
    if old == new:
        return
    if field in ELEMENTS and isinstance(old, list) and isinstance(new, list):
        yield from _lists(_by_key(old), _by_key(new), at, field)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _mappings(old, new, at, f"{field}.")
    else:
        yield Change("changed", at, field, old, new)


def _lists(old: dict[str, Any], new: dict[str, Any], at: tuple[Step, ...], family: str) -> Iterator[Change]:
    for key, entry in old.items():
        if key not in new:
            yield Change("removed", (*at, _step(family, key, entry)))
    stayed = [key for key in old if key in new]
    order = _moved(stayed, [key for key in new if key in old])
    for key, entry in new.items():
        here = (*at, _step(family, key, entry))
        if key not in old:
            yield Change("added", here)
            continue
        if key in order:
            yield Change("moved", here)
        yield from _mappings(old[key], entry, here, "")


def _by_key(entries: list[Any]) -> dict[str, Any]:
    """By key; an event that is sent in two cases has the second as `event#2`."""
    found: dict[str, Any] = {}
    for entry in entries:
        key = str(next(entry[key] for key in _KEYS if key in entry))
        again = sum(name.partition("#")[0] == key for name in found)
        found[f"{key}#{again + 1}" if again else key] = entry
    return found


def _step(family: str, key: str, entry: dict[str, Any]) -> Step:
    return Step(family, key, str(next((entry[name] for name in _TITLES if entry.get(name)), "")))


def _moved(before: list[str], after: list[str]) -> frozenset[str]:
    """The fewest entries whose moving explains the new order: those outside the longest run that kept its order."""
    place = {key: n for n, key in enumerate(before)}
    best: list[list[str]] = []  # best[n]: a longest kept run of the first n+1 entries that ends with the last of them
    for n, key in enumerate(after):
        runs = [best[m] for m in range(n) if place[after[m]] < place[key]]
        best.append([*max(runs, key=len, default=[]), key])
    kept = max(best, key=len, default=[])
    return frozenset(after) - frozenset(kept)
