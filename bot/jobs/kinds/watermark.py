"""Photo in the vault -> a view with time, place and case on it, and a thumbnail, both in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from bot.jobs.kinds.base import Control, Tools
from bot.photos.watermark import thumbnail, watermark
from models.errors import Missing
from models.tables import Evidence


class Watermark:
    """`arguments`: lines (what the band says). Result: {view, thumbnail}, SHA-256 of vault bytes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what `bot.photos.watermark` raises."""
        async with self._tools.database.reading() as session:
            evidence = (await session.exec(select(Evidence).where(col(Evidence.id) == evidence_id))).first()
        if evidence is None:
            raise Missing("evidence.unknown")
        return await asyncio.to_thread(self._make, evidence.sha256, list(arguments["lines"]), control)

    def _make(self, sha256: str, lines: list[str], control: Control) -> dict[str, Any]:
        original = self._tools.vault.read(sha256)
        view = self._tools.vault.put(watermark(original, lines))
        control.report(0.7)
        small = self._tools.vault.put(thumbnail(original))
        return {"view": view.sha256, "thumbnail": small.sha256}
