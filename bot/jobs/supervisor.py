"""Starts the server's worker processes, starts them again when they end, and ends them with the server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot.nursery import Nursery
from bot.settings import Settings

log = structlog.get_logger(__name__)

# A long recording must not keep a paper or a photo waiting, so each group has its own process.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("transcription",),
    ("paper", "watermark", "disc_image", "case_paper", "disposal", "copy", "report", "extract"),
)
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_GRACE_SECONDS = 5.0


def supervise(nursery: Nursery, settings: Settings, groups: Sequence[Sequence[str]] = GROUPS) -> None:
    """Keep `settings.workers` processes of each group running while the nursery is open."""
    for group in groups:
        for number in range(settings.workers):
            nursery.spawn(f"worker {'+'.join(group)} {number + 1}", WorkerProcess(settings, group).keep_running)


class WorkerProcess:
    """One worker process, started again with growing pauses whenever it ends."""

    def __init__(self, settings: Settings, kinds: Sequence[str], module: str = "bot.jobs.worker") -> None:
        self._settings = settings
        self._kinds = tuple(kinds)
        self._command = (sys.executable, "-m", module, "--with-parent", "--kinds", *kinds)
        self.pid: int | None = None

    async def keep_running(self) -> None:
        """Endless loop for the nursery."""
        pause = 0.5
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            code = await self._run_once()
            log.error("worker process ended", kinds=self._kinds, code=code)
            pause = 0.5 if clock() - started > _STEADY_SECONDS else min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _run_once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            env=environment(self._settings),
            start_new_session=True,  # Ctrl-C in a terminal is the server's to handle; it ends its workers in order
        )
        self.pid = process.pid
        try:
            return await process.wait()
        finally:
            self.pid = None
            if process.returncode is None:
                await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end; its job goes back to the queue. A model at work may not hear in time: then it is killed."""
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), timeout=_GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def environment(settings: Settings) -> Mapping[str, str]:
    """This process's environment with `settings` as the variables that give them; no worker needs a secret."""
    variables = dict(os.environ)
    # The packages need not be installed: a checkout runs as it lies.
    variables["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if value is None or isinstance(value, SecretStr):
            variables.pop(f"ZHILU_{name.upper()}", None)
            continue
        if isinstance(value, tuple):
            shown = json.dumps([str(each) for each in value])
        else:
            shown = str(value.resolve()) if isinstance(value, Path) else str(value)
        variables[f"ZHILU_{name.upper()}"] = shown
    return variables
