"""Files made for tests: photos with EXIF, tones in several containers, and hostile things."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import av
import numpy as np
from PIL import Image


def photo(width: int = 640, height: int = 480, *, taken: str | None = None, colour: str = "steelblue") -> bytes:
    image = Image.new("RGB", (width, height), colour)
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (38.0, 54.0, 0.0), "E", (121.0, 36.0, 0.0)
    stored = BytesIO()
    image.save(stored, "JPEG", exif=exif)
    return stored.getvalue()


def pixel_bomb() -> bytes:
    """A PNG of a few kilobytes that claims 100,000 x 100,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4096))
        + chunk(b"IEND", b"")
    )


def tone(seconds: float, container: str = "ogg", codec: str = "libopus") -> bytes:
    stored = BytesIO()
    with av.open(stored, "w", format=container) as output:
        stream = output.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        samples = np.arange(round(seconds * 48_000))
        wave = (8000 * np.sin(2 * np.pi * 440 * samples / 48_000)).astype(np.int16)
        step = 960
        for position in range(0, len(wave), step):
            frame = av.AudioFrame.from_ndarray(wave[position : position + step].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, position
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return stored.getvalue()
