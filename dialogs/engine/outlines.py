"""What an officer is prompted with in a dialogue: the pack's outlines for this kind of case, then the form's own."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.conditions import ConditionFailed, compile_condition
from dialogs.engine.sheet import Sheet, read
from dialogs.facts import Facts
from dialogs.packs.schema import Outline, Question, Record
from dialogs.values import Draft


def fitting(outlines: Sequence[Outline], record: Record, draft: Draft, facts: Facts) -> tuple[Outline, ...]:
    """The outlines of the pack for this record that fit the case and the answers so far, in the pack's order."""
    sheet = read(record, draft, facts)
    return tuple(each for each in outlines if each.record == record.id and _holds(each, sheet))


def lines_of(question: Question, outlines: Sequence[Outline]) -> tuple[str, ...]:
    """The lines of the outlines, then those the question itself brings; each once."""
    if question.type != "dialogue":
        return question.outline
    return tuple(dict.fromkeys((*(line for each in outlines for line in each.lines), *question.outline)))


def _holds(outline: Outline, sheet: Sheet) -> bool:
    if outline.when is None:
        return True
    try:
        return compile_condition(outline.when).holds(sheet.scope())
    except ConditionFailed:
        return False  # a help that cannot be judged is left out; the officer may still choose it
