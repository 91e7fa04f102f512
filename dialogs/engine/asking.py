"""What is asked next, and how a question stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from dialogs.cel_values import typed
from dialogs.engine.outlines import lines_of
from dialogs.engine.sheet import Sheet, read
from dialogs.facts import Facts
from dialogs.packs.schema import Outline, Question, Record
from dialogs.questions import KINDS, Taken
from dialogs.questions.date import printed as printed_date
from dialogs.questions.date_time import printed as printed_moment
from dialogs.values import Draft, Given, Offer, Prompt
from models.errors import Missing

_NOT_TAKEN = {"recording": "未录音录像", "photo": "未拍照", "file": "未附材料", None: "未填写"}


def visible(record: Record, draft: Draft, facts: Facts) -> tuple[Question, ...]:
    """The questions that apply now, in the record's order."""
    return read(record, draft, facts).visible


def next_question(record: Record, draft: Draft, facts: Facts) -> str | None:
    """The first visible question still open, optional ones included (each is asked until skipped); None at the end."""
    sheet = read(record, draft, facts)
    return next((question.id for question in sheet.visible if sheet.is_open(question)), None)


def previous_question(record: Record, draft: Draft, facts: Facts, current: str | None) -> str | None:
    """The visible question before `current`; the last one when `current` is None (the review); None at the start."""
    order = [question.id for question in record.questions]
    limit = order.index(current) if current in order else len(order)
    before = {each.id for each in visible(record, draft, facts)}.intersection(order[:limit])
    return max(before, key=order.index, default=None)


def prompt(record: Record, draft: Draft, facts: Facts, question_id: str, outlines: Sequence[Outline] = ()) -> Prompt:
    """One question as it stands; `outlines` prompt in a dialogue before its own lines.

    Raises Missing `answer.not_asked` when it does not apply now.
    """
    sheet = read(record, draft, facts)
    question = sheet.question(question_id)
    if question is None:
        raise Missing("answer.not_asked", question=question_id)
    kind, given = KINDS[question.type], sheet.given(question)
    offered = offer(sheet, question)
    return Prompt(
        question=question.id,
        type=question.type,
        ask=question.ask,
        help=question.help,
        example=question.example or kind.example,
        basis=question.basis,
        choices=kind.choices(question, given.value if given else None, facts),
        offer=None if offered and given and given.value == offered[0].value else offered and offered[0],
        given=given,
        given_text=shown(question, given, facts) if given else None,
        skip=skipping(question),
        unknown=question.unknown,
        collecting=kind.collects,
        level=question.level,
        outline=lines_of(question, outlines),
        columns=tuple(column.title for column in question.columns),
        position=sheet.visible.index(question) + 1,
        total=len(sheet.visible),
    )


def skipping(question: Question) -> Literal["no", "free", "with_reason"]:
    """How a question may be skipped. A recording that is a must never; a waivable one only with its written reason."""
    if question.level == "must":
        return "no"
    if question.level == "waivable":
        return "with_reason"
    if question.skip is not None:
        return question.skip
    return "no" if question.required and question.level != "preferred" else "free"


def shown(question: Question, given: Given, facts: Facts) -> str:
    """What stands, as the paper prints it: the value, or why there is none; a free skip is a struck blank."""
    if given.state == "unknown":
        return f"不详，理由：{given.reason}"
    if given.state == "skipped":
        return f"{_NOT_TAKEN[KINDS[question.type].evidence]}，理由：{given.reason}" if given.reason else "／"
    return KINDS[question.type].show(question, given.value, facts)


def offer(sheet: Sheet, question: Question) -> tuple[Offer, Taken] | None:
    """The known value for a question, tested as if answered; None when there is none or it does not fit."""
    known = _known(sheet, question)
    if known is None:
        return None
    kind = KINDS[question.type]
    taken = kind.adopt(question, known, sheet.facts)
    if not isinstance(taken, Taken):
        return None
    return Offer(taken.value, kind.show(question, taken.value, sheet.facts)), taken


def _known(sheet: Sheet, question: Question) -> object:
    source = question.offer or ""
    root, _, name = source.partition(".")
    if source.startswith("text:"):
        return source.removeprefix("text:")
    match root:
        case "now":
            return sheet.facts.now
        case "officers":
            return [officer.id for officer in sheet.facts.officers]
        case "place":
            return sheet.facts.place
        case "case":
            return _readable(question, sheet.facts.case.get(name))
        case "agency":
            return _readable(question, sheet.facts.agency.get(name))
        case "answers":
            return _answered(sheet, question, name)
        case "number":
            return _number(sheet, name)
    return None


def _number(sheet: Sheet, name: str) -> str | None:
    """The number of the case's newest record of the form that the question `name` was answered with."""
    form = sheet.answers.get(name)
    return next((each.number for each in reversed(sheet.facts.records) if each.form == form and each.number), None)


def _answered(sheet: Sheet, question: Question, name: str) -> object:
    source = sheet.question(name)
    given = sheet.given(source) if source else None
    if source is None or given is None or given.state != "answered":
        return None
    return given.value if source.type == question.type else shown(source, given, sheet.facts)


def _readable(question: Question, value: object) -> object:
    if question.type not in ("text", "long_text"):
        return value
    moment = typed(value)
    if isinstance(moment, datetime):
        return printed_moment(moment)
    return printed_date(moment) if isinstance(moment, date) else value
