"""How long a job will still take, by how fast its bar moved lately: slower while others share the machine."""

from __future__ import annotations

from collections import deque

_LOOKED_BACK = 60.0
_LEAST_LOOK = 10.0


class TimeLeft:
    """Times in seconds of any one clock, progress in 0..1."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def note(self, now: float, progress: float) -> float | None:
        """Seconds left; None before the bar has moved, or been watched for ten seconds."""
        while len(self._seen) > 1 and self._seen[1][0] <= now - _LOOKED_BACK:
            self._seen.popleft()
        self._seen.append((now, progress))
        then, before = self._seen[0]
        if now - then < _LEAST_LOOK or progress <= before:
            return None
        return (1.0 - progress) * (now - then) / (progress - before)
