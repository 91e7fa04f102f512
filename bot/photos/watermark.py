"""Views of a photo for people: with a band that says when, where and for which case, or small."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from bot.photos.inspect import opened
from dialogs.papers.fonts import LAST_RESORT, bundled_font
from dialogs.papers.layout import literal
from dialogs.papers.pictures import orientation, upright

# Below this the lines could not be read: a smaller photo is enlarged for the view.
LEAST_SIDE = 480
# The text height is this part of the shorter side; the band never takes more than this part of the height.
TEXT_PART, LEAST_TEXT, BAND_PART = 1 / 30, 9, 0.4
# libjpeg halves a picture in a third of the time that resampling takes: a view somewhat below `max_side` is
# worth that (12 megapixels give 2000 by 1500).
LEAST_PART_OF_SIDE = 0.75
LINE_HEIGHT = 1.35
BASELINE = 0.88  # of a Chinese character's square; a font's own ascent is more, and would push the text down
BAND_SHADE = 150  # of 255, dark enough for white text over a white wall
FACES_IN_COLLECTION = 10
NO_CHARACTER = "\U0010ffff"


def watermark(data: bytes, lines: Sequence[str], *, max_side: int = 2560, quality: int = 85) -> bytes:
    """A JPEG view of the photo, upright, without EXIF, `lines` in a dark band over its lower edge.

    Its longer side is `max_side` pixels at most, and of a larger photo three quarters of that at least.
    Long lines wrap; what no font has is written as `〔U+2EBF0〕`. Refuses as `inspect_photo` does.
    """
    view, profile = _view(data, max_side)
    shorter = min(view.size)
    if shorter < LEAST_SIDE:
        scale = min(LEAST_SIDE / shorter, max(1.0, max_side / max(view.size)))
        view = view.resize((round(view.width * scale), round(view.height * scale)), Image.Resampling.BICUBIC)
    _draw_band(view, [literal(line).replace("\n", " ") for line in lines])
    return _jpeg(view, profile, quality)


def thumbnail(data: bytes, side: int = 320) -> bytes:
    """A JPEG of at most `side` by `side` pixels, upright, without EXIF. Refuses as `inspect_photo` does."""
    view, profile = _view(data, side)
    return _jpeg(view, profile, 80)


def _view(data: bytes, max_side: int) -> tuple[Image.Image, bytes | None]:
    """The first frame, upright, in RGB and shrunk, with its colour profile (wide-gamut phones need it)."""
    with opened(data) as photo:
        turn = orientation(photo)
        photo.draft("RGB", _least_size(photo.size, max_side))
        photo.load()
        profile = photo.info.get("icc_profile") if photo.mode in ("RGB", "RGBA") else None
        view = _in_colour(photo)
        # Hamming is as sharp as bicubic to the eye when shrinking and takes two thirds of its time.
        view.thumbnail((max_side, max_side), Image.Resampling.HAMMING, reducing_gap=None)
    return upright(view, turn), profile


def _least_size(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """How small a JPEG decoder may make the picture while it decodes, in (width, height)."""
    scale = min(1.0, LEAST_PART_OF_SIDE * max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _in_colour(photo: Image.Image) -> Image.Image:
    """`photo` in RGB, on white where it is transparent; not copied when it is in RGB already."""
    if photo.mode == "RGB" and not photo.has_transparency_data:
        return photo
    if photo.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off rather than scale
        return photo.point(lambda value: value / 257).convert("L").convert("RGB")
    if not photo.has_transparency_data:
        return photo.convert("RGB")
    layered = photo.convert("RGBA")
    ground = Image.new("RGB", layered.size, "white")
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def _jpeg(view: Image.Image, profile: bytes | None, quality: int) -> bytes:
    stored = BytesIO()
    view.save(stored, "JPEG", quality=quality, icc_profile=profile, exif=b"", comment=b"")
    return stored.getvalue()


def _draw_band(view: Image.Image, lines: Sequence[str]) -> None:
    if not any(line.strip() for line in lines):
        return
    size = max(LEAST_TEXT, round(min(view.size) * TEXT_PART))
    while True:
        font = _font(size)
        pad = size // 2
        rows = [row for line in lines for row in _wrapped(_drawable(line, font), font, view.width - 2 * pad)]
        step = round(size * LINE_HEIGHT)
        height = step * (len(rows) - 1) + size + 2 * pad
        if height <= view.height * BAND_PART or size == LEAST_TEXT:
            break
        size = max(LEAST_TEXT, size * 4 // 5)
    top = max(0, view.height - height)
    band = view.crop((0, top, view.width, view.height))
    view.paste(Image.blend(band, Image.new("RGB", band.size), BAND_SHADE / 255), (0, top))
    pen = ImageDraw.Draw(view)
    first = top + pad + round(BASELINE * size)
    for position, row in enumerate(rows):
        pen.text((pad, first + position * step), row, fill="white", font=font, anchor="ls")


def _wrapped(line: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """`line` in pieces no wider than `width` pixels; Chinese may break after any character."""
    rows, row = [], ""
    for character in line:
        if row and font.getlength(row + character) > width:
            rows.append(row)
            row = ""
        row += character
    return [*rows, row] if row else rows


def _drawable(line: str, font: ImageFont.FreeTypeFont) -> str:
    return "".join(character if _has_glyph(character) else f"〔U+{ord(character):04X}〕" for character in line)


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    """Whether the font draws `character` as something else than its missing glyph."""
    font = _font(24)
    return bytes(font.getmask(character)) != bytes(font.getmask(NO_CHARACTER))


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The bundled face for Simplified Chinese; a collection's other faces draw the same codes differently."""
    for index in range(FACES_IN_COLLECTION):
        font = ImageFont.truetype(str(bundled_font()), size, index, layout_engine=ImageFont.Layout.BASIC)
        if font.getname()[0] == LAST_RESORT:
            return font
    raise LookupError(f"{bundled_font().name} holds no {LAST_RESORT}")
