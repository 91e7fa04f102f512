"""Findings of a compliance check as sentences, for the chat card and for the paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.i18n import Translator
from bot.screen import shorten
from bot.views.moments import duration, end, moment
from dialogs.compliance import Compliance, Finding, Grade, Kind

_TITLE = 60
_REASON = 80

MARKS: Mapping[Grade, str] = {
    "missing": "✗", "late": "⏰", "departed": "↷", "open": "○", "hint": "ℹ", "excused": "◇", "done": "✓",
}  # fmt: skip


def _(text: str) -> str:
    """Marks a sentence kept in a table for translation."""
    return text


_SENTENCES: Mapping[str, str] = {
    "absent": _("{record} has not been made"),
    "draft": _("{record} is begun and not finished"),
    "frozen": _("{record} is to be signed or approved"),
    "sealed": _("{record} is sealed"),
    "fails": "{reason}",
    "holds": "{part}",
    "runs": _("{part}: due {due}"),
    "overdue": _("{part}: was due {due}, {late} ago"),
    "met": _("{part}: done in time"),
    "met_late": _("{part}: was due {due}, done {late} late"),
    "replaced": _("{part}: another term has taken its place"),
    "replaced_late": _("{part}: was due {due}; another term took its place {late} late"),
    "departed": _("{record}: {part}; reason given: {reason}"),
    "unmet": _("{record}: {part}; no reason is given"),
    "followed": _("{record}: what had to come before it was there"),
    "attached": _("{record}: {part} is there"),
    "owed": _("{record}: {part} is declared, the file is still to come"),
    "waived": _("{record}: no {part}, because: {reason}"),
    "preferred": _("{record}: {part} would be better to have"),
    "not_attached": _("{record}: {part} is not there"),
    "refused": _("{record}: {part} refused to sign: {reason}"),
    "unsigned": _("{record}: {part} has not signed"),
    "signed": _("{record}: {part} has signed"),
    "undecided": _("{record}: {part} was not given"),
    "decided": _("{record}: {part} given by {people}"),
    "decided_twice": _("{record}: {people} alone gave {part}"),
    "made_and_decided": _("{record}: {people} made it and gave {part}"),
    "two_places": _("{record}: {people} was busy in case {reason} at the same time ({since} to {ended})"),
    "condition_failed": _("{record}: “{part}” could not be judged; please check it by hand"),
}


def grade_text(t: Translator, grade: Grade) -> str:
    return {
        "missing": t("missing"),
        "late": t("late"),
        "departed": t("departed from"),
        "open": t("not finished"),
        "hint": t("hint"),
        "excused": t("with a reason"),
        "done": t("done"),
    }[grade]


def kind_text(t: Translator, kind: Kind) -> str:
    """The heading under which findings of one kind stand."""
    return {
        "own": t("Demands of the regulation"),
        "general": t("General law, not this regulation"),
        "setting": t("Set by the agency, not stated by the regulation"),
        "unstated": t("Noticed by the software, without an article"),
    }[kind]


def standing_line(t: Translator, found: Compliance) -> str:
    """How the case stands, in one line."""
    missing, late = found.counts["missing"], found.counts["late"]
    if not missing and not late:
        return "✓ " + t("Compliance check: nothing is missing or late.")
    return "⚠ " + t("Compliance check: {missing} missing, {late} late.", missing=missing, late=late)


def finding_text(
    t: Translator, finding: Finding, names: Mapping[str, str], now: datetime, *, whole: bool = False
) -> str:
    """One finding as a sentence, plain text; what is long is cut unless `whole`. `names`: officer id -> name."""
    part = finding.title if whole else shorten(finding.title, _TITLE)
    part = part.rstrip("。.") if finding.source == "need" else part  # the sentence goes on
    reason = finding.reason or "—"
    late = finding.late_by or (now - finding.due if finding.due and finding.ended is None else None)
    return t(
        _SENTENCES[finding.code],
        part=part,
        record=f"{finding.record_title or part} {finding.number or ''}".strip(),
        reason=reason if whole else shorten(reason, _REASON),
        people="、".join(names.get(each, each) for each in finding.people),
        due=end(t, finding.due) if finding.due else "",
        late=duration(t, late) if late else "",
        since=moment(t, finding.since) if finding.since else "",
        ended=moment(t, finding.ended) if finding.ended else "",
    )
