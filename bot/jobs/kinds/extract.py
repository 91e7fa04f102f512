"""Some seconds of a recording -> a voice message of them, in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.jobs.kinds.base import Control, Tools
from transcribe.extract import cut


class Extract:
    """`arguments`: of (the recording's SHA-256), start and end (seconds), title. Result: {sha256, size}."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what cutting raises, Missing `vault.missing`."""
        return await asyncio.to_thread(self._make, arguments)

    def _make(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        with self._tools.vault.open(arguments["of"]) as source:
            made = cut(source, arguments["start"], arguments["end"], arguments["title"])
        stored = self._tools.vault.put(made)
        return {"sha256": stored.sha256, "size": stored.size}
