"""Accept a signature drawn on a canvas: really drawn, cropped to its ink, in one form whatever the browser."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageChops

from models.errors import InvalidInput

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 16_000_000
# Paper shows 42 by 11 mm: 1000 pixels there are 600 dpi.
STORED_SIZE = (1000, 400)
LEAST_INK = 64  # of 255: lighter is paper, shadow or compression noise
# A signature is a line of some length: a tap, a speck or a filled canvas is none.
LEAST_INK_PIXELS = 60
LEAST_EXTENT_PIXELS, LEAST_EXTENT_PART = 16, 0.04
MOST_COVERED_PART = 0.6
MARGIN_PART = 0.06


def clean_signature(data: bytes) -> bytes:
    """Black ink on a transparent ground as PNG, cropped with a margin, at most `STORED_SIZE`.

    `data` is a PNG with a transparent or white ground; of a transparent one the ink's colour does not matter.
    Raises `InvalidInput`: `signature.too_large` (bytes or pixels), `signature.broken` (no whole PNG),
    `signature.blank` (too little ink or a mere dot), `signature.not_drawn` (the canvas is nearly filled).
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput("signature.too_large", bytes=len(data), max_bytes=MAX_BYTES)
    ink = _ink(data)
    drawn = ink.point([0] * LEAST_INK + [255] * (256 - LEAST_INK))
    box = drawn.getbbox()
    count = drawn.histogram()[255]
    least_extent = max(LEAST_EXTENT_PIXELS, LEAST_EXTENT_PART * max(ink.size))
    if box is None or count < LEAST_INK_PIXELS or max(box[2] - box[0], box[3] - box[1]) < least_extent:
        raise InvalidInput("signature.blank")
    if count > MOST_COVERED_PART * ink.width * ink.height:
        raise InvalidInput("signature.not_drawn")
    return _stored(ImageChops.multiply(ink, drawn), box)


def _ink(data: bytes) -> Image.Image:
    """How much ink each pixel holds, 0 to 255."""
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as canvas:
            if canvas.width * canvas.height > MAX_PIXELS:
                raise InvalidInput("signature.too_large", pixels=canvas.width * canvas.height, max_pixels=MAX_PIXELS)
            layered = canvas.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise InvalidInput("signature.too_large", max_pixels=MAX_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInput("signature.broken") from error
    alpha = layered.getchannel("A")
    lowest, _ = alpha.getextrema()
    if lowest == 0:
        return alpha
    return ImageChops.invert(layered.convert("L"))


def _stored(ink: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    margin = round(MARGIN_PART * max(box[2] - box[0], box[3] - box[1])) + 1
    cropped = ink.crop((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
    cropped.thumbnail(STORED_SIZE, Image.Resampling.LANCZOS)
    signature = Image.new("LA", cropped.size, 0)
    signature.putalpha(cropped)
    stored = BytesIO()
    signature.save(stored, "PNG", optimize=True)
    return stored.getvalue()
