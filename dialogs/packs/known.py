"""The names a pack gives its conditions: forms, case facts, events, deadlines, settings, and the fields of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from typing import TypeVar

from dialogs.facts import ClashFact, DeadlineFact, EvidenceFact, RecordFact
from dialogs.packs.schema import Deadline, Pack, Question, Record, Setting

_T = TypeVar("_T")

AGENCY_FIELDS = frozenset({"name", "code"})
CASE_FIELDS = frozenset({"number", "state", "opened_at"})  # known of every case besides what records set
CASE_EVENTS = frozenset({"evidence.recording_received"})  # sent without any record saying so
REFUSALS = ("none", "questioning", "evidence", "signing", "other")  # as in dialogs.questions.refusal
EVIDENCE_TYPES = frozenset({"photo", "recording", "file"})

FIELDS: Mapping[str, frozenset[str]] = {
    "records": frozenset(each.name for each in fields(RecordFact)),
    "evidence": frozenset(each.name for each in fields(EvidenceFact)),
    "clashes": frozenset(each.name for each in fields(ClashFact)),
    "deadlines": frozenset(each.name for each in fields(DeadlineFact)),
    "record": frozenset({"id", "title", "stage", "pack"}),
    "item": frozenset({"kind", "form", "question", "seconds", "device"}),
    "agency": AGENCY_FIELDS,
}
WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("records", "state"): ("draft", "frozen", "sealed"),
    ("evidence", "kind"): ("photo", "recording", "file"),
    ("evidence", "state"): ("received", "withdrawn", "declared"),
    ("deadlines", "state"): ("open", "met", "overdue", "replaced"),
}


@dataclass(frozen=True)
class Known:
    """What one or several packs know; of packs laid over each other, the uppermost comes first."""

    packs: tuple[Pack, ...]
    forms: Mapping[str, Record]
    facts: Mapping[str, tuple[Question, ...]]  # case fact -> the questions that set it, none for fixed ones
    settled: Mapping[str, frozenset[bool | str]]  # case fact -> what records set it to as it stands
    events: frozenset[str]
    deadlines: Mapping[str, Deadline]
    settings: Mapping[str, Setting]
    stages: frozenset[str]

    def questions(self, forms: Set[str] | None = None) -> dict[str, tuple[Question, ...]]:
        """Question id -> the questions of that id in `forms` (None: in all)."""
        found: dict[str, tuple[Question, ...]] = {}
        for form in (record for pack in self.packs for record in pack.records):
            if forms is None or form.id in forms:
                for question in form.questions:
                    found[question.id] = (*found.get(question.id, ()), question)
        return found


def known_of(*packs: Pack) -> Known:
    """The names of `packs` together."""
    forms = _first((record.id, record) for pack in packs for record in pack.records)
    facts: dict[str, tuple[Question, ...]] = dict.fromkeys(CASE_FIELDS, ())
    settled: dict[str, frozenset[bool | str]] = {}
    for form in (record for pack in packs for record in pack.records):
        for question in form.questions:
            if question.sets:
                facts[question.sets] = (*facts.get(question.sets, ()), question)
        for name, value in form.sets.items():
            facts.setdefault(name, ())
            settled[name] = settled.get(name, frozenset()) | {value}
    return Known(
        packs,
        forms,
        facts,
        settled,
        frozenset(event for pack in packs for event in events(pack)),
        _first((each.id, each) for pack in packs for each in pack.deadlines),
        _first((each.id, each) for pack in packs for each in pack.settings),
        frozenset(stage.id for pack in packs for stage in pack.stages),
    )


def _first(pairs: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for name, one in pairs:
        found.setdefault(name, one)
    return found


def events(pack: Pack) -> frozenset[str]:
    """Every event that can happen: of each record, what records emit, and what the case itself sends."""
    return CASE_EVENTS | {event for record in pack.records for event in events_of(record)}


def events_of(record: Record) -> frozenset[str]:
    """What a record lets happen: only what is reviewed can be approved or returned."""
    names = {"submitted", "sealed"}
    names |= {"approved"} if record.review else set()
    names |= {"returned"} if any(step.return_allowed for step in record.review) else set()
    return frozenset(f"record.{record.id}.{name}" for name in names) | {each.event for each in record.emits}


def emitters(pack: Pack, event: str) -> tuple[Record, ...]:
    """The records whose answers go with `event`: those that emit it, and the one that is submitted with it."""
    return tuple(
        record
        for record in pack.records
        if event == f"record.{record.id}.submitted" or any(each.event == event for each in record.emits)
    )
