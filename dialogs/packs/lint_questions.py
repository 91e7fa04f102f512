"""Questions that cannot be asked as written: options, levels, checks, offers."""

from __future__ import annotations

from collections.abc import Iterator, Set

from dialogs.packs.faults import Fault
from dialogs.packs.hints import nearest
from dialogs.packs.known import AGENCY_FIELDS, EVIDENCE_TYPES, known_of
from dialogs.packs.places import Location, Places
from dialogs.packs.schema import Pack, Question, Record


def question_faults(pack: Pack, places: Places, *, whole: bool) -> Iterator[Fault]:
    """Faults of each record's questions. `whole`: also those that a fragment cannot know."""
    facts = frozenset(known_of(pack).facts)
    for at, record in enumerate(pack.records):
        here: Location = ("records", at)
        if not record.questions:
            yield places.fault(here, "record.no_questions", id=record.id)
        for n, question in enumerate(record.questions):
            place = (*here, "questions", n)
            yield from _shape(question, place, places)
            yield from _offer(record, n, facts if whole else None, place, places)
        yield from _signers(record, facts if whole else None, here, places)


def _shape(question: Question, place: Location, places: Places) -> Iterator[Fault]:
    chooses = question.type in ("choice", "choices")
    if chooses and not question.options:
        yield places.fault(place, "choice.no_options", id=question.id)
    if question.options and not chooses:
        yield places.fault((*place, "options"), "choice.unused_options", type=question.type)
    if question.type == "table" and not question.columns:
        yield places.fault(place, "table.no_columns", id=question.id)
    if question.columns and question.type != "table":
        yield places.fault((*place, "columns"), "columns.unused", type=question.type)
    if question.level and question.type not in EVIDENCE_TYPES:
        yield places.fault((*place, "level"), "level.unused", type=question.type)
    if question.outline and question.type != "dialogue":
        yield places.fault((*place, "outline"), "outline.unused", type=question.type)
    if question.check and not question.check_message:
        yield places.fault((*place, "check"), "check.no_message")
    if question.check_message and not question.check:
        yield places.fault((*place, "check_message"), "check.no_check")


def _signers(record: Record, facts: Set[str] | None, here: Location, places: Places) -> Iterator[Fault]:
    """Names of signers that come from nowhere."""
    for n, slot in enumerate(record.sign_off):
        root, _, name = (slot.name or "").partition(".")
        known = {question.id for question in record.questions} if root == "answers" else facts
        if root and known is not None and name not in known:
            place = (*here, "sign_off", n, "name")
            yield places.fault(place, "signature.unknown_name", name=slot.name, **nearest(name, known))


def _offer(record: Record, n: int, facts: Set[str] | None, place: Location, places: Places) -> Iterator[Fault]:
    offer = record.questions[n].offer
    if offer is None or offer in ("now", "officers", "place") or (offer.startswith("text:") and offer != "text:"):
        return
    root, dot, name = offer.partition(".")
    known: Set[str] | None
    match root if dot else "":
        case "case":
            known = facts
        case "agency":
            known = AGENCY_FIELDS
        case "answers" | "number":
            known = {question.id for question in record.questions[:n]}
        case _:
            yield places.fault((*place, "offer"), "offer.unknown", offer=offer)
            return
    if known is not None and name not in known:
        yield places.fault((*place, "offer"), "offer.unknown_name", offer=offer, **nearest(name, known))
