"""How fast each transport may be written to: so many calls a second in all, and to one chat.

Telegram asks for about 30 a second overall and 1 a second in a chat, with short bursts allowed; the web chat is ours.
"""

from __future__ import annotations

import math
from collections import deque
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


class _Whole:
    """A whole transport: a bucket keeps the calls apart, and no stretch of a second sees more of them than its rate.

    A bucket alone lets its stored tokens and a second's refill through together.
    """

    def __init__(self, rate: float) -> None:
        self._bucket = _Bucket(rate, max(rate / 10, 1))
        self._most = max(int(rate), 1)
        self._stretch = self._most / rate
        self._last: deque[float] = deque()  # calls of the last stretch

    def wait(self, now: float) -> float:
        """Seconds until a call may be made."""
        while self._last and self._last[0] + self._stretch <= now:
            self._last.popleft()
        over = len(self._last) - self._most
        return max(self._bucket.wait(now), self._last[over] + self._stretch - now if over >= 0 else 0.0)

    def free(self, now: float) -> int:
        """Calls that may be made at once."""
        return 0 if self.wait(now) > 0 else min(int(self._bucket.tokens), self._most - len(self._last))

    def take(self, now: float) -> None:
        self._bucket.take(now)
        self._last.append(now)


class Pace:
    """`clock`: seconds that never go back. Not thread-safe: one event loop."""

    def __init__(self, rates: Mapping[str, Rate], clock: Callable[[], float]) -> None:
        self._rates = rates
        self._clock = clock
        self._whole = {name: _Whole(rate.overall) for name, rate in rates.items()}
        self._chats: dict[tuple[str, int], _Bucket] = {}
        self._resting: dict[tuple[str, int], float] = {}  # until when; chats at rest are few, chats are many
        self._still: dict[str, float] = {}  # whole transports at rest, until when
        self._swept = -math.inf

    def rest(self, transport: str, seconds: float) -> None:
        """No call is to be made on the whole transport for so long."""
        self._still[transport] = max(self._still.get(transport, -math.inf), self._clock() + seconds)

    def rests(self, transport: str) -> bool:
        """Whether the whole transport is at rest."""
        return self._still.get(transport, -math.inf) > self._clock()

    def wait(self, transport: str) -> float:
        """Seconds until a call may be made on the transport."""
        now = self._clock()
        still = max(self._still.get(transport, now) - now, 0.0)
        return max(still, self._whole[transport].wait(now)) if transport in self._rates else still

    def free(self, transport: str) -> float:
        """Calls that may be made on the transport at once."""
        if self.rests(transport):
            return 0
        return self._whole[transport].free(self._clock()) if transport in self._rates else math.inf

    def take(self, transport: str, chat_id: int) -> None:
        """A call is made now."""
        rate = self._rates.get(transport)
        if rate is None:
            return
        now = self._clock()
        self._whole[transport].take(now)
        key = transport, chat_id
        bucket = self._chats.setdefault(key, _Bucket(rate.per_chat, rate.chat_burst))
        bucket.take(now)
        if (pause := bucket.wait(now)) > 0:
            self._resting[key] = now + pause
        if now - self._swept > 60:  # a chat that nothing was said in for long needs no bucket
            self._swept = now
            self._chats = {key: each for key, each in self._chats.items() if each.wait(now) > 0 or now - each.at < 60}

    def resting(self, transport: str) -> set[int]:
        """Chats of the transport that have had their share for now."""
        now = self._clock()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        return {chat for name, chat in self._resting if name == transport}
