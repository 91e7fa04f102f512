"""What ends a deadline, as people would go about it: the records whose events close it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dialogs.packs.known import CASE_EVENTS
from dialogs.packs.schema import Deadline, Pack, Record

At = Literal["submitted", "approved", "sealed"]


@dataclass(frozen=True)
class Closer:
    """A record that ends a deadline once it is `at`; `on_condition`: only if its answers say that it happened."""

    form: Record
    at: At
    on_condition: bool = False


def closers(pack: Pack, deadline: Deadline) -> tuple[Closer, ...]:
    """The records that end the deadline, each once, in the order in which the deadline names their events."""
    found: dict[str, Closer] = {}
    for event in deadline.closes_on:
        for closer in _closers(pack, event):
            found.setdefault(closer.form.id, closer)
    return tuple(found.values())


def ends_by_recording(deadline: Deadline) -> bool:
    """Whether a recording that is received ends the deadline, without any record saying so."""
    return bool(CASE_EVENTS.intersection(deadline.closes_on))


def _closers(pack: Pack, event: str) -> Iterator[Closer]:
    for form in pack.records:
        for at in ("submitted", "approved", "sealed"):
            if event == f"record.{form.id}.{at}":
                yield Closer(form, at)
        for emission in form.emits:
            if emission.event == event:
                yield Closer(form, emission.on, emission.when is not None)
