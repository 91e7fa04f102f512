"""Ways to reach a person with an alert beside the chat: one file each, listed in `build`.

A channel carries a case's number and a link, never more: it may leave the agency's network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


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


class ChannelFault(Exception):
    """A notice was not delivered. `permanent`: trying again would not help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Channel(Protocol):
    """`name` as in `AlertChannel.channel`."""

    name: str

    async def send(self, notice: Notice) -> None:
        """Deliver, or raise ChannelFault."""
        ...
