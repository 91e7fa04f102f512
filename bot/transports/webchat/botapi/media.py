"""What bytes really are. The sender's name and type are claims; only signatures decide how a file is shown."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from PIL import Image

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 64
_NAME_LENGTH = 120

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"avif": "image/avif"}
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_AS_SOUND = {"video/webm": "audio/webm", "video/mp4": "audio/mp4"}


def media_type(head: bytes) -> str:
    """The media type that the first bytes of a file show; `UNKNOWN` when they show none."""
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "image/heic" if brand in _HEIF else _BRANDS.get(brand, "video/mp4")
    return UNKNOWN


def fitting_kind(kind: str, found: str) -> tuple[str, str]:
    """The kind of message these bytes can be, and their media type in that message.

    What does not look like the picture, sound or film it was sent as becomes a document.
    """
    if kind in ("voice", "audio"):
        found = _AS_SOUND.get(found, found)
        return (kind if found.startswith("audio/") else "document"), found
    if kind == "video":
        return (kind if found.startswith("video/") else "document"), found
    if kind == "photo":
        return (kind if found in ("image/jpeg", "image/png", "image/webp") else "document"), found
    return "document", found


def image_size(opened: Callable[[], BinaryIO]) -> tuple[int, int] | None:
    """Width and height in pixels as the header tells them, without decoding; None when there is no such header.

    Blocking. Pillow warns of or refuses enormous pictures already here; both count as unreadable.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with opened() as file, Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
                return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def safe_name(name: str, fallback: str = "file") -> str:
    """A bare file name: no folders, no control or direction-changing characters, at most 120 characters."""
    name = PurePosixPath(PureWindowsPath(name.replace("\0", "")).name).name
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    if len(name) > _NAME_LENGTH:
        stem, dot, suffix = name.rpartition(".")
        keep = f"{dot}{suffix}" if stem and len(suffix) <= 10 else ""
        name = name[: _NAME_LENGTH - len(keep)] + keep
    return name or fallback
