"""Photos made for the tests: gradients, EXIF, damage."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def corner_picture(width: int = 600, height: int = 400) -> Image.Image:
    """Grey with a red upper left corner, so that orientation shows."""
    picture = Image.new("RGB", (width, height), (120, 120, 120))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    return picture


def encoded(picture: Image.Image, image_format: str = "JPEG", **options: object) -> bytes:
    stored = BytesIO()
    picture.save(stored, image_format, **options)
    return stored.getvalue()


def exif(
    orientation: int | None = None,
    taken: str | None = None,
    offset: str | None = None,
    gps: dict[int, object] | None = None,
) -> bytes:
    """An EXIF block with the given tags."""
    block = Image.Exif()
    if orientation is not None:
        block[0x0112] = orientation
    details = {tag: value for tag, value in ((0x9003, taken), (0x9011, offset)) if value is not None}
    if details:
        block.get_ifd(0x8769).update(details)
    if gps is not None:
        block.get_ifd(0x8825).update(gps)
    return block.tobytes()
