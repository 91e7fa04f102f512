"""Where in the files an element of a validated pack was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.packs.faults import Fault
from dialogs.packs.schema_faults import walk
from dialogs.packs.source import Node

Location = Sequence[int | str]


@dataclass(frozen=True)
class Places:
    """The resolved tree; a location such as `("records", 0, "questions", 3, "when")` counts as the pack's lists do."""

    root: Node

    def fault(self, location: Location, code: str, **params: object) -> Fault:
        """A fault at `location`, or at the nearest thing above it that is written down."""
        node, field, _ = walk(self.root, location)
        return node.fault(code, field, **params)

    def packs(self, location: Location) -> tuple[str, ...]:
        """The packs that state what stands at `location`."""
        return walk(self.root, location)[0].packs
