"""How long work reports where it is and learns that nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, float], None]
"""Called with what is done and what there is in all, in any one unit; done never falls."""

IsCancelled = Callable[[], bool]
"""Asked between steps of a second or two; may block to let other work pass first; True stops the work."""


class Cancelled(Exception):
    """The work was stopped on request."""


def unreported(done: float, total: float) -> None:
    """Report to nobody."""


def never() -> bool:
    """Nobody cancels."""
    return False


def stop_if(cancelled: IsCancelled) -> None:
    """Raise Cancelled when `cancelled` says so."""
    if cancelled():
        raise Cancelled


def stage(progress: Progress, begin: float, end: float) -> Progress:
    """The progress of one stage, which moves `progress` from share `begin` to share `end` of the whole."""

    def report(done: float, total: float) -> None:
        part = min(done / total, 1.0) if total > 0 else 1.0
        progress(begin + (end - begin) * part, 1.0)

    return report
