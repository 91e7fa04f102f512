"""How long work reports where it is and learns that nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, float], None]
"""Called with seconds done and seconds in all; done never falls."""

IsCancelled = Callable[[], bool]
"""Asked between steps of a few seconds; True stops the work."""


class Cancelled(Exception):
    """The work was stopped on request; nothing of it is kept."""


def unreported(done: float, total: float) -> None:
    """Report to nobody."""


def never() -> bool:
    """Nobody cancels."""
    return False


def stop_if(cancelled: IsCancelled) -> None:
    """Raise Cancelled when `cancelled` says so."""
    if cancelled():
        raise Cancelled
