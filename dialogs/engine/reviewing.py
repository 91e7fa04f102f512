"""The whole record before it is frozen: every line as printed, and what is still lacking."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.conditions import ConditionFailed, compile_condition
from dialogs.engine.asking import shown, skipping
from dialogs.engine.sheet import Sheet, read
from dialogs.facts import Facts
from dialogs.packs.schema import Question, Record
from dialogs.questions import KINDS
from dialogs.questions.attached import standing
from dialogs.questions.collecting import ids
from dialogs.values import Draft, Lacking, Review, ReviewLine


def review(record: Record, draft: Draft, facts: Facts) -> Review:
    """Lines of the visible questions in order, and what is lacking.

    Codes: `record.unanswered`, `record.unfinished` (collecting), `record.recording_missing`, `record.photo_missing`,
    `record.file_missing` (a must, or waivable without reason), the same with `_preferred` (does not block),
    `record.check_failed`, `record.condition_failed` (the pack's fault, does not block).
    """
    sheet = read(record, draft, facts)
    return Review(
        lines=tuple(_line(sheet, question) for question in sheet.visible),
        lacking=tuple(lack for question in sheet.visible for lack in _lacking(sheet, question)),
    )


def _line(sheet: Sheet, question: Question) -> ReviewLine:
    given = sheet.given(question)
    return ReviewLine(
        question=question.id,
        label=question.paper_label,
        text=shown(question, given, sheet.facts) if given else "",
        state=given.state if given else "open",
        basis=question.basis,
        revision=given.revision if given else 0,
    )


def _lacking(sheet: Sheet, question: Question) -> Iterator[Lacking]:
    def lack(code: str, *, blocks: bool = True) -> Lacking:
        return Lacking(question.id, question.paper_label, code, question.basis, blocks)

    given, evidence = sheet.given(question), KINDS[question.type].evidence
    if given is not None and given.state == "collecting":
        yield lack("record.unfinished")
    elif evidence and (question.level or given):
        yield from _lacking_evidence(sheet, question, evidence)
    elif given is None and skipping(question) != "free":
        yield lack("record.unanswered")
    if question.id in sheet.faulty:
        yield lack("record.condition_failed", blocks=False)
    if question.check is not None and given is not None and given.state == "answered":
        try:
            if not compile_condition(question.check).holds(sheet.scope()):
                yield lack("record.check_failed")
        except ConditionFailed:
            yield lack("record.condition_failed", blocks=False)


def _lacking_evidence(sheet: Sheet, question: Question, evidence: str) -> Iterator[Lacking]:
    """Evidence counts while it stands: withdrawn pieces no longer answer the question."""
    given = sheet.given(question)
    held = len(standing(ids(given.value if given else None), sheet.facts))
    if held and held >= question.least:
        return
    excused = given is not None and given.state in ("skipped", "unknown")
    if question.level == "preferred":
        yield Lacking(question.id, question.paper_label, f"record.{evidence}_preferred", question.basis, blocks=False)
    elif not excused and (question.level or question.required) and question.least:
        yield Lacking(question.id, question.paper_label, f"record.{evidence}_missing", question.basis)
