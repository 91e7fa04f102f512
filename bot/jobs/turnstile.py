"""Who of several pieces of work in one process may compute: short ones pass long ones, equals take turns.

Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996) over steps that cannot be interrupted: each piece of work
has a clock of its own that runs faster the longer the work is in all, and whoever's clock is furthest behind goes next.
A newcomer starts at the time of the one inside. So an answer of five seconds waits for one step at most, two interviews
share the machine by halves, and even a day of answers one after another leaves an interview a step now and then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

_SHORT, _LONG = 10.0, 600.0  # seconds of work beyond which shorter or longer makes no difference
_PATIENCE = 0.2  # how often whoever waits asks whether it is still wanted


class Stopped(Exception):
    """Raised inside a kind when its job was cancelled, taken over, or the worker ends."""


class Turnstile:
    """Lets one in at a time. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.changed = threading.Condition()
        self.inside: Turn | None = None
        self.waiting: list[Turn] = []
        self.time = 0.0  # of the one inside, or of the last that was

    def next(self) -> Turn:
        """Whoever waits and is furthest behind; of equals the one that has waited longest."""
        return min(self.waiting, key=lambda turn: turn.time)


class Turn:
    """The turns of one piece of work of `seconds`; `with turn:` waits until it is let in.

    Raises Stopped when `unwanted` says so while it waits.
    """

    def __init__(self, turnstile: Turnstile, seconds: float, unwanted: Callable[[], bool]) -> None:
        self._turnstile = turnstile
        self._rate = min(max(seconds, _SHORT), _LONG)
        self._unwanted = unwanted
        self._since = 0.0
        self._left = True
        self.time = 0.0

    def __enter__(self) -> Turn:
        turnstile = self._turnstile
        with turnstile.changed:
            self.time = max(self.time, turnstile.time)
            self._left = False
            self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        turnstile = self._turnstile
        with turnstile.changed:
            self._left = True
            if turnstile.inside is self:
                self._count()
                turnstile.inside = None
                turnstile.changed.notify_all()

    def give_way(self) -> None:
        """Between two steps: let those pass that are further behind. Any thread of the work may ask.

        When one has let somebody in, the others wait as well with what they do next. Raises Stopped in one that is
        still at work when the turn has ended.
        """
        turnstile = self._turnstile
        with turnstile.changed:
            if turnstile.inside is self:
                self._count()
                if not turnstile.waiting or turnstile.next().time >= self.time:
                    return
                turnstile.inside = None
                turnstile.changed.notify_all()
            self._wait()

    def _count(self) -> None:
        now = self._turnstile.clock()
        self.time += (now - self._since) * self._rate
        self._since = now
        self._turnstile.time = self.time

    def _wait(self) -> None:
        turnstile = self._turnstile
        turnstile.waiting.append(self)
        try:
            while turnstile.inside is not self:
                if self._left or self._unwanted():
                    raise Stopped
                if turnstile.inside is None and turnstile.next() is self:
                    turnstile.inside, self._since = self, turnstile.clock()
                    break
                turnstile.changed.wait(_PATIENCE)
        finally:
            turnstile.waiting.remove(self)
            turnstile.changed.notify_all()
