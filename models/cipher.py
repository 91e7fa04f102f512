"""Encryption of files at rest: AES-256-GCM in chunks, so that no chunk can be changed, moved, left out or added.

    file  = "ZHVAULT1" | key id (8 bytes) | salt (32 bytes) | chunks
    chunk = AES-256-GCM(file key, nonce, up to 64 KiB of plaintext) with its tag (16 bytes)
    nonce = number of the chunk (11 bytes, from 0) | 1 for the last chunk, else 0

The file key is HKDF-SHA256 of the vault's key and the salt; the header is authenticated with every chunk (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, as age uses it). The key id tells a wrong key from tampering.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import secrets
import stat
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Denied, Unavailable

MAGIC = b"ZHVAULT1"
_KEY_LINE = "zhilu-vault-key-1:"
_CHUNK, _TAG, _SALT, _ID = 1 << 16, 16, 32, 8
_HEADER = len(MAGIC) + _ID + _SALT


class Cipher(Protocol):
    """What the vault needs of a cipher. Errors: Unavailable `vault.wrong_key`, `vault.tampered`."""

    def encrypt(self, source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
        """Encrypt all of `source`; SHA-256 and size of the plaintext."""
        ...

    def open(self, path: Path) -> BinaryIO:
        """The plaintext of a file, to be read and sought in; its end was authenticated when this returns."""
        ...


class AesGcm:
    """The one cipher there is so far. `key`: 32 bytes. Safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a key of 32 bytes is needed")
        self._key = key
        self.key_id = hashlib.sha256(b"zhilu vault key id" + key).digest()[:_ID]

    def encrypt(self, source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
        header = MAGIC + self.key_id + secrets.token_bytes(_SALT)
        chunks, digest, size, number = self._file_cipher(header), hashlib.sha256(), 0, 0
        target.write(header)
        block = source.read(_CHUNK)
        while True:
            following = source.read(_CHUNK) if len(block) == _CHUNK else b""
            digest.update(block)
            size += len(block)
            target.write(chunks.encrypt(_nonce(number, last=not following), block, header))
            if not following:
                return digest.hexdigest(), size
            block, number = following, number + 1

    def open(self, path: Path) -> BinaryIO:
        return io.BufferedReader(_Plaintext(path, self), _CHUNK)

    def _file_cipher(self, header: bytes) -> AESGCM:
        salt = header[-_SALT:]
        return AESGCM(HKDF(SHA256(), 32, salt, b"zhilu vault file key").derive(self._key))

    def cipher_of(self, header: bytes, name: str) -> AESGCM:
        """The file's own cipher. Raises Unavailable `vault.tampered`, `vault.wrong_key`."""
        if len(header) != _HEADER or not header.startswith(MAGIC):
            raise Unavailable("vault.tampered", sha256=name)
        if header[len(MAGIC) : len(MAGIC) + _ID] != self.key_id:
            raise Unavailable("vault.wrong_key", sha256=name)
        return self._file_cipher(header)


class _Plaintext(io.RawIOBase):
    """An encrypted file read as what it holds, chunk by chunk."""

    def __init__(self, path: Path, cipher: AesGcm) -> None:
        self._name = path.stem
        self._file = path.open("rb")
        try:
            self._header = self._file.read(_HEADER)
            self._cipher = cipher.cipher_of(self._header, self._name)
            body = os.fstat(self._file.fileno()).st_size - _HEADER
            self._last = max(0, -(-body // (_CHUNK + _TAG)) - 1)
            self._size = body - (self._last + 1) * _TAG
            self._at, self._number, self._chunk = 0, -1, b""
            self._load(self._last)  # a file cut short, even between two chunks, shows at once
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever the buffered reader hands in
        if self._at >= self._size or not len(view):
            return 0
        number, offset = divmod(self._at, _CHUNK)
        if number != self._number:
            self._load(number)
        piece = self._chunk[offset : offset + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        self._file.seek(_HEADER + number * (_CHUNK + _TAG))
        sealed = self._file.read(_CHUNK + _TAG)
        try:
            self._chunk = self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, self._header)
        except (InvalidTag, ValueError) as cause:
            raise Unavailable("vault.tampered", sha256=self._name) from cause
        self._number = number


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def make_key(path: Path) -> None:
    """Write a new key to a file that only its owner may read. Raises Denied `vault.key_exists`."""
    line = _KEY_LINE + base64.b64encode(secrets.token_bytes(32)).decode() + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as cause:
        raise Denied("vault.key_exists", path=str(path)) from cause
    with os.fdopen(descriptor, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def load_cipher(path: Path) -> AesGcm:
    """Raises Unavailable `vault.key_unreadable` (path), `vault.key_open` when others than the owner may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
        key = base64.b64decode(text.removeprefix(_KEY_LINE).strip(), validate=True)
    except (OSError, ValueError) as cause:
        raise Unavailable("vault.key_unreadable", path=str(path)) from cause
    if not text.startswith(_KEY_LINE) or len(key) != 32:
        raise Unavailable("vault.key_unreadable", path=str(path))
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unavailable("vault.key_open", path=str(path))
    return AesGcm(key)
