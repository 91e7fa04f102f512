"""Tells connected browsers that their chat's log has grown."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One event loop only. Rung after commit; a missed ring costs time, never an event: listeners read the log."""

    def __init__(self) -> None:
        self._listeners: defaultdict[int, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, chat_id: int) -> Iterator[asyncio.Event]:
        """An event that is set whenever `chat_id` is rung, until the block ends."""
        event = asyncio.Event()
        self._listeners[chat_id].add(event)
        try:
            yield event
        finally:
            self._listeners[chat_id].discard(event)
            if not self._listeners[chat_id]:
                del self._listeners[chat_id]

    def ring(self, chat_id: int) -> None:
        for event in self._listeners.get(chat_id, ()):
            event.set()
