"""Putting a backup back into an empty data folder. Nothing is in place before everything was verified.

A file that is damaged or lost is named and left out; everything else comes back. Without a whole database, or with one
that its own ledger contradicts, nothing does.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.engine import make_url

from models.backup_files import Entry, Manifest, OriginalUnreadable, copied, object_of, read_manifest
from models.database import Database, migrate
from models.errors import Denied, InvalidInput, Unavailable
from models.ledger_reading import Fault, Head
from models.snapshot import put_back
from models.vault import Vault, sha256_of, sync_folder
from models.verify import Report, verify

Progress = Callable[[str, int, int], None]
STAGING = ".restoring"
_LEFT_OUT = ("missing", "changed")  # faults of single files


@dataclass(frozen=True)
class Restored:
    """`restored`: all was put back but the files that `faults` name. `packs`: where the agency's own lie."""

    manifest: Manifest | None
    faults: tuple[Fault, ...]
    restored: bool = False
    leaves: int = 0
    packs: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Target:
    """Where to put it: `database_url` is a SQLite file that is not there yet, or an empty PostgreSQL database."""

    data: Path
    database_url: str
    vault_at: Callable[[Path], Vault]


async def restore_backup(folder: Path, target: Target, progress: Progress, *, check: bool = False) -> Restored:
    """Restore, or with `check` only see whether every file of the backup is as it was.

    Raises InvalidInput `backup.no_manifest`; Denied `restore.not_empty`, `restore.other_database`; Unavailable
    `restore.newer_schema`, and what the vault's cipher and `put_back` raise; OSError.
    """
    if not check:
        await asyncio.to_thread(_refuse_full, target)
    try:
        manifest = await asyncio.to_thread(read_manifest, folder)
    except InvalidInput as refusal:
        if refusal.code == "backup.no_manifest":
            raise
        return Restored(None, (Fault("changed", "manifest.json", str(refusal.params.get("reason", ""))),))
    if check:
        return Restored(manifest, tuple(await asyncio.to_thread(_check, folder, manifest, progress)))
    if manifest.database != make_url(target.database_url).get_backend_name():
        raise Denied("restore.other_database", kind=manifest.database)
    staging = target.data / STAGING
    try:
        return await _restore(folder, manifest, target, staging, progress)
    finally:
        await asyncio.to_thread(shutil.rmtree, staging, True)


async def _restore(folder: Path, manifest: Manifest, target: Target, staging: Path, progress: Progress) -> Restored:
    await asyncio.to_thread(shutil.rmtree, staging, True)
    unfit = await asyncio.to_thread(_fetch, folder, manifest, staging, progress)
    copy = next(staging / entry.path for entry in manifest.entries if entry.path.startswith("database/"))
    if not copy.is_file():
        return Restored(manifest, tuple(unfit))
    sqlite = manifest.database == "sqlite"
    url = f"sqlite+aiosqlite:///{(staging / 'zhilu.db').resolve()}" if sqlite else target.database_url
    await put_back(copy, url)
    vault = target.vault_at(staging / "vault")
    report = await _verified(url, vault, manifest)
    faults = _told(manifest, unfit, report)
    if any(fault.kind not in _LEFT_OUT for fault in report.faults):
        return Restored(manifest, faults, leaves=report.leaves)
    for fault in report.faults:
        if fault.kind == "changed":
            await asyncio.to_thread(vault.remove, fault.what)
    await asyncio.to_thread(_settle, staging, target, sqlite=sqlite)
    packs = tuple(sorted(path for path in (target.data / "packs").glob("*/*") if path.is_dir()))
    return Restored(manifest, faults, restored=True, leaves=report.leaves, packs=packs)


def _told(manifest: Manifest, unfit: list[Fault], report: Report) -> tuple[Fault, ...]:
    """Each file once: what the backup holds no longer as it was, what it never had, what verifying has found."""
    known = [*unfit, *manifest.lacking()]
    named = {object_of(fault.what) for fault in known}
    return (*known, *(fault for fault in report.faults if fault.what not in named))


def _refuse_full(target: Target) -> None:
    target.data.mkdir(parents=True, exist_ok=True)
    if any(path.name != STAGING for path in target.data.iterdir()):
        raise Denied("restore.not_empty", path=str(target.data))
    _refuse_standing(target)


def _refuse_standing(target: Target) -> None:
    """A database may lie outside the data folder; a log beside none would be played into the new one."""
    url = make_url(target.database_url)
    if url.get_backend_name() == "sqlite":
        for ending in ("", "-wal", "-journal"):
            if (path := Path(f"{url.database}{ending}")).exists():
                raise Denied("restore.not_empty", path=str(path))


def _check(folder: Path, manifest: Manifest, progress: Progress) -> list[Fault]:
    faults: list[Fault] = []
    for n, entry in enumerate(manifest.entries):
        progress(entry.path, n, len(manifest.entries))
        path = folder / entry.path
        try:
            found = Entry(entry.path, path.stat().st_size, sha256_of(path))
        except OSError as cause:
            faults.append(Fault("missing", entry.path, f"in_backup:{cause.strerror}"))
            continue
        if found != entry:
            faults.append(Fault("changed", entry.path, f"in_backup:{found.sha256}"))
    return [*faults, *manifest.lacking()]


def _fetch(folder: Path, manifest: Manifest, staging: Path, progress: Progress) -> list[Fault]:
    """Copy everything that is as it was; what is missing or is not is named, all of it."""
    faults: list[Fault] = []
    for n, entry in enumerate(manifest.entries):
        progress(entry.path, n, len(manifest.entries))
        try:
            with copied(folder / entry.path, staging / entry.path) as (part, found):
                if (found.size, found.sha256) == (entry.size, entry.sha256):
                    part.replace(staging / entry.path)
                else:
                    faults.append(Fault("changed", entry.path, f"in_backup:{found.sha256}"))
        except OriginalUnreadable as cause:
            faults.append(Fault("missing", entry.path, f"in_backup:{cause.strerror}"))
    return faults


async def _verified(url: str, vault: Vault, manifest: Manifest) -> Report:
    """The ledger and every object, against the head that the manifest states."""
    try:
        await asyncio.to_thread(migrate, url)
    except CommandError as cause:
        raise Unavailable("restore.newer_schema") from cause
    seq, _, digest = manifest.head.partition(":")
    database = Database(url)
    try:
        return await verify(database, vault, known_head=Head(int(seq), digest))
    finally:
        await database.close()


def _settle(staging: Path, target: Target, *, sqlite: bool) -> None:
    """Into place by renaming, the database last: until then the service would find an empty folder.

    All of it or nothing: the database may go to another disk, so its copy is whole there before anything moves.
    """
    for path in (staging / "vault").rglob("*"):
        if path.is_file():
            path.chmod(0o440)
    moves = [(staging / name, target.data / name) for name in ("vault", "webchat", "packs")]
    if not sqlite:
        _move([move for move in moves if move[0].is_dir()])
        return
    database = Path(str(make_url(target.database_url).database))
    with copied(staging / "zhilu.db", database) as (part, _):
        _refuse_standing(target)
        _move([*(move for move in moves if move[0].is_dir()), (part, database)])
    sync_folder(database.parent)


def _move(moves: list[tuple[Path, Path]]) -> None:
    """Rename all, or none: what was moved goes back when a later one fails."""
    done: list[tuple[Path, Path]] = []
    try:
        for source, place in moves:
            source.rename(place)
            done.append((source, place))
    except OSError:
        for source, place in reversed(done):
            place.rename(source)
        raise
