"""The one place that spawns background tasks: each is owned, supervised, restarted with backoff, and ended in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Nursery:
    """Runs endless loops until `close`. A loop that fails is logged and started again; it never dies silently."""

    def __init__(self, *, longest_pause: float = 30.0) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._longest_pause = longest_pause

    def spawn(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Keep `loop` running for as long as the nursery is open."""
        task = asyncio.get_running_loop().create_task(self._supervise(name, loop), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel every loop and wait until each has ended."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _supervise(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause = 0.5
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await loop()
                return
            except Exception:  # any fault of a loop is logged and survived; that is this class's purpose
                log.exception("background loop failed", loop=name)
            if asyncio.get_running_loop().time() - started > 60:
                pause = 0.5
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._longest_pause)
