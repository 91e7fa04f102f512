"""What people are told when a running term's end moves, or what began or ended it is corrected: never silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import bare_text, case_name, open_case_button
from bot.views.moments import countdown, end, moment
from bot.views.working import Working, working_text
from dialogs.packs.schema import Deadline, Pack
from models.tables import Case, OpenTerm, TermChange

PAGE = 6
PUBLISHED, OTHER_DAYS = "published", "other_days"  # why a calendar moved a term; other changes say why in words


@dataclass(frozen=True)
class Moved:
    """secret: the case is not open to whom it is for, who learns its number only."""

    pack: Pack
    deadline: Deadline
    term: OpenTerm
    case: Case
    change: TermChange
    working: Working
    secret: bool = False

    def without_content(self) -> Moved:
        return replace(self, secret=True)


def moved_card(t: Translator, several: Sequence[Moved], now: datetime) -> Screen:
    """At most `PAGE` terms of one person, before and after, with the way to each."""
    rows = Rows()
    if len(several) == 1:
        one = several[0]
        details = None if one.secret else Button(t("Details"), f"term:{one.term.id}")
        rows.row(open_case_button(t, one.case), details)
        return Screen(_moved(t, one, now), rows.done())
    blocks = [bold(t.plural("{n} deadline has changed.", "{n} deadlines have changed.", len(several)))]
    for number, one in enumerate(several, start=1):
        blocks.append(f"{number}. {_moved(t, one, now)}")
        data = f"case:{one.case.id}" if one.secret else f"term:{one.term.id}"
        rows.row(Button(shorten(f"{number}. {case_name(t, one.case)}", 40), data))
    return Screen("\n\n".join(blocks), rows.done())


def _moved(t: Translator, one: Moved, now: datetime) -> str:
    if one.secret:
        return plain(bare_text(t, [one.case]))
    running = one.term.state == "open"
    return join([
        bold(t("Deadline changed: {title}", title=one.deadline.title)),
        plain(t("Case: {case}", case=case_name(t, one.case))),
        plain(t("Owed: {owed}", owed=one.deadline.owed)),
        *(plain(line) for line in change_lines(t, one.change)),
        plain(working_text(t, one.working)),
        plain(t("Provisional: holidays of that year are not yet published.")) if one.term.provisional else None,
        plain(countdown(t, one.term.due_at, now)) if running else None,
    ])  # fmt: skip


def change_lines(t: Translator, change: TermChange) -> list[str]:
    """Before, after and why."""
    because = reason_text(t, change)
    lines = []
    if change.due_before != change.due_after:
        ends = {"before": end(t, change.due_before), "after": end(t, change.due_after)}
        lines.append(t("Deadline was {before}, is now {after}, because {reason}", **ends, reason=because))
    else:
        lines.append(t("Deadline stays {after}; {reason}", after=end(t, change.due_after), reason=because))
    if change.opened_before and change.opened_after and change.opened_before != change.opened_after:
        span = {"before": moment(t, change.opened_before), "after": moment(t, change.opened_after)}
        lines.append(t("It begins: was {before}, is now {after}", **span))
    if change.closed_before and change.closed_after:
        span = {"before": moment(t, change.closed_before), "after": moment(t, change.closed_after)}
        lines.append(t("Done: was {before}, is now {after}", **span))
    elif change.closed_before:
        lines.append(t("It runs again: it was taken for done on {before}.", before=moment(t, change.closed_before)))
    return lines


def reason_text(t: Translator, change: TermChange) -> str:
    match change.kind:
        case "extended":
            return t("it was extended: {reason}", reason=change.reason)
        case "corrected":
            return t("a record was corrected: {reason}", reason=change.reason)
    if change.reason == PUBLISHED:
        return t("the holidays of that year have been published")
    return t("other days are free or worked now")
