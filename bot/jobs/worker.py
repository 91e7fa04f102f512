"""A worker process: claims jobs, does them, stores what came of them and, on the way, what need not be done again.

    python -m bot.jobs.worker --kinds transcription [--with-parent]

With `--with-parent` it ends when its standard input does, so that it never outlives the server that started it.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import structlog

from bot.jobs.kinds import AT_ONCE, KINDS, Control, Kind, Stopped, Tools
from bot.jobs.queue import Claim, Queue
from bot.jobs.time_left import TimeLeft
from bot.jobs.turnstile import Turnstile
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
_M_ARENA_MAX = -8  # malloc.h
_THREADS = 32  # one a job under way; on few processors the loop's own would hold back a short one


class Worker:
    """Runs until `stop`. `kinds`: what it can do, by name. Up to `at_once` jobs are under way, in turns.

    When that many are, it still takes one that is shorter than all of them: long work never keeps short work waiting.
    """

    def __init__(self, queue: Queue, kinds: Mapping[str, Kind], *, lease_seconds: float, at_once: int = 1) -> None:
        self._queue = queue
        self._kinds = kinds
        self._renew_after = lease_seconds / 3
        self._at_once = at_once
        self._turnstile = Turnstile()
        self._in_hand: dict[asyncio.Task[Any], Claim] = {}
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End in good order: the jobs at hand go back to the queue."""
        self._stop.set()

    async def run(self) -> None:
        """Poll quickly while there is work, slowly while there is none."""
        pause = BUSY_POLL
        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(self._stop.wait())
            while not self._stop.is_set():
                claim = await self._queue.claim(self._room())
                if claim is not None:
                    self._in_hand[group.create_task(self.do(claim))] = claim
                    pause = BUSY_POLL
                    continue
                ended, _ = await asyncio.wait(
                    {stopping, *self._in_hand}, timeout=pause, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended - {stopping}:
                    del self._in_hand[task]
                pause = BUSY_POLL if ended else min(pause * 1.5, IDLE_POLL)

    def _room(self) -> float:
        """Seconds below which a job may be taken on now."""
        lengths = [claim.seconds for claim in self._in_hand.values()]
        return min(lengths) if len(lengths) >= self._at_once else math.inf

    async def do(self, claim: Claim) -> None:
        """Do one claimed job and store its end, unless it was lost on the way."""
        control = Control(claim.progress, claim.kept, self._turnstile, claim.seconds)
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
                await self._queue.renew(claim, control.progress, stretches=control.unsaved())
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
        noted, renewed, time_left = control.progress, time.monotonic(), TimeLeft()
        while not ended.is_set():
            if self._stop.is_set():
                control.stop_asked = True
            due = time.monotonic() - renewed >= min(self._renew_after, _BEAT)
            if due or control.progress - noted >= _LEAST_MOVE:
                noted, renewed = control.progress, time.monotonic()
                left = time_left.note(renewed, noted)
                wanted = await self._queue.renew(claim, noted, left, control.unsaved())
                control.stop_asked = control.stop_asked or wanted is None or wanted
            try:
                await asyncio.wait_for(ended.wait(), timeout=min(self._renew_after, BUSY_POLL))
            except TimeoutError:
                continue


async def run_worker(
    settings: Settings, kinds: Sequence[str], factories: Mapping[str, Callable[[Tools], Kind]] = KINDS
) -> None:
    """Work until SIGTERM or SIGINT. For `zhilu worker` and for the processes the server starts."""
    share_heaps()
    database = Database(settings.database)
    tools = Tools(settings, database, vault_of(settings))
    queue = Queue(database, kinds, lease_seconds=settings.lease_seconds)
    at_once = max(AT_ONCE.get(kind, 1) for kind in kinds)
    made = {kind: factories[kind](tools) for kind in kinds}
    worker = Worker(queue, made, lease_seconds=settings.lease_seconds, at_once=at_once)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await database.close()


def share_heaps() -> None:
    """Two heaps for all threads. glibc would give each its own, and each keeps what was freed: a third more memory."""
    with suppress(OSError, AttributeError):  # another C library has its own ways
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


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
