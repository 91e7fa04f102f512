"""An answer in, effects out. Nothing is stored or sent here."""

from __future__ import annotations

from dataclasses import replace

from dialogs.conditions import ConditionFailed, compile_condition
from dialogs.engine.asking import offer, skipping
from dialogs.engine.sheet import Sheet, read, seen
from dialogs.facts import Facts
from dialogs.packs.schema import Question, Record
from dialogs.questions import KINDS, Refused, Taken
from dialogs.questions.cleaning import clean
from dialogs.values import (
    Accepted,
    Answer,
    Clear,
    Complete,
    Conflict,
    Draft,
    Effect,
    Given,
    Input,
    Parked,
    Rejected,
    Reopened,
    Skip,
    State,
    Step,
    TakeOffer,
    Text,
    Unknown,
)

_LONGEST_REASON = 500


def start(pack_ref: str, record: Record) -> Draft:
    """An empty draft of `record`; `pack_ref` is `id@version`, pinned from here on."""
    return Draft(pack=pack_ref, record=record.id)


def answer(record: Record, draft: Draft, answer: Answer, facts: Facts) -> Step:
    """Take one answer at `facts.now`.

    Effects: one of Accepted, Rejected, Conflict first; after Accepted also Parked, Reopened and Complete as they
    apply. Rejected and Conflict leave the draft as it was, and so does the same answer sent again.
    """
    sheet = read(record, draft, facts)
    question = sheet.question(answer.question)
    if question is None:
        return Step(draft, (Rejected(answer.question, "answer.not_asked"),))
    stored = sheet.given(question)
    wanted = None if isinstance(answer.input, Clear) else _wanted(sheet, question, stored, answer)
    if isinstance(wanted, Refused):
        return Step(draft, (_rejected(question, wanted, answer.input),))
    if stored and _conflicts(question, stored, wanted, answer):
        return Step(draft, (Conflict(question.id, stored, wanted.value if wanted else None),))
    if fault := _unfit(sheet, question, wanted):
        return Step(draft, (_rejected(question, fault, answer.input),))
    if _same(stored, wanted):
        return Step(draft, (Accepted(question.id, stored), *_complete(sheet)))
    answers = {key: given for key, given in draft.answers.items() if key != question.id}
    if wanted:
        answers[question.id] = wanted
    after = read(record, replace(draft, revision=draft.revision + 1, answers=answers), facts)
    return Step(after.draft, (Accepted(question.id, wanted), *_moved(sheet, after), *_complete(after)))


def _wanted(sheet: Sheet, question: Question, stored: Given | None, answer: Answer) -> Given | Refused:
    """What would be stored."""
    kind, sent = KINDS[question.type], answer.input
    if isinstance(sent, Skip | Unknown):
        taken = _set_aside(question, stored, sent)
    elif isinstance(sent, TakeOffer):
        found = offer(sheet, question)
        taken = found[1] if found else Refused("answer.nothing_offered")
    else:
        taken = kind.parse(question, stored, sent, sheet.facts)
    if isinstance(taken, Refused):
        return taken
    evidence = taken.evidence if taken.evidence is not None else stored.evidence if stored else ()
    given = Given(taken.value, taken.state, sheet.draft.revision + 1, answer.by, sheet.facts.now, None, evidence)
    if isinstance(sent, Skip | Unknown):
        state: State = "skipped" if isinstance(sent, Skip) else "unknown"
        return replace(given, state=state, reason=clean(sent.reason or "") or None)
    return given


def _set_aside(question: Question, stored: Given | None, sent: Skip | Unknown) -> Taken | Refused:
    """Whether a question may be left without a value."""
    skip = skipping(question)
    if isinstance(sent, Skip) and skip == "no":
        return Refused("answer.required")
    if isinstance(sent, Unknown) and not question.unknown:
        return Refused("answer.unknown_not_allowed")
    if stored and stored.value and KINDS[question.type].collects:
        # One careless tap must not drop an hour's interview or detach what was received.
        return Refused("answer.clear_first")
    reason = clean(sent.reason or "")
    if not reason and (isinstance(sent, Unknown) or skip == "with_reason"):
        return Refused("answer.reason_needed")
    if len(reason) > _LONGEST_REASON:
        return Refused("answer.too_long", {"length": len(reason), "limit": _LONGEST_REASON})
    return Taken(None)


def _conflicts(question: Question, stored: Given, wanted: Given | None, answer: Answer) -> bool:
    """Whether `answer` would overwrite what its sender has not seen. Inputs that only add never do."""
    kind = KINDS[question.type]
    if answer.expects is None or stored.revision == answer.expects or isinstance(answer.input, kind.adds):
        return False
    if kind.collects and stored.by == answer.by and not isinstance(answer.input, Clear):
        return False  # one person tapping several options of one keyboard
    return wanted is None or (stored.value, stored.reason) != (wanted.value, wanted.reason)


def _unfit(sheet: Sheet, question: Question, wanted: Given | None) -> Refused | None:
    """Why the question's own check refuses a finished answer."""
    if question.check is None or wanted is None or wanted.state != "answered":
        return None
    try:
        if compile_condition(question.check).holds(sheet.scope(**{question.id: seen(question, wanted.value)})):
            return None
    except ConditionFailed as fault:
        return Refused(fault.code, fault.params)
    return Refused("answer.check_failed", {"message": question.check_message or ""})


def _same(stored: Given | None, wanted: Given | None) -> bool:
    if stored is None or wanted is None:
        return stored is wanted
    return replace(wanted, revision=stored.revision, by=stored.by, at=stored.at) == stored


def _rejected(question: Question, refused: Refused, sent: Input) -> Rejected:
    """An example helps who typed; a button pressed too early needs none."""
    example = (question.example or KINDS[question.type].example) if isinstance(sent, Text) else None
    return Rejected(question.id, refused.code, refused.params, example)


def _moved(before: Sheet, after: Sheet) -> tuple[Effect, ...]:
    held = after.draft.answers
    was, now = {each.id for each in before.visible}, {each.id for each in after.visible}
    parked = tuple(each.id for each in before.visible if each.id in held and each.id not in now)
    reopened = tuple(each.id for each in after.visible if each.id in held and each.id not in was)
    return (*([Parked(parked)] if parked else []), *([Reopened(reopened)] if reopened else []))


def _complete(sheet: Sheet) -> tuple[Effect, ...]:
    waiting = any(
        sheet.is_open(question) and (skipping(question) != "free" or sheet.given(question))
        for question in sheet.visible
    )
    return () if waiting else (Complete(),)
