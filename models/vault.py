"""The evidence vault: bytes kept under their SHA-256, written once, on disk before anyone is told 'received'.

With a cipher, what is new is encrypted and its file ends in `.enc`; its name stays the SHA-256 of the plaintext. What
was kept before without one stays readable as it is.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.cipher import Cipher
from models.errors import Missing, Unavailable

ENCRYPTED = ".enc"
_DAY = 86_400
_BLOCK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


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


@contextmanager
def _stream(source: BinaryIO | bytes | Path) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source


def sync_folder(folder: Path) -> None:
    """Returns once the names in the folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Vault:
    """A folder of write-once objects: `<root>/<first two hex>/<sha256>[.enc]`. Safe for several processes."""

    def __init__(self, root: Path, cipher: Cipher | None = None) -> None:
        self.root = root
        self._cipher = cipher
        root.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the object lies, encrypted or not. Raises Missing `vault.missing` when it does not."""
        for path in (self._place(sha256), self._place(sha256).with_suffix(ENCRYPTED)):
            if path.is_file():
                return path
        raise Missing("vault.missing", sha256=sha256)

    def open(self, sha256: str) -> BinaryIO:
        """Its bytes, to be read and sought in. Raises Missing `vault.missing`; Unavailable `vault.no_key`,
        `vault.wrong_key`, `vault.tampered` (this one also while reading)."""
        return self._open(self.path(sha256))

    def read(self, sha256: str) -> bytes:
        with self.open(sha256) as file:
            return file.read()

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        """A file with its bytes, for whoever needs one; an encrypted object's is gone when the block ends.

        Raises what `open` raises: nothing is handed out before all of it was authenticated and hashed.
        """
        path = self.path(sha256)
        if path.suffix != ENCRYPTED:
            yield path
            return
        with self.incoming() as place:
            part = place.with_name("part")
            with self._open(path) as source, part.open("wb") as target:
                shutil.copyfileobj(source, target, _BLOCK)
            if sha256_of(part) != sha256:
                raise Unavailable("vault.tampered", sha256=sha256)
            part.replace(place)
            yield place

    def content_hash(self, path: Path) -> str:
        """SHA-256 of what an object's file holds, decrypted where it must be. Raises OSError, and as `open` does."""
        digest = hashlib.sha256()
        with self._open(path) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def _open(self, path: Path) -> BinaryIO:
        if path.suffix != ENCRYPTED:
            return path.open("rb")
        if self._cipher is None:
            raise Unavailable("vault.no_key", sha256=path.stem)
        return self._cipher.open(path)

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

        With a cipher it is encrypted, and the plaintext removed. Raises Unavailable `vault.cannot_write`.
        """
        try:
            size = path.stat().st_size
            if self.has(sha256):
                return Stored(sha256, size, new=False)
            if self._cipher is not None:
                with path.open("rb") as file:
                    self._encrypt(file, sha256)
                path.unlink()
                return Stored(sha256, size, new=True)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            self._settle(path, self._place(sha256))
            return Stored(sha256, size, new=True)
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause

    def encrypt_old(self) -> Iterator[Path]:
        """Encrypt, one by one, what was kept before there was a key; yields each file that was replaced.

        Raises Unavailable `vault.no_key`, `vault.cannot_write`, `vault.tampered` for bytes that are not their name's.
        """
        if self._cipher is None:
            raise Unavailable("vault.no_key")
        for path in list(self.objects()):
            if path.suffix == ENCRYPTED or not _SHA256.fullmatch(path.name):
                continue
            try:
                with path.open("rb") as file:
                    self._encrypt(file, path.name)
                path.unlink()
                sync_folder(path.parent)
            except OSError as cause:
                raise Unavailable("vault.cannot_write") from cause
            yield path

    def tidy(self) -> None:
        """Remove what a run that was killed more than a day ago left behind: it may be readable. Blocking."""
        for left in self.root.glob(".incoming-*"):
            if time.time() - left.lstat().st_mtime <= _DAY:
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether the object lies here."""
        place = self._place(sha256)
        return place.exists() or place.with_suffix(ENCRYPTED).exists()

    def _encrypt(self, source: BinaryIO, sha256: str | None) -> Stored:
        """Write the encrypted object and read it back before it counts. `sha256`: what the plaintext must be."""
        assert self._cipher is not None
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", suffix=ENCRYPTED, dir=self.root)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest, size = self._cipher.encrypt(source, file)
                file.flush()
                os.fsync(file.fileno())
            if digest != (sha256 or digest) or self.content_hash(temporary) != digest:
                raise Unavailable("vault.tampered", sha256=sha256 or digest)
            place = self._place(digest).with_suffix(ENCRYPTED)
            if sha256 is None and self.has(digest):
                return Stored(digest, size, new=False)
            self._settle(temporary, place)
            return Stored(digest, size, new=True)
        finally:
            temporary.unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Take an object away, for a decision that disposed of it; nothing happens when it is gone already.

        Raises Unavailable `vault.cannot_write`.
        """
        place = self._place(sha256)
        try:
            place.unlink(missing_ok=True)
            place.with_suffix(ENCRYPTED).unlink(missing_ok=True)
            if place.parent.is_dir():
                sync_folder(place.parent)
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause

    def _settle(self, path: Path, place: Path) -> None:
        place.parent.mkdir(exist_ok=True)
        path.chmod(0o440)
        path.replace(place)
        sync_folder(place.parent)
        sync_folder(self.root)

    def objects(self) -> Iterator[Path]:
        """Every object file, in order of name."""
        yield from sorted(path for path in self.root.glob("??/*") if path.is_file())

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _put(self, source: BinaryIO | bytes | Path) -> Stored:
        if self._cipher is not None:
            with _stream(source) as stream:
                return self._encrypt(stream, None)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                with _stream(source) as stream:
                    shutil.copyfileobj(stream, file, _BLOCK)
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
                # Hashed from what was written, so that a short write cannot pass for the original.
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            place = self._place(digest)
            if self.has(digest):
                return Stored(digest, size, new=False)
            self._settle(temporary, place)
            return Stored(digest, size, new=True)
        finally:
            temporary.unlink(missing_ok=True)
