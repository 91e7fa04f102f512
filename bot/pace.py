"""How fast each transport may be written to: so many calls a second in all, and to one chat.

Telegram asks for about 30 a second overall and 1 a second in a chat, with short bursts allowed; the web chat is ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.settings import Settings


@dataclass(frozen=True)
class Rate:
    """Calls a second on the whole transport and in one chat, and how many a chat may get at once after a rest."""

    overall: float
    per_chat: float
    chat_burst: int = 1


RATES: Mapping[str, Rate] = {
    "email": Rate(5, 1, chat_burst=5),
    "webhook": Rate(10, 2, chat_burst=5),
}


def rates(settings: Settings) -> Mapping[str, Rate]:
    """Of every transport that has one."""
    return {**RATES, "telegram": Rate(settings.telegram_calls, settings.telegram_chat_calls, chat_burst=3)}


@dataclass
class _Bucket:
    """A token bucket: `rate` tokens a second, at most `most` kept."""

    rate: float
    most: float
    tokens: float = field(init=False)
    at: float = -math.inf

    def __post_init__(self) -> None:
        self.tokens = self.most

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self._fill(now)
        return max((1 - self.tokens) / self.rate, 0.0)

    def take(self, now: float) -> None:
        self._fill(now)
        self.tokens -= 1

    def _fill(self, now: float) -> None:
        if now > self.at:
            passed = now - self.at
            self.tokens = self.most if math.isinf(passed) else min(self.tokens + passed * self.rate, self.most)
            self.at = now


class Pace:
    """`clock`: seconds that never go back. Not thread-safe: one event loop."""

    def __init__(self, rates: Mapping[str, Rate], clock: Callable[[], float]) -> None:
        self._rates = rates
        self._clock = clock
        self._whole = {name: _Bucket(rate.overall, max(rate.overall / 10, 1)) for name, rate in rates.items()}
        self._chats: dict[tuple[str, int], _Bucket] = {}
        self._swept = -math.inf

    def wait(self, transport: str, chat_id: int | None = None) -> float:
        """Seconds until a call may be made on the transport, and in the chat when one is named."""
        if transport not in self._rates:
            return 0.0
        now = self._clock()
        wait = self._whole[transport].wait(now)
        bucket = self._chats.get((transport, chat_id)) if chat_id is not None else None
        return max(wait, bucket.wait(now)) if bucket else wait

    def take(self, transport: str, chat_id: int) -> None:
        """A call is made now."""
        rate = self._rates.get(transport)
        if rate is None:
            return
        now = self._clock()
        self._whole[transport].take(now)
        bucket = self._chats.setdefault((transport, chat_id), _Bucket(rate.per_chat, rate.chat_burst))
        bucket.take(now)
        if now - self._swept > 60:  # chats that are at rest need no bucket
            self._swept = now
            self._chats = {key: each for key, each in self._chats.items() if each.wait(now) > 0 or now - each.at < 60}

    def resting(self, transport: str) -> set[int]:
        """Chats of the transport that have had their share for now."""
        now = self._clock()
        return {chat for (name, chat), each in self._chats.items() if name == transport and each.wait(now) > 0}
