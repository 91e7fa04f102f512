"""Alerts beside the chat: what people choose, and what they are told when one does not arrive.

Button data: `channels` the list, `chs:<channel>:<1|0>` on or off, `cha:<channel>` give an address, `chf:<channel>`
try it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain
from bot.views.moments import moment
from models.tables import AlertChannel


@dataclass(frozen=True)
class Offered:
    """A channel the agency has switched on. `choice`: None while the person has said nothing about it."""

    channel: str
    addressed: bool
    choice: AlertChannel | None

    @property
    def on(self) -> bool:
        return self.choice is not None and self.choice.enabled


def channel_name(t: Translator, channel: str) -> str:
    """What people call the channel."""
    match channel:
        case "email":
            return t("e-mail")
        case "webhook":
            return t("the agency's own system")
    return t("the chat")


def choices_screen(t: Translator, offered: Sequence[Offered]) -> Screen:
    """In the order tried."""
    lines = [
        bold(t("Reminders beside the chat")),
        t("You are always reminded in the chat. What goes out beside it names the case's number and a link only."),
    ]
    if not offered:
        lines.append(t("Your agency has switched on no other channel."))
    working = [each for each in offered if each.on]
    rows = Rows()
    for each in offered:
        lines.append("· " + plain(_choice(t, each)))
        rows.row(*_buttons(t, each, first=not working or each is working[0]))
    if len(working) > 1:
        lines.append(t("They are tried in this order: the next steps in when one fails."))
    return Screen(join(lines), rows.row(Button(t("Menu"), "menu")).done(), slot="channels", fresh=True)


def _choice(t: Translator, offered: Offered) -> str:
    name = channel_name(t, offered.channel)
    state = t("on") if offered.on else t("off")
    address = offered.choice.address if offered.choice else ""
    return t("{channel}: {state}", channel=name, state=f"{address} · {state}" if address else state)


def _buttons(t: Translator, offered: Offered, *, first: bool) -> list[Button | None]:
    name = channel_name(t, offered.channel)
    if offered.addressed and offered.choice is None:
        return [Button(t("Give an address: {channel}", channel=name), f"cha:{offered.channel}")]
    switched = t("Switch off: {channel}", channel=name) if offered.on else t("Switch on: {channel}", channel=name)
    return [
        Button(switched, f"chs:{offered.channel}:{int(not offered.on)}"),
        Button(t("Change the address"), f"cha:{offered.channel}") if offered.addressed else None,
        Button(t("Try {channel} first", channel=name), f"chf:{offered.channel}") if offered.on and not first else None,
    ]


def address_prompt(t: Translator, channel: str) -> Screen:
    text = t("Please type the address for {channel}. A code is sent to it.", channel=channel_name(t, channel))
    return Screen(plain(text), ((_rather_not(t),),))


def code_prompt(t: Translator, channel: str, address: str, until: datetime) -> Screen:
    text = t(
        "A code of 6 digits is on its way to {address}. Please type it here by {moment}.",
        address=address, moment=moment(t, until),
    )  # fmt: skip
    return Screen(plain(text), ((Button(t("Another address"), f"cha:{channel}"), _rather_not(t)),))


def code_refused(t: Translator, channel: str, left: int, *, expired: bool) -> Screen:
    """left: tries; with none the code is of no use any more."""
    if left:
        text = t.plural("That is not the code. {n} try is left.", "That is not the code. {n} tries are left.", left)
        return Screen("✗ " + text, ((Button(t("Another address"), f"cha:{channel}"), _rather_not(t)),))
    text = t("This code is too old.") if expired else t("That is not the code, and it was the last try.")
    text = f"{text} {t('Nothing was changed. Please give the address once more to get a new code.')}"
    return Screen("✗ " + text, ((Button(t("Give the address again"), f"cha:{channel}"), _rather_not(t)),))


def code_subject(t: Translator) -> str:
    return t("Zhilu: confirm your address")


def code_text(t: Translator, code: str, until: datetime) -> str:
    return t(
        "Your code is {code}. Type it in the chat by {moment}. If you did not ask for it, do nothing.",
        code=code, moment=moment(t, until),
    )  # fmt: skip


def check_undelivered(t: Translator, address: str) -> Screen:
    text = t(
        "The code could not be delivered to {address}. Please check the address and give it again.", address=address
    )
    return Screen("✗ " + plain(text), ((Button(t("Reminders beside the chat"), "channels"),),))


def test_subject(t: Translator) -> str:
    return t("Zhilu: test")


def test_text(t: Translator) -> str:
    return t("This is a test by your administrator. No deadline is behind it.")


def failed_before(t: Translator, channel: str) -> str:
    """Said by the channel that stepped in."""
    return t("It could not be delivered by {channel}.", channel=channel_name(t, channel))


def undelivered(t: Translator, channel: str) -> Screen:
    """Said in the chat when no channel beside it got through."""
    return Screen(
        plain(
            t(
                "A reminder could not be delivered by {channel}; please read it here and check the address.",
                channel=channel_name(t, channel),
            )
        ),
        ((Button(t("Reminders beside the chat"), "channels"),),),
    )


def _rather_not(t: Translator) -> Button:
    return Button(t("Rather not"), "channels")
