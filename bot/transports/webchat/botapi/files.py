"""Bytes of messages, kept under their SHA-256 in one folder; with a cipher, encrypted as the vault does it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from bot.transports.webchat.botapi.media import HEAD_BYTES, media_type
from models.cipher import Cipher
from models.errors import InvalidInput, Unavailable
from models.vault import ENCRYPTED, sync_folder

_BLOCK = 1024**2
_DAY = 86_400
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, pixels as width times height, length of a recording in seconds."""

    upload_bytes: int = 2 * 1024**3
    photo_bytes: int = 50 * 1024**2
    photo_pixels: int = 120_000_000
    recording_seconds: int = 4 * 3600


@dataclass(frozen=True)
class Upload:
    """A file a call brings along, named in its parameters as `attach://<key>`."""

    name: str
    chunks: AsyncIterable[bytes]


@dataclass(frozen=True)
class FileClaim:
    """What the browser says about a file it sends. Nothing of it is trusted.

    `kind`: photo, document, voice, audio or video. `seconds`, `width`, `height`: 0 when unknown.
    `group`: common to the files chosen together, '' for a single one.
    """

    kind: str
    name: str = ""
    caption: str = ""
    seconds: int = 0
    width: int = 0
    height: int = 0
    group: str = ""


@dataclass(frozen=True)
class Kept:
    """Stored bytes. `media_type` is what their first bytes show; `open` gives them to be read."""

    sha256: str
    size: int
    media_type: str
    open: Callable[[], BinaryIO]


class FileStore:
    """Files named by the SHA-256 of their content; the same bytes are kept once. Writing happens in threads."""

    def __init__(self, folder: Path, cipher: Cipher | None = None) -> None:
        self._folder = folder
        self._cipher = cipher

    def path(self, sha256: str) -> Path:
        """Where the bytes lie; the name ends in `.enc` when encrypted. Raises `ValueError` for what is no SHA-256."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        encrypted = self._folder / (sha256 + ENCRYPTED)
        return encrypted if encrypted.is_file() else self._folder / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, to be read and sought in. Raises `ValueError`, `OSError`, `Unavailable` vault.*."""
        path = self.path(sha256)
        if path.suffix != ENCRYPTED:
            return path.open("rb")
        if self._cipher is None:
            raise Unavailable("vault.no_key")
        return self._cipher.open(path)

    async def keep(self, chunks: AsyncIterable[bytes], limit: int) -> Kept:
        """Store a stream; returns when the bytes are safe on the disk.

        Raises `InvalidInput` upload.empty or upload.too_large, `Unavailable` storage.unavailable.
        """
        try:
            return await self._keep(chunks, limit)
        except OSError as fault:
            raise Unavailable("storage.unavailable") from fault

    async def _keep(self, chunks: AsyncIterable[bytes], limit: int) -> Kept:
        part = await asyncio.to_thread(self._open_part)
        try:
            with part:
                digest, size, head = await _pour(chunks, part, limit)
                if size == 0:
                    raise InvalidInput("upload.empty")
                await asyncio.to_thread(_flush, part)
            await asyncio.to_thread(self._settle, Path(part.name), digest)
            return Kept(digest, size, media_type(head), partial(self.open, digest))
        finally:
            Path(part.name).unlink(missing_ok=True)  # noqa: ASYNC240 - one metadata call

    def _open_part(self) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(prefix=".part-", dir=self._folder)
        os.close(handle)
        return Path(name).open("wb")

    def _settle(self, part: Path, digest: str) -> None:
        plain = self._folder / digest
        if self._cipher is None:
            part.replace(self.path(digest))
        else:
            if self.path(digest) == plain:
                self._seal(self._cipher, part, digest)
            plain.unlink(missing_ok=True)  # from the time before there was a key
        sync_folder(self._folder)

    def _seal(self, cipher: Cipher, plain: Path, digest: str) -> None:
        """Raises `Unavailable` vault.tampered for bytes that are not the digest's; OSError."""
        sealed = self._folder / f".part-{digest}-{os.getpid()}{ENCRYPTED}"
        try:
            with plain.open("rb") as source, sealed.open("wb") as file:
                found, _ = cipher.encrypt(source, file)
                _flush(file)
            if found != digest:
                raise Unavailable("vault.tampered", sha256=digest)
            sealed.replace(self._folder / (digest + ENCRYPTED))
        finally:
            sealed.unlink(missing_ok=True)

    def encrypt_old(self) -> Iterator[Path]:
        """Encrypt, one by one, what was kept before there was a key; yields each file that was replaced. Blocking.

        Raises `Unavailable` vault.no_key, vault.cannot_write, vault.tampered.
        """
        if self._cipher is None:
            raise Unavailable("vault.no_key")
        for plain in sorted(path for path in self._folder.glob("*") if _DIGEST.fullmatch(path.name)):
            try:
                self._seal(self._cipher, plain, plain.name)
                sync_folder(self._folder)
                plain.unlink()
                sync_folder(self._folder)
            except OSError as cause:
                raise Unavailable("vault.cannot_write") from cause
            yield plain

    def tidy(self) -> None:
        """Remove what uploads broken off more than a day ago left behind. Blocking."""
        for part in self._folder.glob(".part-*"):
            if time.time() - part.stat().st_mtime > _DAY:
                part.unlink(missing_ok=True)


async def _pour(chunks: AsyncIterable[bytes], part: BinaryIO, limit: int) -> tuple[str, int, bytes]:
    digest = hashlib.sha256()
    size = 0
    head = b""
    block = bytearray()

    def write(data: bytes) -> None:
        digest.update(data)
        part.write(data)

    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise InvalidInput("upload.too_large", limit=limit)
        if len(head) < HEAD_BYTES:
            head = (head + chunk)[:HEAD_BYTES]
        block += chunk
        if len(block) >= _BLOCK:
            await asyncio.to_thread(write, bytes(block))
            block.clear()
    await asyncio.to_thread(write, bytes(block))
    return digest.hexdigest(), size, head


def _flush(part: BinaryIO) -> None:
    part.flush()
    os.fsync(part.fileno())
