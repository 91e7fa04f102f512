"""What would come of a record played in the terminal: what is open, who signs and decides, what happens then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dialogs import deadlines, engine
from dialogs.conditions import ConditionFailed, Scope, compile_condition
from dialogs.course import steps_of, unmet
from dialogs.facts import Facts
from dialogs.packs.schema import Deadline, Need, Pack, Record, ReviewStep, SignatureSlot
from dialogs.values import Draft, Review


@dataclass(frozen=True)
class Outcome:
    """The record as it stands. events: those of its submission, then of its sealing. deadlines: what they open."""

    form: Record
    review: Review
    answers: list[dict[str, Any]]
    needs: tuple[Need, ...]
    signatures: tuple[SignatureSlot, ...]
    review_steps: tuple[ReviewStep, ...]
    events: tuple[str, ...]
    deadlines: tuple[Deadline, ...]

    @property
    def ready(self) -> bool:
        return self.review.ready

    def json(self) -> dict[str, Any]:
        """Plain JSON; answers as they would be hashed, without moments."""
        return {
            "record": self.form.id,
            "ready": self.ready,
            "answers": self.answers,
            "lacking": [lack.question for lack in self.review.lacking],
            "needs": [need.id for need in self.needs],
            "signatures": [slot.id for slot in self.signatures],
            "review": [step.id for step in self.review_steps],
            "events": list(self.events),
            "deadlines": [deadline.id for deadline in self.deadlines],
        }


def outcome(pack: Pack, form: Record, draft: Draft, facts: Facts) -> Outcome:
    """What the record says and brings about as it is answered now."""
    seen = engine.seen_answers(form, draft, facts)
    settled = engine.submitted_facts(form, draft, facts)
    after = replace(facts, case={**facts.case, **settled})  # what the case knows once it is submitted
    scope = Scope(seen, facts)
    sent = [*engine.emissions(form, draft, facts), *engine.sealed_emissions(form, draft, facts)]
    opened = {
        change.deadline_id
        for name, at in sent
        for change in deadlines.events(pack, deadlines.Event(name, at or facts.now, answers=seen), (), after)
        if isinstance(change, deadlines.Opens)
    }
    told = ("question", "label", "type", "value", "text", "state", "reason")
    return Outcome(
        form,
        engine.review(form, draft, facts),
        [{name: each[name] for name in told} for each in engine.canonical(form, draft, facts)["answers"]],
        unmet(form, facts, "submitting", seen),
        tuple(slot for slot in form.sign_off if slot.when is None or _holds(slot.when, scope)),
        steps_of(form, after, seen),
        tuple(name for name, _ in sent),
        tuple(each for each in pack.deadlines if each.id in opened),
    )


def _holds(condition: str, scope: Scope) -> bool:
    try:
        return compile_condition(condition).holds(scope)
    except ConditionFailed:
        return True
