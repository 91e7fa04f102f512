"""The parts of a submitted record: needs before it, recordings and photos, signatures, opinions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dialogs.compliance.findings import Finding, Grade, Source
from dialogs.compliance.judging import Judge
from dialogs.facts import RecordFact
from dialogs.packs.schema import Element, Need, Question, Record, ReviewStep
from dialogs.questions.collecting import ids

MERGING = "roles_may_merge"  # the setting by which one person may give several opinions


def of_record(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    """Findings on the parts of a record; a part that is as it should be is told only when it cites an article."""
    for finding in (
        *_needs(form, record, judge),
        *_questions(form, record, judge),
        *_signatures(form, record, judge),
        *_opinions(form, record, judge),
    ):
        if finding.grade != "done" or finding.basis:
            yield replace(finding, basis=finding.basis or form.basis)


def _finding(
    form: Record, record: RecordFact, source: Source, part: Element, part_id: str, title: str, grade: Grade, code: str
) -> Finding:
    return Finding(
        grade,
        source,
        code,
        f"{form.id}.{part_id}",
        title,
        part.basis,
        record=record.id,
        number=record.number,
        record_title=form.title,
    )


def _needs(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    for need in form.needs:
        reason = record.departures.get(need.id)
        held = None if reason is not None else _held(need, record, judge)
        if reason is not None:
            grade, code = "departed", "departed"
        elif held is None:
            grade, code, reason = "hint", "condition_failed", need.holds
        else:
            grade, code = ("done", "followed") if held else ("departed", "unmet")
        found = _finding(form, record, "need", need, need.id, need.says, grade, code)  # type: ignore[arg-type]
        yield replace(found, reason=reason, begin=need.first if grade == "departed" else None)


def _held(need: Need, record: RecordFact, judge: Judge) -> bool | None:
    """Whether a need holds, or did when the record was submitted: what time has passed over is no departure."""
    held = judge.holds(need.holds, record.answers)
    return judge.before(record).holds(need.holds, record.answers) if held is False else held


def _questions(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    states = judge.states
    for question in form.questions:
        if question.level is None:
            continue
        if question.id not in record.answers and not judge.applies(question.when, record.answers):
            continue
        grade, code = _evidence(question, record, states)
        found = _finding(form, record, "question", question, question.id, question.paper_label, grade, code)
        yield replace(found, reason=record.waived.get(question.id) if grade == "excused" else None)


def _evidence(question: Question, record: RecordFact, states: Mapping[str, str]) -> tuple[Grade, str]:
    held = [states.get(each, "received") for each in ids(record.answers.get(question.id))]
    standing = [state for state in held if state != "withdrawn"]
    if len(standing) >= max(question.least, 1):
        return ("open", "owed") if "declared" in standing else ("done", "attached")
    if record.waived.get(question.id):
        return "excused", "waived"
    return ("hint", "preferred") if question.level == "preferred" else ("missing", "not_attached")


def _signatures(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    for slot in form.sign_off:
        way = record.signed.get(slot.id)
        if way is None and not (
            slot.required and record.state == "sealed" and judge.applies(slot.when, record.answers)
        ):
            continue
        if way == "refused":
            found = _finding(form, record, "signature", slot, slot.id, slot.label, "excused", "refused")
            yield replace(found, reason=record.refusals.get(slot.id))
        elif way is None:
            yield _finding(form, record, "signature", slot, slot.id, slot.label, "missing", "unsigned")
        else:
            yield _finding(form, record, "signature", slot, slot.id, slot.label, "done", "signed")


def _opinions(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    for step in form.review:
        given = record.decided.get(step.id)
        if given is not None:
            found = _finding(form, record, "review", step, step.id, step.title, "done", "decided")
            yield replace(found, people=(given,))
        elif record.state == "sealed" and judge.applies(step.when, record.answers):
            yield _finding(form, record, "review", step, step.id, step.title, "missing", "undecided")
    yield from _merged(form, record, judge)


def _merged(form: Record, record: RecordFact, judge: Judge) -> Iterator[Finding]:
    """One person in several of the chain's roles: making the record, and each opinion on it."""
    roles: dict[str, list[ReviewStep]] = {}
    for step in form.review:
        if given := record.decided.get(step.id):
            roles.setdefault(given, []).append(step)
    for person, steps in roles.items():
        if len(steps) < 2 and person != record.maker:
            continue
        merging = judge.facts.settings.get(MERGING) is True and person != record.maker
        code = "made_and_decided" if person == record.maker else "decided_twice"
        titles = "、".join(step.title for step in steps)
        found = _finding(
            form, record, "review", steps[-1], steps[-1].id, titles, "excused" if merging else "departed", code
        )
        yield replace(found, people=(person,))
