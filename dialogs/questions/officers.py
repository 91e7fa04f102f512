"""Officers from the agency's register, never typed anew. Stored: list of officer ids in the order picked."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.facts import Facts, OfficerFact
from dialogs.packs.schema import Option, Question
from dialogs.questions.base import Refused
from dialogs.questions.cleaning import plain
from dialogs.questions.collecting import PickingKind, ids


class OfficersKind(PickingKind):
    """Picked by button, typed by name or certificate number, or the case's officers taken as offered."""

    def options(self, question: Question, facts: Facts) -> tuple[Option, ...]:
        # An officer's id, name or unit may be any text, so the pattern meant for pack authors is not applied.
        return tuple(
            Option.model_construct(
                id=each.id, title=f"{each.name}（{each.certificate}）", sounds=(each.name, each.certificate)
            )
            for each in _everyone(facts)
        )

    def show(self, question: Question, value: object, facts: Facts) -> str:
        known = {each.id: each for each in _everyone(facts)}
        return "、".join(_printed(known.get(each), each) for each in ids(value)) or "无"

    def _ordered(self, question: Question, chosen: Sequence[str], facts: Facts) -> list[str]:
        return list(dict.fromkeys(chosen))

    def _named(self, question: Question, text: str, facts: Facts) -> list[str] | Refused:
        same = [each for each in _everyone(facts) if plain(each.name) == plain(text)]
        if len(same) > 1:
            return Refused("answer.ambiguous", {"text": text[:60], "count": len(same)})
        return super()._named(question, text, facts)


def _everyone(facts: Facts) -> tuple[OfficerFact, ...]:
    return tuple({each.id: each for each in (*facts.officers, *facts.register)}.values())


def _printed(officer: OfficerFact | None, unknown: str) -> str:
    return f"{officer.name}（执法证号：{officer.certificate}）" if officer else unknown
