"""What administrators are told of the server: silent reminders, a clock that leapt."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.i18n import Translator
from bot.screen import Screen, bold, join, plain
from bot.views.moments import duration, moment


def was_silent(t: Translator, since: datetime, until: datetime) -> Screen:
    return Screen(
        join([
            bold(t("Reminders were silent")),
            plain(
                t("From {since} to {until} ({duration}) the server sent no reminders.",
                  since=moment(t, since), until=moment(t, until), duration=duration(t, until - since))
            ),
            t("What came due meanwhile has been sent now, late, and says so. Nothing was dropped."),
            t("Please find out why the server stood still."),
        ])
    )  # fmt: skip


def clock_leapt(t: Translator, by: timedelta, held: timedelta, *, believed: bool) -> Screen:
    """held: how long reminders waited. believed: the new time was taken for right, not taken back."""
    said = t(
        "The server's clock leapt ahead by {by}. Reminders were held for {held}.",
        by=duration(t, by), held=duration(t, held),
    )  # fmt: skip
    if believed:
        then = t(
            "The new time is now taken for right; what has come due by it has been sent. "
            "A machine that slept looks the same. Please check the clock."
        )
    else:
        then = t("Then the clock was set right, and reminders go on. None was sent too early, none was lost.")
    return Screen(join([bold(t("The server's clock leapt")), plain(said), then]))
