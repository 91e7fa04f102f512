"""How many sends of one transport are under way at once."""

from __future__ import annotations

import asyncio
import math


class Crew:
    """As many at once as a transport's rate needs, by what a call has taken of late; without a rate, `most`.

    What is sent and not marked yet is said again after a crash where a transport knows no keys: the fewer at once, the
    fewer repeats. rate: calls a second. Use as `async with`, from the send until it is marked.
    """

    def __init__(self, most: int, rate: float | None = None) -> None:
        self._most = most
        self._rate = rate
        self._busy = 0
        self._seconds = 0.0
        self._changed = asyncio.Condition()

    @property
    def size(self) -> int:
        if self._rate is None:
            return self._most
        return min(max(math.ceil(self._rate * self._seconds), 1), self._most)

    def took(self, seconds: float) -> None:
        """A call has taken so long."""
        self._seconds += (seconds - self._seconds) / 4

    async def __aenter__(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._busy < self.size)
            self._busy += 1

    async def __aexit__(self, *_: object) -> None:
        async with self._changed:
            self._busy -= 1
            self._changed.notify_all()
