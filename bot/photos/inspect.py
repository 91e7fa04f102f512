"""Find out what an uploaded photo is, from its bytes alone: neither name nor declared type is believed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from dialogs.papers.pictures import DAMAGED_EXIF, FORMATS, MOST_PIXELS, orientation
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput

# Cameras write local time; those that name no offset are taken to stand where the agency stands.
CAMERA_ZONE = SHANGHAI
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
TAKEN_AT, TAKEN_AT_OFFSET = 0x9003, 0x9011
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4
UNSUPPORTED = {b"GIF8": "GIF", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"BM": "BMP", b"%PDF": "PDF", b"8BPS": "PSD"}
CONTAINER_BRANDS = {
    b"avif": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
}


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What is accepted. PNG and WebP are decoded whole, where JPEG is shrunk while it is decoded."""

    max_bytes: int = 50 * 1024 * 1024
    max_pixels: int = MOST_PIXELS
    max_pixels_decoded_whole: int = 40_000_000


DEFAULT_LIMITS = PhotoLimits()


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """`width` and `height` in pixels as shown (orientation applied); `orientation` is EXIF's 1 to 8.

    `exif_taken_at` is aware UTC and `exif_place` (latitude, longitude) in degrees, both as the file claims.
    """

    format: str
    width: int
    height: int
    exif_taken_at: datetime | None
    exif_place: tuple[float, float] | None
    orientation: int


def inspect_photo(data: bytes | Path, limits: PhotoLimits = DEFAULT_LIMITS) -> PhotoFacts:
    """What the photo is; the first frame of an animated one.

    Raises `InvalidInput`: `photo.empty`, `photo.too_large` (bytes), `photo.not_an_image`,
    `photo.unsupported` (an image of a kind not accepted; `format` names it), `photo.too_many_pixels`
    (judged by the header, before anything is decoded) and `photo.broken` (cut short or damaged).
    """
    with opened(data, limits) as photo:
        turn = orientation(photo)
        width, height = photo.size if turn < 5 else photo.size[::-1]
        facts = PhotoFacts(
            "JPEG" if photo.format == "MPO" else str(photo.format), width, height, taken_at(photo), place(photo), turn
        )
        photo.draft("L", (max(1, width // 8), max(1, height // 8)))
        photo.load()
    return facts


@contextmanager
def opened(data: bytes | Path, limits: PhotoLimits = DEFAULT_LIMITS) -> Iterator[Image.Image]:
    """The photo, identified and within limits but not decoded; refusals as in `inspect_photo`.

    Faults of decoding inside the `with` block become `photo.broken`, too.
    """
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size == 0:
        raise InvalidInput("photo.empty")
    if size > limits.max_bytes:
        raise InvalidInput("photo.too_large", bytes=size, max_bytes=limits.max_bytes)
    with data.open("rb") if isinstance(data, Path) else BytesIO(data) as stream, _identified(stream) as photo:
        _check_pixels(photo, limits)
        try:
            yield photo
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise InvalidInput("photo.broken") from error


def _identified(stream: BinaryIO) -> Image.Image:
    head = stream.read(32)
    stream.seek(0)
    try:
        return Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise InvalidInput("photo.too_many_pixels", max_pixels=MOST_PIXELS) from error
    except UnidentifiedImageError as error:
        raise _refusal(head) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInput("photo.broken") from error


def _refusal(head: bytes) -> InvalidInput:
    known = next((name for magic, name in UNSUPPORTED.items() if head.startswith(magic)), None)
    if head[4:8] == b"ftyp":
        known = CONTAINER_BRANDS.get(head[8:12])
    if known is not None:
        return InvalidInput("photo.unsupported", format=known)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or head[8:12] == b"WEBP":
        return InvalidInput("photo.broken")
    return InvalidInput("photo.not_an_image")


def _check_pixels(photo: Image.Image, limits: PhotoLimits) -> None:
    pixels = photo.width * photo.height
    shrinks = photo.format in ("JPEG", "MPO")
    most = limits.max_pixels if shrinks else min(limits.max_pixels, limits.max_pixels_decoded_whole)
    if pixels > most:
        raise InvalidInput("photo.too_many_pixels", pixels=pixels, max_pixels=most)


def taken_at(photo: Image.Image) -> datetime | None:
    """EXIF DateTimeOriginal with its offset (or `CAMERA_ZONE`) as UTC; None when absent or damaged."""
    try:
        tags = photo.getexif().get_ifd(EXIF_IFD)
        taken = datetime.strptime(str(tags[TAKEN_AT]).strip("\x00 "), "%Y:%m:%d %H:%M:%S")
        if offset := str(tags.get(TAKEN_AT_OFFSET, "")).strip("\x00 "):
            return datetime.strptime(f"{taken:%Y-%m-%d %H:%M:%S} {offset}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
        return taken.replace(tzinfo=CAMERA_ZONE).astimezone(UTC)
    except (*DAMAGED_EXIF, OverflowError):
        return None


def place(photo: Image.Image) -> tuple[float, float] | None:
    """EXIF GPS position in degrees (WGS 84, north and east positive); None when absent or impossible."""
    try:
        tags = photo.getexif().get_ifd(GPS_IFD)
        latitude = _degrees(tags[LATITUDE], negative=tags[LATITUDE_REF] == "S")
        longitude = _degrees(tags[LONGITUDE], negative=tags[LONGITUDE_REF] == "W")
    except (*DAMAGED_EXIF, ArithmeticError):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def _degrees(parts: tuple[float, float, float], *, negative: bool) -> float:
    """Degrees of (degrees, minutes, seconds); NaN where EXIF holds 0/0, which no range accepts."""
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return math.copysign(round(value, 7), -1 if negative else 1)
