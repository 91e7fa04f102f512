"""What a finished record hands on: facts of the case, events, and the content that is hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import rfc8785

from dialogs.conditions import compile_condition
from dialogs.engine.asking import shown
from dialogs.engine.sheet import Sheet, read
from dialogs.facts import Facts
from dialogs.packs.schema import Make, Record
from dialogs.values import Draft
from dialogs.zone import SHANGHAI

FORMAT = "zhilu.record/1"


def submitted_event(record_id: str) -> str:
    """The event every submission means, which deadlines may close on."""
    return f"record.{record_id}.submitted"


def submitted_facts(record: Record, draft: Draft, facts: Facts) -> dict[str, object]:
    """Case facts this record sets: its own, and stored values of visible, answered questions with `sets`."""
    sheet = read(record, draft, facts)
    return dict(record.sets) | {
        question.sets: given.value
        for question in sheet.visible
        if question.sets and (given := sheet.given(question)) and given.state == "answered"
    }


def seen_answers(record: Record, draft: Draft, facts: Facts) -> dict[str, object]:
    """Values of the visible answers as conditions see them; open, parked and skipped ones left out."""
    sheet = read(record, draft, facts)
    return {name: value for name, value in sheet.answers.items() if value is not None}


def emissions(record: Record, draft: Draft, facts: Facts) -> tuple[tuple[str, datetime | None], ...]:
    """Events of a submission, `record.<id>.submitted` first, each with the moment meant (None: the submission's).

    Raises ConditionFailed when a `when` cannot be evaluated: a deadline must not be lost in silence.
    """
    return ((submitted_event(record.id), None), *_emitted(record, draft, facts, "submitted"))


def sealed_emissions(record: Record, draft: Draft, facts: Facts) -> tuple[tuple[str, datetime | None], ...]:
    """Events the record sends on its sealing, besides `record.<id>.sealed`; as `emissions`."""
    return tuple(_emitted(record, draft, facts, "sealed"))


def _emitted(record: Record, draft: Draft, facts: Facts, on: str) -> Iterator[tuple[str, datetime | None]]:
    sheet = read(record, draft, facts)
    scope = sheet.scope()
    for each in record.emits:
        if each.on == on and (each.when is None or compile_condition(each.when).holds(scope)):
            yield each.event, _moment(sheet, each.at)


def moments(record: Record, draft: Draft, facts: Facts) -> tuple[tuple[str, datetime | None], ...]:
    """Every event the record may send with the moment its answers give, sent or not, in the order of its form."""
    sheet = read(record, draft, facts)
    return tuple((each.event, _moment(sheet, each.at)) for each in record.emits)


def makes(record: Record, draft: Draft, facts: Facts) -> tuple[Make, ...]:
    """The files to be made of the case on submission. Raises ConditionFailed as `emissions` does."""
    scope = read(record, draft, facts).scope()
    return tuple(each for each in record.makes if each.when is None or compile_condition(each.when).holds(scope))


def _moment(sheet: Sheet, at: str | None) -> datetime | None:
    value = sheet.answers.get((at or "").removeprefix("answers."))
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), SHANGHAI).astimezone(UTC)
    return None


def canonical(record: Record, draft: Draft, facts: Facts) -> dict[str, Any]:
    """The record's content as JSON: visible answers in order, parked ones left out.

    Each answer carries question, label, type, value, printed text, state, reason, officer, moment (UTC), evidence ids
    and articles. The same answers give the same content whatever was tried and taken back in between.
    """
    sheet = read(record, draft, facts)
    answers = [
        {
            "question": question.id,
            "label": question.paper_label,
            "type": question.type,
            "value": given.value,
            "text": shown(question, given, facts),
            "state": given.state,
            "reason": given.reason,
            "by": given.by,
            "at": given.at.astimezone(UTC).isoformat(),
            "evidence": list(given.evidence),
            "basis": list(question.basis),
        }
        for question in sheet.visible
        if (given := sheet.given(question))
    ]
    return {"format": FORMAT, "pack": draft.pack, "record": record.id, "title": record.title, "answers": answers}


def record_hash(content: dict[str, Any]) -> str:
    """SHA-256 (lower-case hex) of the content's RFC 8785 form."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
