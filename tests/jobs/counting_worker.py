"""A real worker process with one harmless kind: it counts to `steps`, one every tenth of a second, and keeps count."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import Any

from bot.jobs.kinds import Control, Tools
from bot.jobs.worker import main
from models.errors import InvalidInput


class Counting:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        if arguments.get("refuse"):
            raise InvalidInput("count.refused", n=1)
        if arguments.get("break"):
            raise RuntimeError("broken on purpose")
        return await asyncio.to_thread(self._count, arguments["steps"], control)

    def _count(self, steps: int, control: Control) -> dict[str, Any]:
        for step in range(len(control.kept), steps):
            control.report(step / steps)
            time.sleep(0.1)
            control.keep(step, {"counted": step})
        return {"counted": steps, "by": os.getpid(), "after": len(control.kept)}


if __name__ == "__main__":
    main({"count": Counting})
