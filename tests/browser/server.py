"""The demonstration as its users get it: `zhilu demo` in a process of its own, with its worker processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_PERSON = re.compile(r"^  (\S+) .*\n    (http\S+)$", re.MULTILINE)
_PATIENCE = 90.0  # seconds until a server on a busy machine must have said who may sign in


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class DemoServer:
    """`links`: name -> sign-in link, from the banner of the newest start. Everything it prints goes to `output`."""

    folder: Path
    port: int = field(default_factory=free_port)
    links: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        """Returns when the banner is complete: it is printed once the page answers."""
        said = self.output.stat().st_size if self.output.exists() else 0
        variables = {name: value for name, value in os.environ.items() if not name.startswith("ZHILU_")}
        variables |= {"ZHILU_DATA": str(self.folder / "data"), "LC_ALL": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"}
        variables |= {"PYTHONPATH": str(_CHECKOUT), "PYTHONUNBUFFERED": "1"}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "demo", "--port", str(self.port)],
                cwd=self.folder,
                env=variables,
                stdout=output,
                stderr=output,
                start_new_session=True,  # so that ending the group at the end leaves no worker behind
            )
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends and self.process.poll() is None:
            self.links = dict(_PERSON.findall(self.output.read_bytes()[said:].decode()))
            if "邵明华" in self.links:  # the last person of the banner
                return
            time.sleep(0.2)
        raise AssertionError(f"the server did not come up:\n{self.tail()}")

    def kill(self) -> None:
        """As a power cut would: SIGKILL, nothing is put in order."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it in good order; fails when it, or a worker of it, does not end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            self._end_group()

    def _end_group(self) -> None:
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def tail(self, characters: int = 4000) -> str:
        return self.output.read_text("utf-8", "replace")[-characters:]
