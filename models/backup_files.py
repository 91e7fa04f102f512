"""What a backup folder holds: its files, its manifest, and who it belongs to.

installation.json   whose backup this is; written first
database/…          one consistent copy of the database
vault/ab/<sha256>   stored files as they lie in the vault (encrypted ones stay encrypted)
webchat/<sha256>    files of the web chat
packs/<n>/…         the agency's own regulation packs
manifest.json       every file with size and SHA-256, and what the installation had lost; written last
manifest.sha256     the manifest's own
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.errors import Denied, InvalidInput
from models.ledger_reading import Fault
from models.vault import ENCRYPTED, sha256_of

FORMAT = "zhilu.backup/1"
MARK, MANIFEST, SEAL = "installation.json", "manifest.json", "manifest.sha256"
# A manifest may be hostile: nothing it names may lie elsewhere.
_PATH = re.compile(
    r"database/[0-9A-Za-z._-]+|vault/[0-9a-f]{2}/[0-9a-f]{64}(\.enc)?|webchat/[0-9a-f]{64}(\.enc)?|packs/[0-9]+(/[^/\0]+)+"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class OriginalUnreadable(OSError):
    """What is to be copied cannot be read; a copy that cannot be written is another OSError."""


@dataclass(frozen=True)
class Entry:
    """One file of the backup: its path below the folder, its size and SHA-256 as it lies there."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`installation`: hash of the ledger's first leaf. `head`: `SEQ:SHA256` of its newest. `database`: sqlite or
    postgresql, whose copy is the one entry under `database/`. `faults`: what the installation had lost or damaged."""

    installation: str
    made_at: datetime
    database: str
    head: str
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()

    def lacking(self) -> tuple[Fault, ...]:
        """The known faults of which the backup has no file either."""
        held = {object_of(entry.path) for entry in self.entries}
        return tuple(fault for fault in self.faults if fault.what not in held)

    def to_bytes(self) -> bytes:
        whole = {
            "format": FORMAT,
            "installation": self.installation,
            "made_at": self.made_at.isoformat(),
            "database": self.database,
            "head": self.head,
            "entries": [asdict(entry) for entry in self.entries],
            "faults": [asdict(fault) for fault in self.faults],
        }
        return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def object_of(path: str) -> str:
    """What a fault calls the file: an object of the vault by its SHA-256, anything else by its path."""
    whole = path.removesuffix(ENCRYPTED)
    return whole.rpartition("/")[2] if path.startswith("vault/") else whole


def claim(folder: Path, installation: str) -> None:
    """Make the folder this installation's backup, or see that it is.

    Raises Denied `backup.not_a_backup` for a folder with anything else in it, `backup.of_another`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = folder / MARK
    if not mark.is_file():
        if any(folder.iterdir()):
            raise Denied("backup.not_a_backup", path=str(folder))
        write_whole(mark, json.dumps({"format": FORMAT, "installation": installation}).encode())
        return
    try:
        stated = json.loads(mark.read_bytes())
    except ValueError as cause:
        raise Denied("backup.not_a_backup", path=str(folder)) from cause
    if not isinstance(stated, dict) or stated.get("format") != FORMAT:
        raise Denied("backup.not_a_backup", path=str(folder))
    if stated.get("installation") != installation:
        raise Denied("backup.of_another", path=str(folder))


def read_manifest(folder: Path) -> Manifest:
    """Raises InvalidInput `backup.no_manifest`, `backup.manifest_damaged` (reason)."""
    try:
        content, seal = (folder / MANIFEST).read_bytes(), (folder / SEAL).read_text(errors="replace")
    except FileNotFoundError as cause:
        raise InvalidInput("backup.no_manifest", path=str(folder)) from cause
    if hashlib.sha256(content).hexdigest() != seal.split(" ")[0].strip():
        raise InvalidInput("backup.manifest_damaged", reason=SEAL)
    try:
        return _manifest(json.loads(content))
    except (ValueError, KeyError, TypeError) as cause:
        raise InvalidInput("backup.manifest_damaged", reason=str(cause)[:120]) from cause


def _manifest(whole: Mapping[str, Any]) -> Manifest:
    if whole["format"] != FORMAT:
        raise ValueError(f"format {whole['format']!r}")
    entries = tuple(Entry(str(each["path"]), int(each["size"]), str(each["sha256"])) for each in whole["entries"])
    for entry in entries:
        if not _PATH.fullmatch(entry.path) or ".." in entry.path.split("/") or not _SHA256.fullmatch(entry.sha256):
            raise ValueError(f"path {entry.path!r}")
    databases = [entry for entry in entries if entry.path.startswith("database/")]
    if whole["database"] not in ("sqlite", "postgresql") or len(databases) != 1:
        raise ValueError("database")
    made_at = datetime.fromisoformat(whole["made_at"])
    faults = tuple(Fault(each["kind"], str(each["what"]), str(each["detail"])) for each in whole.get("faults", ()))
    return Manifest(str(whole["installation"]), made_at, whole["database"], str(whole["head"]), entries, faults)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The old one goes first: a run that ends in between leaves no manifest rather than a wrong one."""
    content = manifest.to_bytes()
    (folder / SEAL).unlink(missing_ok=True)
    write_whole(folder / MANIFEST, content)
    write_whole(folder / SEAL, f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode())


def write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".part-{path.name}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextmanager
def copied(source: Path, target: Path) -> Iterator[tuple[Path, Entry]]:
    """A whole copy beside `target`, for the block to put in its place (`replace`) or leave to be removed.

    Size and SHA-256 are of what was written, path is empty. Raises OriginalUnreadable, OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".part-{target.name}")
    try:
        with part.open("wb") as copy:
            for block in _blocks(source):
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        yield part, Entry("", part.stat().st_size, sha256_of(part))
    finally:
        part.unlink(missing_ok=True)


def _blocks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as original:
            while block := original.read(_BLOCK):
                yield block
    except OSError as cause:
        raise OriginalUnreadable(cause.errno, cause.strerror) from cause


def drop_others(folder: Path, kept: Iterable[str], below: Iterable[str]) -> int:
    """Remove what no entry names under the folders `below`: what was disposed of, and parts of broken-off runs."""
    wanted, dropped = set(kept), 0
    for name in below:
        for path in sorted((folder / name).rglob("*"), reverse=True):
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.relative_to(folder).as_posix() not in wanted:
                path.unlink()
                dropped += 1
    return dropped
