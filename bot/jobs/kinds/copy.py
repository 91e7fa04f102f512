"""A paper or photo -> a copy that says for whom and when it was made, in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.jobs.kinds.base import Control, Tools
from bot.photos.watermark import watermark
from dialogs.papers.marked import mark_pdf


class Copy:
    """`arguments`: of (paper, photo), sha256, lines. Result: {sha256, size}."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what marking raises, Missing `vault.missing`."""
        return await asyncio.to_thread(self._make, arguments)

    def _make(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        original, lines = self._tools.vault.read(arguments["sha256"]), list(arguments["lines"])
        marked = watermark(original, lines) if arguments["of"] == "photo" else mark_pdf(original, "　".join(lines))
        stored = self._tools.vault.put(marked)
        return {"sha256": stored.sha256, "size": stored.size}
