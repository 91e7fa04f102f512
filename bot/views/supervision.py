"""What those who oversee are told, and what they tell: urging, and the supervisor's morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import Listed, case_name, due_text, open_case_button
from bot.views.moments import countdown, day, duration, end
from dialogs.packs.schema import Deadline, Pack
from models.tables import Case, OpenTerm

MORNING_LINES = 5
_UNIT_BUTTONS = 3


@dataclass(frozen=True)
class Urge:
    """`pack`, `deadline`, `term`: what is urged. `by`: who urges."""

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    by: str
    message: str


@dataclass(frozen=True)
class UnitOverdue:
    """What is overdue of one unit's cases. `word`: the list narrowed to it, in a button."""

    name: str
    count: int
    oldest: datetime
    case: Case
    word: str


@dataclass(frozen=True)
class Waiting:
    """A decision that waits. `title`: '' for a case that is secret to the reader."""

    case: Case
    title: str
    since: datetime


@dataclass(frozen=True)
class Morning:
    """`due_today`: what is owed ('' for a case secret to the reader), by when, in which case; the first of `due_count`.

    `unhanded`: recordings whose handing over is still owed, `unhanded_late` of them too late.
    """

    units: tuple[UnitOverdue, ...]
    due_today: tuple[tuple[str, datetime, Case], ...]
    due_count: int
    unhanded: int
    unhanded_late: int
    handover_word: str | None
    waiting: tuple[Waiting, ...]
    waiting_count: int


def message_prompt(t: Translator, deadline: Deadline, case: Case) -> Screen:
    text = t("What shall the officers of {case} be told about “{owed}”?", case=case_name(t, case), owed=deadline.owed)
    return Screen(plain(text), ((Button(t("Rather not"), "urn"),),))


def urged_screen(t: Translator, told: Urge, now: datetime) -> Screen:
    """To the case's officers."""
    lines = [
        bold(t("{name} urges: {owed}", name=told.by, owed=told.deadline.owed)),
        plain(f"“{told.message}”") if told.message else None,
        plain(t("Case: {case}", case=case_name(t, told.case))),
        due_text(t, Listed(told.pack, told.deadline, told.term, told.case, "")),
        plain(countdown(t, told.term.due_at, now)),
    ]
    return Screen(join(lines), Rows().row(open_case_button(t, told.case)).done())


def urge_sent(t: Translator, told: Urge, reached: Sequence[str], unreached: Sequence[str]) -> Screen:
    """To whoever urged: to whom it went."""
    lines = [
        "✓ " + plain(t("Urged: “{owed}” of {case}.", owed=told.deadline.owed, case=case_name(t, told.case))),
        plain(t("Sent to: {names}", names="、".join(reached))),
        plain(t("Nowhere to be reached: {names}", names="、".join(unreached))) if unreached else None,
    ]
    rows = Rows().row(Button(t("Back to the deadline"), f"odt:{told.term.id}"), Button(t("Overdue"), "overdue:0"))
    return Screen(join(lines), rows.done())


def not_urged(t: Translator) -> Screen:
    return Screen(t("Nothing was sent."), ((Button(t("Menu"), "menu"),),))


def morning_screen(t: Translator, found: Morning, today: datetime) -> Screen:
    """What a supervisor should know before the day begins; what is overdue longest first."""
    lines = [bold(t("Good morning. {day}", day=day(t, today.date())))]
    lines += _overdue(t, found, today)
    if found.due_count:
        lines.append(bold(t("Due today: {n}", n=found.due_count)))
        lines += [plain(_due(t, *each)) for each in found.due_today]
        lines += _more(t, found.due_count - len(found.due_today))
    if found.unhanded:
        params = {"n": found.unhanded, "late": found.unhanded_late}
        lines.append(bold(t("Recordings not handed over: {n}, too late: {late}", **params)))
    if found.waiting_count:
        lines.append(bold(t("Decisions waiting: {n}, longest first", n=found.waiting_count)))
        lines += [plain(_waits(t, each, today)) for each in found.waiting]
        lines += _more(t, found.waiting_count - len(found.waiting))
    rows = Rows()
    for each in found.units[:_UNIT_BUTTONS]:
        rows.row(Button(shorten(f"{each.name}（{each.count}）", 40), f"overdue:0:new:{each.word}"))
    if found.handover_word:
        rows.row(Button("📹 " + t("Recordings handed over too late"), f"overdue:0:new:{found.handover_word}"))
    rows.row(Button(t("All that is overdue"), "overdue:0"))
    return Screen(join(lines), rows.done())


def _overdue(t: Translator, found: Morning, now: datetime) -> list[str]:
    if not found.units:
        return [plain(t("Nothing is overdue."))]
    lines = [bold(t("Overdue ({total})", total=sum(each.count for each in found.units)))]
    for each in found.units[:MORNING_LINES]:
        oldest = t("oldest: {case}, {late}", case=case_name(t, each.case), late=duration(t, now - each.oldest))
        lines.append(plain(f"· {each.name} {each.count} · {oldest}"))
    return lines + _more(t, len(found.units) - MORNING_LINES)


def _due(t: Translator, owed: str, due: datetime, case: Case) -> str:
    return f"· {end(t, due)} {case_name(t, case)} {owed or t('secret')}"


def _waits(t: Translator, each: Waiting, now: datetime) -> str:
    waited = t("for {duration}", duration=duration(t, now - each.since))
    return f"· {case_name(t, each.case)} {each.title or t('secret')} · {waited}"


def _more(t: Translator, left: int) -> list[str]:
    return [plain(t.plural("and {n} more", "and {n} more", left))] if left > 0 else []
