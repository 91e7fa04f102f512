"""A worker process: claims jobs, does them one at a time, stores what came of them.

    python -m bot.jobs.worker --kinds transcription [--with-parent]

With `--with-parent` it ends when its standard input does, so that it never outlives the server that started it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.jobs.kinds import KINDS, Control, Kind, Stopped, Tools
from bot.jobs.queue import Claim, Queue
from bot.keeping import vault_of
from bot.logs import log_to_stderr
from bot.settings import Settings
from models.database import Database
from models.errors import ZhiluError

log = structlog.get_logger(__name__)

BUSY_POLL = 0.2
IDLE_POLL = 1.0
_BEAT = 1.0
_LEAST_MOVE = 0.01


class Worker:
    """Runs until `stop`. `kinds`: what it can do, by name."""

    def __init__(self, queue: Queue, kinds: Mapping[str, Kind], *, lease_seconds: float) -> None:
        self._queue = queue
        self._kinds = kinds
        self._renew_after = lease_seconds / 3
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End in good order: the job at hand goes back to the queue."""
        self._stop.set()

    async def run(self) -> None:
        """Poll quickly while there is work, slowly while there is none."""
        pause = BUSY_POLL
        while not self._stop.is_set():
            claim = await self._queue.claim()
            if claim is not None:
                await self.do(claim)
                pause = BUSY_POLL
                continue
            try:
                await asyncio.wait_for(self._stop.wait(), timeout=pause)
            except TimeoutError:
                pause = min(pause * 1.5, IDLE_POLL)

    async def do(self, claim: Claim) -> None:
        """Do one claimed job and store its end, unless it was lost on the way."""
        control = Control()
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch(claim, control, ended))
            try:
                await self._run_and_store(claim, control)
            finally:
                ended.set()
                control.stop_asked = True  # a thread still at work after a fault of ours must not go on alone
                await watch

    async def _run_and_store(self, claim: Claim, control: Control) -> None:
        logger = log.bind(job=claim.id, kind=claim.kind, attempt=claim.attempt)
        try:
            result = await self._kinds[claim.kind].run(
                record_id=claim.record_id,
                evidence_id=claim.evidence_id,
                arguments=claim.arguments,
                control=control,
            )
        except Stopped:
            if self._stop.is_set():
                await self._queue.release(claim)
            elif not await self._queue.cancelled(claim):
                logger.warning("job was taken over")
        except ZhiluError as fault:
            logger.warning("job failed", code=fault.code)
            await self._queue.fail(claim, fault.code, fault.params)
        except Exception:  # a kind's unforeseen fault must not end the worker; it is logged and tried again
            logger.exception("job broke off")
            await self._queue.retry(claim)
        else:
            if not await self._queue.finish(claim, result):
                logger.warning("result came too late and was left out")

    async def _watch(self, claim: Claim, control: Control, ended: asyncio.Event) -> None:
        """Renew the lease, pass progress on, and pass the wish to stop in."""
        noted, renewed = 0.0, time.monotonic()
        while not ended.is_set():
            if self._stop.is_set():
                control.stop_asked = True
            due = time.monotonic() - renewed >= min(self._renew_after, _BEAT)
            if due or control.progress - noted >= _LEAST_MOVE:
                noted, renewed = control.progress, time.monotonic()
                wanted = await self._queue.renew(claim, noted)
                control.stop_asked = control.stop_asked or wanted is None or wanted
            try:
                await asyncio.wait_for(ended.wait(), timeout=min(self._renew_after, BUSY_POLL))
            except TimeoutError:
                continue


async def run_worker(
    settings: Settings, kinds: Sequence[str], factories: Mapping[str, Callable[[Tools], Kind]] = KINDS
) -> None:
    """Work until SIGTERM or SIGINT. For `zhilu worker` and for the processes the server starts."""
    database = Database(settings.database)
    tools = Tools(settings, database, vault_of(settings))
    queue = Queue(database, kinds, lease_seconds=settings.lease_seconds)
    worker = Worker(queue, {kind: factories[kind](tools) for kind in kinds}, lease_seconds=settings.lease_seconds)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await database.close()


def end_with_parent() -> None:
    """End this process at once when standard input is closed: the job's lease runs out and another takes it."""

    def wait() -> None:
        # Not through `sys.stdin`: its lock, held here, would abort the interpreter when it ends in good order.
        while os.read(0, 1024):
            continue
        os._exit(0)

    threading.Thread(target=wait, name="parent watch", daemon=True).start()


def main(factories: Mapping[str, Callable[[Tools], Kind]] = KINDS) -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.jobs.worker")
    parser.add_argument("--kinds", nargs="+", required=True, choices=sorted(factories))
    parser.add_argument("--with-parent", action="store_true")
    options = parser.parse_args()
    log_to_stderr()
    if options.with_parent:
        end_with_parent()
    asyncio.run(run_worker(Settings(), options.kinds, factories))


if __name__ == "__main__":
    main()
