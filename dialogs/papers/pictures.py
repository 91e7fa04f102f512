"""Make any picture fit to be embedded: upright, without metadata, no larger than paper can show."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image

from models.errors import InvalidInput

# 75 mm, the width of a picture on paper, holds about 880 pixels at 300 dpi; twice that allows for a full page.
LONGEST_SIDE = 1760
MOST_PIXELS = 89_000_000  # just under where Pillow itself warns of a decompression bomb
# Only formats whose decoders Pillow brings itself: EPS, for one, would start another program.
FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION_TAG = 0x0112
TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises on damaged EXIF, which nobody checks before it is read.
DAMAGED_EXIF = (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error)


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A JPEG or PNG file (`suffix` says which) and its size in pixels."""

    data: bytes
    suffix: str
    width: int
    height: int


def prepared(data: bytes) -> PreparedPicture:
    """`data` turned upright, shrunk to `LONGEST_SIDE` and saved anew without EXIF.

    Raises `InvalidInput` `paper.picture_broken` when it is no whole picture, `paper.picture_too_large` when
    its header announces more than `MOST_PIXELS`.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput("paper.picture_too_large", pixels=picture.width * picture.height)
            lossy = picture.format != "PNG"
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turn = orientation(picture)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
            return _saved(upright(picture, turn), lossy)
    except Image.DecompressionBombError as error:
        raise InvalidInput("paper.picture_too_large") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput("paper.picture_broken") from error


def orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 (upright) when it is absent or damaged."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except DAMAGED_EXIF:
        return 1
    return value if isinstance(value, int) and value in TRANSPOSITIONS else 1


def upright(picture: Image.Image, turn: int) -> Image.Image:
    """The picture as a viewer that obeys EXIF orientation `turn` shows it."""
    return picture.transpose(TRANSPOSITIONS[turn]) if turn in TRANSPOSITIONS else picture


def _saved(picture: Image.Image, lossy: bool) -> PreparedPicture:
    transparent = picture.has_transparency_data
    lossy = lossy and not transparent
    target = picture.convert("RGBA" if transparent else "RGB")
    target.info.clear()
    stored = BytesIO()
    target.save(stored, "JPEG" if lossy else "PNG", quality=85, optimize=True)
    return PreparedPicture(stored.getvalue(), "jpg" if lossy else "png", target.width, target.height)


def qr_png(text: str) -> bytes:
    """The QR code of `text` as PNG with a quiet zone of two modules; error correction M."""
    stored = BytesIO()
    segno.make(text, error="m", micro=False).save(stored, kind="png", scale=6, border=2)
    return stored.getvalue()
