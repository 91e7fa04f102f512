"""A real PostgreSQL server for tests: its own folder, its own port, gone when the tests end."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import migrate
from tests.support.need import need

_ROLE = "zhilu"
_START_SECONDS = 30.0
_numbers = itertools.count(1)


def binaries() -> Path | None:
    """The folder of the newest installed server, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return max(found, key=lambda path: (len(path.parts), path.parent.name.zfill(4)), default=None)


class PostgresServer:
    """One cluster; `database(name)` is a fresh, migrated database in it."""

    def __init__(self, tools: Path, folder: Path) -> None:
        self._tools = tools
        self._folder = folder
        # initdb and postgres refuse root; anybody else will do.
        self._user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def start(self) -> None:
        if self._user is not None:
            os.chown(self._folder, self._user, -1)
        self._run("initdb", "-D", str(self._folder / "data"), "-U", _ROLE, "-A", "trust", "--no-sync", "-E", "UTF8")
        self.launch()
        self._create("template_zhilu")
        migrate(self.url("template_zhilu"))

    def launch(self) -> None:
        """Start the server on its folder, also after `halt`."""
        settings = ("listen_addresses=127.0.0.1", "fsync=off", "max_connections=60", "track_commit_timestamp=on")
        options = [word for setting in settings for word in ("-c", setting)]
        command = [str(self._tools / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "-k", str(self._folder), *options],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._folder,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL does not start:\n{(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def halt(self) -> None:
        """End the server at once, whatever its clients are at; what was committed is there at the next launch."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://{_ROLE}@127.0.0.1:{self.port}/{name}"

    def database(self, name: str) -> str:
        """Create `name` with the newest schema; its URL."""
        self._create(name, "--template", "template_zhilu")
        return self.url(name)

    def empty_database(self, name: str) -> str:
        self._create(name)
        return self.url(name)

    def _create(self, name: str, *options: str) -> None:
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", _ROLE, *options, name)

    def _answers(self) -> bool:
        command = [str(self._tools / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, tool: str, *arguments: str) -> None:
        command = [str(self._tools / tool), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, user=self._user, cwd=self._folder)
        assert done.returncode == 0, f"{tool}: {done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    tools = binaries()
    need(tools, "PostgreSQL server binaries (initdb, postgres)")
    assert tools is not None
    server = PostgresServer(tools, Path(tempfile.mkdtemp(prefix="zhilu-postgres-")))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """A fresh, migrated database of this test's own."""
    return postgres_server.database(f"test_{next(_numbers)}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_database(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings for a house on each of the two databases in turn."""
    return {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgresql" else {}
