"""Ways to reach a person with an alert beside the chat: one file each, listed in `build`.

A channel carries a case's number and a link, never more: it may leave the agency's network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.settings import Settings


@dataclass(frozen=True)
class Notice:
    """One alert. `key`: the same for every try, so that a receiver can tell a repetition. `config`: the agency's.

    `address`: what the person has given for the channel; '' where the agency's own address serves all.
    """

    key: str
    officer: str
    address: str
    subject: str
    text: str
    url: str
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What an agency gives when it switches a channel on; '' for what it does not give."""

    url: str = ""
    secret: str = ""


class ChannelFault(Exception):
    """A notice was not delivered. `permanent`: trying again would not help. `retry_after`: seconds asked for."""

    def __init__(self, reason: str, *, permanent: bool, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """`name` as in `AlertChannel.channel`. `addressed`: each person gives an address, which is checked by a code."""

    name: str
    addressed: bool

    def settle(self, given: Given, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What `Agency.channels` keeps when the channel is switched on; `standing`: what it has kept so far.

        Raises InvalidInput `channel.*`: what is given cannot be used, or the server lacks a setting.
        """
        ...

    def leads_to(self, config: Mapping[str, Any]) -> str:
        """Where notices go, for the administrator to read; no secret."""
        ...

    def read_address(self, text: str) -> str:
        """A person's address as typed. Raises InvalidInput `channel.address_unusable`."""
        ...

    async def send(self, notice: Notice) -> None:
        """Deliver, or raise ChannelFault."""
        ...


def build(settings: Settings) -> dict[str, Channel]:
    """Every channel by its name, in the order people are shown them."""
    from bot.channels.email import EmailChannel
    from bot.channels.webhook import WebhookChannel

    channels: tuple[Channel, ...] = (EmailChannel(settings), WebhookChannel())
    return {channel.name: channel for channel in channels}
