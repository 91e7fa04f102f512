"""What a newer version of a pack changes for a case that moves to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dialogs.packs.schema import Deadline, Element, Pack, Record, Rule, Titled

One = TypeVar("One", bound=Titled)
One_co = TypeVar("One_co", bound=Titled, covariant=True)


@dataclass(frozen=True)
class Difference(Generic[One_co]):
    """Entries by id: only in the new pack, only in the old one, and in both but not the same (as in the new)."""

    added: tuple[One_co, ...]
    removed: tuple[One_co, ...]
    changed: tuple[One_co, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class PackChange:
    records: Difference[Record]
    deadlines: Difference[Deadline]
    rules: Difference[Rule]


def compare_packs(before: Pack, after: Pack) -> PackChange:
    """What differs in what is asked, due and demanded."""
    return PackChange(
        _difference(before.records, after.records),
        _difference(before.deadlines, after.deadlines),
        _difference(before.rules, after.rules),
    )


def _difference(before: Sequence[One], after: Sequence[One]) -> Difference[One]:
    old, new = {each.id: each for each in before}, {each.id: each for each in after}
    return Difference(
        tuple(each for each in after if each.id not in old),
        tuple(each for each in before if each.id not in new),
        tuple(each for each in after if each.id in old and _quiet(old[each.id]) != _quiet(each)),
    )


def _quiet(element: Element) -> Element:
    """Without where it comes from: who states it changes nothing for a case."""
    return element.model_copy(update={"origin": ()})
