"""A process that reminds: schedule and sender, started again and again: `python -m tests.robustness.alerts URL FOLDER`.

Everything is imported and the pack is read once; each line on standard input forks a process and prints its id. A line
`send:before 3` has that process kill itself before its third send; `-` has it live. What is delivered is appended to
FOLDER/delivered, a line each and on the disk before the sender hears of it; FOLDER/deaths tells who died where.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.channels import Notice
from bot.nursery import Nursery
from bot.outbox import Sender
from bot.pace import rates
from bot.schedule.scheduler import Schedule
from bot.schedule.tick import tick
from bot.settings import Settings
from bot.shelf import Shelf
from bot.transports.delivery import delivery_key
from bot.work import Work
from dialogs.packs.loader import load_pack
from models.database import Database, Session
from models.vault import Vault

whose = ContextVar("whose", default="mark")
# Where a process may be told to die: around a send, and around the commits of a tick and of a message's mark.
POINTS = ("tick:before", "tick:after", "send:before", "send:after", "mark:before", "mark:after")


class Fate:
    """Kills this very process when it comes by `point` for the `count`-th time."""

    def __init__(self, folder: Path, line: str) -> None:
        self._file = folder / "deaths"
        self._point, _, count = line.strip().partition(" ")
        self._left = int(count or 1)

    def pass_by(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            _append(self._file, point)
            os.kill(os.getpid(), signal.SIGKILL)


class MortalDatabase(Database):
    """May end the process just before or just after a commit."""

    fate = Fate(Path(), "-")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        kind = whose.get()
        async with super().transaction() as session:
            yield session
            self.fate.pass_by(f"{kind}:before")
        self.fate.pass_by(f"{kind}:after")


class MortalSchedule(Schedule):
    """Its commits are told from the sender's."""

    async def tick_all(self) -> int:
        whose.set("tick")
        return await super().tick_all()


class Receiver:
    """Telegram and a webhook in one: takes everything at once and remembers nothing of what it took."""

    name = "webhook"

    def __init__(self, folder: Path, fate: Fate) -> None:
        self._file, self._fate = folder / "delivered", fate

    async def __call__(self, method: Any) -> Any:
        message_id = (delivery_key.get() or "").split(":")[1]
        self._take(message_id)
        return SimpleNamespace(message_id=int(message_id))

    async def send(self, notice: Notice) -> None:
        self._take(notice.key.removeprefix("zhilu-"))

    def _take(self, message_id: str) -> None:
        self._fate.pass_by("send:before")
        _append(self._file, f"{message_id} {time.time():.6f}")
        self._fate.pass_by("send:after")


def _append(file: Path, line: str) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(opened, f"{line}\n".encode())
    os.fsync(opened)
    os.close(opened)


class Rehearsed(Exception):
    """Nothing of it was meant."""


async def rehearse(database: Database, settings: Settings, shelf: Shelf) -> None:
    """All that a new process would spend its first seconds on, done before it is forked; nothing is changed."""
    with suppress(Rehearsed):
        async with database.transaction() as session:
            later = datetime.now(UTC) + timedelta(hours=1)
            await tick(Work(session, later, Vault(settings.vault), shelf, settings))
            raise Rehearsed
    bots: Any = {"telegram": None}
    await Sender(database, Vault(settings.vault), bots).deliver_due()
    await database.close()


async def remind(database: MortalDatabase, settings: Settings, shelf: Shelf) -> None:
    vault, receiver = Vault(settings.vault), Receiver(settings.data, database.fate)
    bots: Any = {"telegram": receiver}
    sender = Sender(database, vault, bots, channels={"webhook": receiver}, rates=rates(settings))
    schedule = MortalSchedule(database, vault, shelf, settings, after=sender.wake)
    nursery = Nursery()
    nursery.spawn("outbox", sender.run)
    nursery.spawn("schedule", schedule.run)
    await asyncio.Event().wait()


def run(database: MortalDatabase, settings: Settings, shelf: Shelf, line: str) -> None:
    """The forked process; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        database.fate = Fate(settings.data, line)
        asyncio.run(remind(database, settings, shelf))
    finally:
        os._exit(1)


def main() -> None:
    settings = Settings(data=Path(sys.argv[2]), database_url=sys.argv[1], tick_seconds=1, _env_file=None)
    pack = load_pack("xigang-finance")
    shelf = Shelf({pack.id: pack})
    database = MortalDatabase(settings.database)
    asyncio.run(rehearse(database, settings, shelf))
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run(database, settings, shelf, line)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
