"""The evidence vault: bytes kept under their SHA-256, written once, on disk before anyone is told 'received'."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import Missing, Unavailable

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """`sha256` in lower-case hex, `size` in bytes. `new` is False when the very bytes were there already."""

    sha256: str
    size: int
    new: bool


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Vault:
    """A folder of write-once objects: `<root>/<first two hex>/<sha256>`. Safe for several processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the object lies. Raises Missing `vault.missing` when it does not."""
        path = self._place(sha256)
        if not path.is_file():
            raise Missing("vault.missing", sha256=sha256)
        return path

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def put(self, source: BinaryIO | bytes | Path) -> Stored:
        """Keep the bytes; returns after file and folder are on disk. Raises Unavailable `vault.cannot_write`."""
        try:
            return self._put(source)
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A place for bytes that are still arriving, on the vault's own disk; what is not taken goes when it ends."""
        place = Path(tempfile.mkdtemp(prefix=".incoming-", dir=self.root))
        try:
            yield place / "bytes"
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def take(self, path: Path, sha256: str) -> Stored:
        """Keep a file from `incoming` whose hash was read back from the disk: a rename, however large it is.

        Raises Unavailable `vault.cannot_write`.
        """
        try:
            size = path.stat().st_size
            place = self._place(sha256)
            if place.exists():
                return Stored(sha256, size, new=False)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            self._settle(path, place)
            return Stored(sha256, size, new=True)
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause

    def remove(self, sha256: str) -> None:
        """Take an object away, for a decision that disposed of it; nothing happens when it is gone already.

        Raises Unavailable `vault.cannot_write`.
        """
        place = self._place(sha256)
        try:
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                _sync_folder(place.parent)
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause

    def _settle(self, path: Path, place: Path) -> None:
        place.parent.mkdir(exist_ok=True)
        path.chmod(0o440)
        path.replace(place)
        _sync_folder(place.parent)
        _sync_folder(self.root)

    def objects(self) -> Iterator[Path]:
        """Every object file, in order of name."""
        yield from sorted(path for path in self.root.glob("??/*") if path.is_file())

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _put(self, source: BinaryIO | bytes | Path) -> Stored:
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                if isinstance(source, bytes):
                    file.write(source)
                elif isinstance(source, Path):
                    with source.open("rb") as original:
                        shutil.copyfileobj(original, file, _BLOCK)
                else:
                    shutil.copyfileobj(source, file, _BLOCK)
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
                # Hashed from what was written, so that a short write cannot pass for the original.
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            place = self._place(digest)
            if place.exists():
                return Stored(digest, size, new=False)
            self._settle(temporary, place)
            return Stored(digest, size, new=True)
        finally:
            temporary.unlink(missing_ok=True)
