"""Make any picture fit to be embedded: upright, without metadata, no larger than paper can show."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image, ImageOps

from models.errors import InvalidInput

# 75 mm, the width of a picture on paper, holds about 880 pixels at 300 dpi; twice that allows for a full page.
LONGEST_SIDE = 1760
MOST_PIXELS = 120_000_000


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
        with Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput("paper.picture_too_large", pixels=picture.width * picture.height)
            lossy = picture.format != "PNG"
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _saved(upright, lossy)
    except Image.DecompressionBombError as error:
        raise InvalidInput("paper.picture_too_large") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput("paper.picture_broken") from error


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
