"""What an exchange with XLSForm could not carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True)
class Loss:
    """`value` of `field` is gone, or has `become` something else. question: '' for the form itself."""

    question: str
    field: str
    value: Any
    became: str | None = None

    def json(self) -> dict[str, Any]:
        """`{question, field, value, became}`, plain JSON."""
        return {"question": self.question, "field": self.field, "value": self.value, "became": self.became}


def stated(element: BaseModel, *, but: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Fields that say more than their default, as plain JSON, by the name they are written with."""
    values = element.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    yield from ((name, value) for name, value in values.items() if name not in but)
