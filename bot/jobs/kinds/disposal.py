"""Bytes that a sealed decision has disposed of -> removed, from the vault and from the web chat's own files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.jobs.kinds.base import Control, Tools
from models.object_lock import disposing
from models.vault import ENCRYPTED
from models.verify import live_objects


class Disposal:
    """`arguments`: sha256 (a list). Result: {removed}. Bytes that anything else still names stay."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises Unavailable `vault.cannot_write`."""
        # In a write transaction and under a lock, so that nobody stores a row that names the very bytes in between.
        async with self._tools.database.transaction() as session:
            await disposing(session)
            named = await live_objects(session)
            gone = [sha256 for sha256 in arguments["sha256"] if sha256 not in named]
            await asyncio.to_thread(self._remove, gone)
        return {"removed": len(gone)}

    def _remove(self, gone: list[str]) -> None:
        for sha256 in gone:
            self._tools.vault.remove(sha256)
            for name in (sha256, sha256 + ENCRYPTED):
                (self._tools.settings.data / "webchat" / name).unlink(missing_ok=True)
