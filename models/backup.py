"""Making a backup beside a running service: only what is new is copied, and the manifest comes last.

Damage is never passed on: what the vault has lost stays in the backup and is told; what is copied and does not match
its hash is told and left out; the manifest says so. What a sealed decision disposed of leaves with the next run.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from models.backup_copying import Copied, Progress, Wanted, copy_all
from models.backup_files import Entry, Manifest, claim, drop_others, read_manifest, write_manifest
from models.database import Database, Session
from models.errors import Denied, InvalidInput, Missing
from models.ledger_reading import Fault
from models.snapshot import snapshot
from models.tables import LedgerLeaf, WebFile
from models.vault import ENCRYPTED, Vault, sha256_of
from models.verify import object_names


@dataclass(frozen=True)
class Source:
    """What is backed up: the database, the folders of the vault and the web chat, and the agency's own packs."""

    database: Database
    vault: Vault
    webchat: Path
    packs: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Made:
    """`copied`: files that were new. `dropped`: files that left it. `faults`: what the installation has lost, or holds
    in another state than its hash says."""

    head: str
    files: int
    size: int
    copied: int
    dropped: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


async def make_backup(source: Source, folder: Path, progress: Progress) -> Made:
    """Raises Missing `backup.nothing` for an installation without a ledger; Denied `backup.not_a_backup`,
    `backup.of_another`, `backup.diverged`, `backup.running`, `backup.inside` (path); what `snapshot` raises; OSError.
    """
    _refuse_inside(source, folder)
    installation = await _installation(source.database)
    await asyncio.to_thread(claim, folder, installation)
    with _alone(folder):
        before = _entries_before(folder)
        if before is not None:
            await _refuse_diverged(source.database, before)
        known = {entry.path: entry for entry in before.entries} if before else {}
        head, copy, done = await _copied(source, folder, known, progress)
        kind = "sqlite" if source.database.is_sqlite else "postgresql"
        stored = await asyncio.to_thread(_settle, copy, folder, kind)
        faults = tuple(done.faults)
        manifest = Manifest(installation, datetime.now(UTC), kind, head, (stored, *done.entries), faults)
        await asyncio.to_thread(write_manifest, folder, manifest)
        paths = [entry.path for entry in manifest.entries]
        dropped = await asyncio.to_thread(drop_others, folder, paths, ("database", "vault", "webchat", "packs"))
    size = sum(entry.size for entry in manifest.entries)
    return Made(head, len(manifest.entries), size, done.new, dropped, faults)


async def _copied(
    source: Source, folder: Path, known: dict[str, Entry], progress: Progress
) -> tuple[str, Path, Copied]:
    """Head and copy of the database, and every file it names.

    What was disposed of after the database was copied is no damage: it is copied anew, and names the file no more.
    """
    copy = folder / "database" / f".part-{os.getpid()}"
    copy.parent.mkdir(exist_ok=True)
    new = 0
    while True:
        async with snapshot(source.database, copy) as session:
            head, wanted = await _head(session), await _wanted(session, source, folder)
        done = await asyncio.to_thread(copy_all, source.vault, folder, wanted, known, progress)
        new += done.new
        if not await _changed_meanwhile(source, done.faults):
            done.new = new
            return head, copy, done
        known = {**known, **{entry.path: entry for entry in done.entries}}


async def _changed_meanwhile(source: Source, faults: list[Fault]) -> bool:
    """Whether a lost object is named no more, or lies there after all (encrypted by command)."""
    lost = [each.what for each in faults if each.kind == "missing" and each.detail.startswith("named_by:")]
    lost = [each for each in lost if "/" not in each]
    if not lost:
        return False
    async with source.database.reading() as session:
        named = await object_names(session)
    return any(each not in named or source.vault.has(each) for each in lost)


def _refuse_inside(source: Source, folder: Path) -> None:
    for part in (source.vault.root, source.webchat, *source.packs):
        if folder.resolve().is_relative_to(part.resolve()):
            raise Denied("backup.inside", path=str(part))


async def _installation(database: Database) -> str:
    async with database.reading() as session:
        first = (await session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq)).limit(1))).first()
    if first is None:
        raise Missing("backup.nothing")
    return first.leaf_hash


def _entries_before(folder: Path) -> Manifest | None:
    """The last run's manifest; None when it did not end or was damaged, so that everything is looked at anew."""
    try:
        return read_manifest(folder)
    except InvalidInput:
        return None


async def _refuse_diverged(database: Database, before: Manifest) -> None:
    """A backup taken after the state that runs now must not be overwritten by it."""
    seq, _, stated = before.head.partition(":")
    async with database.reading() as session:
        leaf = await session.get(LedgerLeaf, int(seq) if seq.isdecimal() else 0)
    if leaf is None or leaf.leaf_hash != stated:
        raise Denied("backup.diverged", head=before.head)


async def _head(session: Session) -> str:
    newest = (await session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq).desc()).limit(1))).one()
    return f"{newest.seq}:{newest.leaf_hash}"


async def _wanted(session: Session, source: Source, folder: Path) -> dict[str, Wanted]:
    """By path in the backup."""
    named = await object_names(session)
    wanted = {}
    for sha256, who in named.items():
        path = _as_it_lies(source.vault.root / sha256[:2] / sha256, folder / "vault" / sha256[:2])
        wanted[f"vault/{sha256[:2]}/{path.name}"] = Wanted(path, who, sha256)
    for sha256 in (await session.exec(select(WebFile.sha256).distinct())).all():
        path = _as_it_lies(source.webchat / sha256, folder / "webchat")
        if path.is_file():  # what was disposed of is gone from the chat too
            wanted[f"webchat/{path.name}"] = Wanted(path, "webchat", sha256)
    for n, packs in enumerate(source.packs):
        name = packs.resolve().name or "packs"
        for path in sorted(packs.rglob("*")):
            if path.is_file():
                wanted[f"packs/{n}/{name}/{path.relative_to(packs).as_posix()}"] = Wanted(path, "packs")
    return wanted


def _as_it_lies(path: Path, backup: Path) -> Path:
    """The object's file, encrypted or not; of one that is lost, as the backup has it."""
    encrypted = path.with_suffix(ENCRYPTED)
    if encrypted.is_file() or (not path.is_file() and (backup / encrypted.name).is_file()):
        return encrypted
    return path


def _settle(copy: Path, folder: Path, kind: str) -> Entry:
    sha256, ending = sha256_of(copy), "db" if kind == "sqlite" else "dump"
    path = f"database/{sha256[:16]}.{ending}"
    copy.replace(folder / path)
    return Entry(path, (folder / path).stat().st_size, sha256)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One run at a time. Raises Denied `backup.running`."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            raise Denied("backup.running", path=str(folder)) from cause
        yield
