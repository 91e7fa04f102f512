"""One consistent copy of a running database, and putting a copy back: SQLite's own backup, PostgreSQL's pg_dump."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import Database, Session
from models.errors import Denied, Unavailable


@asynccontextmanager
async def snapshot(database: Database, target: Path) -> AsyncIterator[Session]:
    """Copy the database to the file `target`; yields a session that sees exactly what was copied.

    `target` is whole once the block has ended. Raises Unavailable `backup.database_damaged`, `backup.no_tool` (tool),
    `backup.tool_failed` (tool, reason).
    """
    if database.is_sqlite:
        await asyncio.to_thread(_copy_sqlite, Path(str(make_url(database.url).database)), target)
        copy = Database(f"sqlite+aiosqlite:///{target}")
        try:
            async with copy.reading() as session:
                yield session
        finally:
            await copy.close()
        await asyncio.to_thread(_close_sqlite, target)
        return
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(engine, expire_on_commit=False) as session:
        exported = (await session.connection()).execute(text("SELECT pg_export_snapshot()"))
        name = (await exported).scalar_one()
        await _tool("pg_dump", ["--format=custom", f"--snapshot={name}", f"--file={target}"], make_url(database.url))
        yield session


async def put_back(source: Path, url: str) -> None:
    """Load a copy made by `snapshot` into the empty database at `url`.

    Raises Denied `restore.not_empty`, Unavailable as `snapshot` does.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        await asyncio.to_thread(_put_back_sqlite, source, Path(str(parsed.database)))
        return
    database = Database(url)
    try:
        async with database.reading() as session:
            counted = await (await session.connection()).execute(
                text("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()")
            )
            if counted.scalar_one():
                raise Denied("restore.not_empty", path=parsed.database or "")
    finally:
        await database.close()
    options = ["--exit-on-error", "--no-owner", "--single-transaction", f"--dbname={parsed.database}", str(source)]
    await _tool("pg_restore", options, parsed)


def _copy_sqlite(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, timeout=60)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)  # in one step: in between two, a writer would make it begin again
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise Unavailable("backup.database_damaged", reason=str(found[0])[:200])


def _put_back_sqlite(source: Path, target: Path) -> None:
    if target.exists():
        raise Denied("restore.not_empty", path=str(target))
    shutil.copyfile(source, target)


def _close_sqlite(target: Path) -> None:
    """All of it in one file: no log beside it."""
    with closing(sqlite3.connect(target, timeout=60)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


async def _tool(name: str, options: Sequence[str], url: URL) -> None:
    found = shutil.which(name)
    if found is None:
        raise Unavailable("backup.no_tool", tool=name)
    process = await asyncio.create_subprocess_exec(
        found, *options, env=_environment(url), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise Unavailable("backup.tool_failed", tool=name, reason=said.decode(errors="replace").strip()[-300:])


def _environment(url: URL) -> Mapping[str, str]:
    """The password goes through the environment: a command line can be read by everybody on the machine."""
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
    }
    return {**os.environ, **{key: value for key, value in given.items() if value}}
