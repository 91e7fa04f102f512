"""A frozen or sealed record -> its formal paper, in each format, in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.jobs.kinds.base import Control, Tools
from bot.papers import build_paper
from models.errors import Missing


class PaperKind:
    """`arguments`: stage (frozen, sealed), round. Result: {files: [{format, sha256, size}]}."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what building the paper raises."""
        if record_id is None:
            raise Missing("record.unknown")
        async with self._tools.database.reading() as session:
            packs = await self._tools.packs(session)
            made = await build_paper(session, self._tools.vault, packs, record_id, arguments["stage"])
        files = []
        for number, (file_format, data) in enumerate(made, start=1):
            stored = self._tools.vault.put(data)
            files.append({"format": file_format, "sha256": stored.sha256, "size": stored.size})
            control.report(number / len(made))
        return {"files": files}
