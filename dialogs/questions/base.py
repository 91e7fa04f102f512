"""What a question type is: it reads an input, prints a stored value, and says what may be chosen. Stateless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.values import Choice, Given, Input


@dataclass(frozen=True)
class Taken:
    """A right answer. `value` is plain JSON; `evidence` replaces the ids kept with the answer unless None."""

    value: object
    state: Literal["answered", "collecting"] = "answered"
    evidence: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Refused:
    """Not taken. `example` defaults to the question's own, then the type's."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Kind:
    """One question type. Subclasses override what differs; the engine knows no type by name.

    example: a right answer in Chinese, shown with every refusal when the question has none of its own.
    collects: answers grow by several inputs until `Done`.
    adds: inputs that only ever add; two officers sending them at once do not conflict.
    evidence: the kind of evidence this type asks for, if any.
    """

    example: str | None = None
    collects: bool = False
    adds: tuple[type[Input], ...] = ()
    evidence: Literal["photo", "recording", "file"] | None = None

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        """Read what a person sent. `given` is what stands; the caller stores what is taken."""
        raise NotImplementedError

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        """Take a known value (an offer) as an answer; by default as if its text had been typed."""
        raise NotImplementedError

    def show(self, question: Question, value: object, facts: Facts) -> str:
        """The stored value as printed on paper."""
        return str(value)

    def choices(self, question: Question, value: object, facts: Facts) -> tuple[Choice, ...]:
        """Buttons; empty for types that are typed or sent. `value` is what stands, None when open."""
        return ()

    def parts(self, question: Question, value: object) -> tuple[str, ...]:
        """The parts of a collected answer that a person may put right one by one; empty for types without."""
        return ()

    def condition_value(self, value: object) -> object:
        """The stored value as conditions see it (moments and numbers as such)."""
        return value


NOT_THIS_KIND = Refused("answer.not_this_kind")
EMPTY = Refused("answer.empty")
