"""Figures of a period -> a report as chart, workbook and paper, in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.jobs.kinds.base import Control, Tools
from bot.reports.files import render
from bot.reports.gathering import gather
from bot.work import Work
from models.tables import Agency


class ReportKind:
    """`arguments`: agency (id), period, at (ISO moment). Result: {report, files: {form: {sha256, size}}}."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what gathering and rendering raise."""
        vault = self._tools.vault
        async with self._tools.database.reading() as session:
            shelf = await self._tools.packs(session)
            work = Work(session, datetime.fromisoformat(arguments["at"]), vault, shelf, self._tools.settings)
            agency = await session.get_one(Agency, arguments["agency"])
            report = await gather(work, agency, arguments["period"])
        made = await asyncio.to_thread(render, report, shelf, progress=control.report)
        files = {}
        for form, data in made.items():
            stored = vault.put(data)
            files[form] = {"sha256": stored.sha256, "size": stored.size}
        return {"report": report.to_json(), "files": files}
