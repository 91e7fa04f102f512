"""The summary of the morning: what is overdue, what comes due, and what waits for the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import case_name
from bot.views.moments import countdown, day
from dialogs.zone import SHANGHAI
from models.tables import Case, OpenTerm

URGENT = 5


@dataclass(frozen=True)
class Summary:
    """Counts, and the most urgent terms with what each owes ('' where the case is secret to the reader).

    decide: requests for an opinion. sign: fixed texts to be signed or sealed. confirm: drafts another has confirmed.
    """

    overdue: int = 0
    soon: int = 0
    decide: int = 0
    sign: int = 0
    confirm: int = 0
    urgent: tuple[tuple[OpenTerm, Case, str], ...] = ()

    def __bool__(self) -> bool:
        return any((self.overdue, self.soon, self.decide, self.sign, self.confirm))


def summary_screen(t: Translator, summary: Summary, now: datetime, days: int) -> Screen:
    lines = [
        bold(t("Summary of {day}", day=day(t, now.astimezone(SHANGHAI).date()))),
        *(plain(each) for each in _counts(t, summary, days)),
    ]
    rows = Rows()
    blocks = [join(lines)]
    for number, (term, case, owed) in enumerate(summary.urgent, start=1):
        named = f"{number}. {bold(owed)}" if owed else f"{number}. {t('secret')}"
        blocks.append(join([named, plain(f"{case_name(t, case)} · {countdown(t, term.due_at, now)}")]))
        rows.row(Button(shorten(f"{number}. {case_name(t, case)}", 40), f"case:{case.id}"))
    rows.row(
        Button(t("Deadlines"), "deadlines:0") if summary.urgent else None,
        Button(t("Waiting for my decision ({n})", n=summary.decide), "pending") if summary.decide else None,
    )
    return Screen("\n\n".join(blocks), rows.row(Button(t("No more such summaries"), "digest:off")).done())


def _counts(t: Translator, summary: Summary, days: int) -> Sequence[str]:
    lines = [
        (summary.overdue, t.plural("{n} deadline is overdue", "{n} deadlines are overdue", summary.overdue)),
        (
            summary.soon,
            t.plural(
                "{n} deadline ends within {days} days", "{n} deadlines end within {days} days", summary.soon, days=days
            ),
        ),
        (
            summary.decide,
            t.plural("{n} record waits for your decision", "{n} records wait for your decision", summary.decide),
        ),
        (
            summary.sign,
            t.plural(
                "{n} of your records is to be signed or sealed",
                "{n} of your records are to be signed or sealed",
                summary.sign,
            ),
        ),
        (
            summary.confirm,
            t.plural(
                "{n} record waits for your confirmation", "{n} records wait for your confirmation", summary.confirm
            ),
        ),
    ]
    return [f"· {text}" for many, text in lines if many]


def bare_summary(t: Translator) -> Screen:
    """For chats outside the agency's network: that there is a summary, and the way to it."""
    return Screen(plain(t("Your summary of the day is ready.")), Rows().row(Button(t("Show it"), "digest")).done())


def nothing_today(t: Translator, *, wanted: bool) -> Screen:
    """Asked for by hand on a day that has nothing to say."""
    text = t("Nothing is overdue or due soon, and nothing waits for you.")
    return Screen(plain(text), Rows().row(_switch(t, wanted)).done())


def switched(t: Translator, *, wanted: bool) -> Screen:
    if wanted:
        text = t("You get a summary again at the start of each working day on which there is something to say.")
    else:
        text = t("You get no more summaries. Reminders of deadlines come as before.")
    return Screen(plain(text), Rows().row(_switch(t, wanted)).done())


def _switch(t: Translator, wanted: bool) -> Button:
    return Button(t("No more such summaries"), "digest:off") if wanted else Button(t("Summaries again"), "digest:on")
