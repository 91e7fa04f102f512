"""‘I know’ on a reminder: the button, and what it does and does not do."""

from __future__ import annotations

from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Screen, join, plain
from bot.views.moments import moment


def know_button(t: Translator, data: str) -> Button:
    """`data`: `ack:<term>`, or `seen:<stamp>` for every term of the message."""
    return Button("✓ " + t("I know, do not repeat for now"), data)


def acknowledged_card(t: Translator, many: int, until: datetime) -> Screen:
    """A second tap puts the same in the same place."""
    params = {"moment": moment(t, until)}
    return Screen(
        join([
            "✓ " + plain(t.plural(
                "Noted. This reminder is not repeated to you before {moment}.",
                "Noted. These {n} reminders are not repeated to you before {moment}.",
                many,
                **params,
            )),
            plain(t("The deadline runs on as before, and its further reminders still come.")),
        ]),
        slot=f"ack:{until.timestamp():.0f}",
    )  # fmt: skip
