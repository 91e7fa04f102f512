"""A case -> its compliance check or its index as PDF, in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.case_papers import build_case_paper
from bot.jobs.kinds.base import Control, Tools


class CasePaper:
    """`arguments`: case (id), of (compliance, case_index), at (ISO moment). Result: {sha256, size}."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what building the paper raises."""
        async with self._tools.database.reading() as session:
            data = await build_case_paper(
                session,
                self._tools.vault,
                await self._tools.packs(session),
                arguments["case"],
                of=arguments["of"],
                now=datetime.fromisoformat(arguments["at"]),
            )
        stored = self._tools.vault.put(data)
        return {"sha256": stored.sha256, "size": stored.size}
