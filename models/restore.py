"""Putting a backup back into an empty data folder. Nothing is in place before everything was verified."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.engine import make_url

from models.backup_files import Entry, Manifest, copy_whole, read_manifest
from models.database import Database, migrate
from models.errors import Denied, InvalidInput, Unavailable
from models.ledger_reading import Fault, Head
from models.snapshot import put_back
from models.vault import Vault, sha256_of
from models.verify import Report, verify

Progress = Callable[[str, int, int], None]
STAGING = ".restoring"


@dataclass(frozen=True)
class Restored:
    """`faults` is empty when everything was put back; otherwise nothing was. `packs`: where the agency's own lie."""

    manifest: Manifest | None
    faults: tuple[Fault, ...]
    leaves: int = 0
    packs: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Target:
    """Where to put it: `database_url` is SQLite inside `data`, or an empty PostgreSQL database."""

    data: Path
    database_url: str
    vault_at: Callable[[Path], Vault]


async def restore_backup(folder: Path, target: Target, progress: Progress, *, check: bool = False) -> Restored:
    """Restore, or with `check` only see whether every file of the backup is as it was.

    Raises InvalidInput `backup.no_manifest`; Denied `restore.not_empty`, `restore.other_database`; Unavailable
    `restore.newer_schema`, and what the vault's cipher and `put_back` raise; OSError.
    """
    if not check:
        await asyncio.to_thread(_refuse_full, target.data)
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
    faults = await asyncio.to_thread(_fetch, folder, manifest, staging, progress)
    if faults:
        return Restored(manifest, tuple(faults))
    copy = next(staging / entry.path for entry in manifest.entries if entry.path.startswith("database/"))
    sqlite = manifest.database == "sqlite"
    url = f"sqlite+aiosqlite:///{(staging / 'zhilu.db').resolve()}" if sqlite else target.database_url
    await put_back(copy, url)
    report = await _verified(url, target.vault_at(staging / "vault"), manifest)
    if not report.ok:
        return Restored(manifest, report.faults, report.leaves)
    await asyncio.to_thread(_settle, staging, target, sqlite=sqlite)
    packs = tuple(sorted(path for path in (target.data / "packs").glob("*/*") if path.is_dir()))
    return Restored(manifest, (), report.leaves, packs)


def _refuse_full(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if any(path.name != STAGING for path in data.iterdir()):
        raise Denied("restore.not_empty", path=str(data))


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
        faults += _differences(entry, found)
    return faults


def _fetch(folder: Path, manifest: Manifest, staging: Path, progress: Progress) -> list[Fault]:
    """Copy everything; what is missing or not as it was is named, all of it."""
    faults: list[Fault] = []
    for n, entry in enumerate(manifest.entries):
        progress(entry.path, n, len(manifest.entries))
        if not (folder / entry.path).is_file():
            faults.append(Fault("missing", entry.path, "in_backup"))
            continue
        faults += _differences(entry, copy_whole(folder / entry.path, staging / entry.path))
    return faults


def _differences(stated: Entry, found: Entry) -> Iterable[Fault]:
    if (stated.size, stated.sha256) != (found.size, found.sha256):
        yield Fault("changed", stated.path, f"in_backup:{found.sha256}")


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
    """Into place by renaming, the database last: until then the service would find an empty folder."""
    for name in ("vault", "webchat", "packs"):
        if (staging / name).is_dir():
            for path in (staging / name).rglob("*"):
                if name == "vault" and path.is_file():
                    path.chmod(0o440)
            (staging / name).replace(target.data / name)
    if sqlite:
        Path(str(make_url(target.database_url).database)).parent.mkdir(parents=True, exist_ok=True)
        (staging / "zhilu.db").replace(str(make_url(target.database_url).database))
