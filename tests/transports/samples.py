"""Small real files."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator

from PIL import Image


def picture(width: int = 40, height: int = 30, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#3a6ea5").save(out, kind)
    return out.getvalue()


def drawing(blank: bool = False, side: int = 60) -> bytes:
    image = Image.new("RGB", (side, side), "white")
    if not blank:
        image.paste("black", (10, 10, 20, 40))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sound(seconds: float = 0.2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\1" * int(8000 * seconds))
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"
FILM = b"\0\0\0\x18ftypisom" + b"\0" * 40


async def chunks(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
