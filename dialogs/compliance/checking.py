"""Judging a case: every demand of the pack against what the case holds. Conditions that fail become findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from dialogs.compliance.findings import Compliance, Finding, Grade, grouped
from dialogs.compliance.judging import Judge
from dialogs.compliance.parts import of_record
from dialogs.facts import DeadlineFact, Facts, RecordFact
from dialogs.packs.schema import Deadline, Pack, Record

FAILED = "condition_failed"


def check(pack: Pack, facts: Facts) -> Compliance:
    """Everything the pack demands of the case as `facts` show it. Never raises on what a pack or a case may hold."""
    judge = Judge(facts)
    by_form: dict[str, list[RecordFact]] = defaultdict(list)
    for record in facts.records:
        by_form[record.form].append(record)
    found = [
        *(each for form in pack.records for each in _records(form, by_form[form.id], judge)),
        *_rules(pack, judge),
        *_deadlines(pack, facts),
        *_clashes(facts),
    ]
    return grouped(pack, found, facts.now)


def _records(form: Record, made: Sequence[RecordFact], judge: Judge) -> Iterator[Finding]:
    submitted = [record for record in made if record.state != "draft"]
    if not made and form.expected is not None:
        held = judge.holds(form.expected)
        if held is None:
            yield _failed("record", form.id, form.title, form.basis, form.expected)
        elif held:
            yield Finding("missing", "record", "absent", form.id, form.title, form.basis, begin=form.id)
    for record in made:
        yield _record(form, record)
    for record in submitted:
        yield from of_record(form, record, judge)


def _record(form: Record, record: RecordFact) -> Finding:
    grades: dict[str, Grade] = {"draft": "open", "frozen": "open", "sealed": "done"}
    return Finding(
        grades[record.state],
        "record",
        record.state,
        form.id,
        form.title,
        form.basis,
        record=record.id,
        number=record.number,
        since=record.submitted_at,
        ended=record.sealed_at,
    )


def _rules(pack: Pack, judge: Judge) -> Iterator[Finding]:
    for rule in pack.rules:
        applies = rule.when is None or judge.holds(rule.when)
        if applies is False:
            continue
        held = judge.holds(rule.holds) if applies else None
        if held is None:
            yield _failed("rule", rule.id, rule.title, rule.basis, rule.holds if applies else rule.when or "")
        elif held:
            yield Finding("done", "rule", "holds", rule.id, rule.title, rule.basis)
        else:
            grade: Grade = "missing" if rule.grade == "must" else "hint"
            yield Finding(grade, "rule", "fails", rule.id, rule.title, rule.basis, reason=rule.says)


def _deadlines(pack: Pack, facts: Facts) -> Iterator[Finding]:
    stated = {deadline.id: deadline for deadline in pack.deadlines}
    for term in facts.deadlines:
        if deadline := stated.get(term.id):
            yield _deadline(deadline, term, facts)


def _deadline(deadline: Deadline, term: DeadlineFact, facts: Facts) -> Finding:
    ended_late = term.closed_at is not None and term.closed_at > term.due_at
    met: dict[str, tuple[Grade, str]] = {
        "open": ("open", "runs"),
        "overdue": ("late", "overdue"),
        "met": ("late", "met_late") if ended_late else ("done", "met"),
        "replaced": ("late", "replaced_late") if ended_late else ("excused", "replaced"),
    }
    grade, code = met[term.state]
    owed = next((name for name in map(_form_of, deadline.closes_on) if name), None)
    return Finding(
        grade,
        "deadline",
        code,
        deadline.id,
        deadline.owed,
        deadline.basis,
        begin=owed if term.state in ("open", "overdue") else None,
        since=term.opened_at,
        due=term.due_at,
        ended=term.closed_at,
    )


def _form_of(event: str) -> str | None:
    """The record whose submission or sealing an event means."""
    parts = event.split(".")
    return parts[1] if len(parts) == 3 and parts[0] == "record" else None


def _clashes(facts: Facts) -> Iterator[Finding]:
    records = {record.id: record for record in facts.records}
    for clash in facts.clashes:
        record = records.get(clash.record)
        yield Finding(
            "hint",
            "clash",
            "two_places",
            clash.record,
            record.title if record else "",
            record=clash.record,
            number=record.number if record else None,
            people=(clash.officer,),
            since=clash.since,
            ended=clash.until,
            reason=clash.other_case,
        )


def _failed(source: Any, element: str, title: str, basis: tuple[str, ...], condition: str) -> Finding:
    return Finding("hint", source, FAILED, element, title, basis, reason=condition)
