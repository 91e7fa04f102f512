"""What people are told of alerts beside the chat."""

from __future__ import annotations

from bot.i18n import Translator
from bot.screen import Screen, plain


def channel_name(t: Translator, channel: str) -> str:
    """What people call the channel."""
    match channel:
        case "email":
            return t("e-mail")
        case "webhook":
            return t("the agency's own system")
    return t("the chat")


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
        )
    )
