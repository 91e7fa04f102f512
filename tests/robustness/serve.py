"""The real server, started again and again within a second: `python -m tests.robustness.serve DATA PORT`.

Everything is imported and the packs are read once; each line `start` on standard input forks a process that runs
`bot.app.serve`, and its process id is printed. Killing that process kills a server as it lies, with all it held open.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import bot.app
from bot.settings import Settings
from bot.shelf import Shelf


def run_server(settings: Settings, shelf: Shelf) -> None:
    """The forked process; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        bot.app.load_shelf = lambda settings: shelf
        asyncio.run(bot.app.serve(settings))
    finally:
        os._exit(1)


def main() -> None:
    settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), workers=0, lease_seconds=4, _env_file=None)
    shelf = bot.app.load_shelf(settings)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run_server(settings, shelf)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
