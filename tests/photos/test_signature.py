from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from bot.photos.signature import MAX_BYTES, STORED_SIZE, clean_signature
from dialogs.papers.blocks import SignatureSlot, SignOff
from dialogs.papers.typst_pdf import render_pdf
from models.errors import InvalidInput
from tests.papers.sample_papers import paper
from tests.photos.pictures import encoded

STROKES = [(100, 150), (180, 90), (260, 160), (340, 80), (420, 150)]


def canvas(
    ground: tuple[int, int, int, int], ink: tuple[int, int, int, int], size: tuple[int, int] = (600, 240)
) -> bytes:
    picture = Image.new("RGBA", size, ground)
    ImageDraw.Draw(picture).line(STROKES, fill=ink, width=5)
    return encoded(picture, "PNG")


def cleaned(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(clean_signature(data)))
    assert (picture.format, picture.mode) == ("PNG", "LA")
    return picture


def refused(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        clean_signature(data)
    return refusal.value.code


@pytest.mark.parametrize(
    ("ground", "ink"),
    [
        ((255, 255, 255, 255), (0, 0, 0, 255)),
        ((255, 255, 255, 255), (20, 30, 140, 255)),
        ((0, 0, 0, 0), (0, 0, 0, 255)),
        ((0, 0, 0, 0), (255, 255, 255, 255)),
        ((255, 255, 255, 0), (10, 10, 10, 255)),
    ],
)
def test_ink_is_black_on_transparent_whatever_the_canvas(
    ground: tuple[int, int, int, int], ink: tuple[int, int, int, int]
) -> None:
    picture = cleaned(canvas(ground, ink))
    assert picture.getchannel("L").getextrema() == (0, 0)
    lowest, highest = picture.getchannel("A").getextrema()
    assert lowest == 0
    assert highest > 180


def test_it_is_cropped_to_the_ink_with_a_margin() -> None:
    picture = cleaned(canvas((0, 0, 0, 0), (0, 0, 0, 255), (2000, 1200)))
    left, top, right, bottom = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
    margins = (left, top, picture.width - right, picture.height - bottom)
    assert 315 < right - left < 340
    assert all(10 <= margin <= 30 for margin in margins)
    assert max(margins) - min(margins) <= 1


def test_the_same_drawing_gives_the_same_file_and_a_large_one_shrinks() -> None:
    assert clean_signature(canvas((0, 0, 0, 0), (0, 0, 0, 255))) == clean_signature(
        canvas((0, 0, 0, 0), (0, 0, 0, 255))
    )
    wide = Image.new("RGBA", (3600, 1500), (0, 0, 0, 0))
    ImageDraw.Draw(wide).line([(x * 7, y * 7) for x, y in STROKES], fill=(0, 0, 0, 255), width=30)
    size = cleaned(encoded(wide, "PNG")).size
    assert size[0] <= STORED_SIZE[0] and size[1] <= STORED_SIZE[1]


def test_blank_canvases_and_dots_are_refused() -> None:
    for ground in ((0, 0, 0, 0), (255, 255, 255, 255), (255, 255, 255, 0), (235, 235, 235, 255)):
        assert refused(encoded(Image.new("RGBA", (600, 240), ground), "PNG")) == "signature.blank"
    dot = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    ImageDraw.Draw(dot).ellipse((300, 100, 312, 112), fill=(0, 0, 0, 255))
    assert refused(encoded(dot, "PNG")) == "signature.blank"


def test_a_filled_canvas_is_no_signature() -> None:
    assert refused(encoded(Image.new("RGB", (600, 240), "black"), "PNG")) == "signature.not_drawn"


def test_too_large_ones_are_refused() -> None:
    assert refused(bytes(MAX_BYTES + 1)) == "signature.too_large"
    assert refused(encoded(Image.new("1", (5000, 5000)), "PNG")) == "signature.too_large"
    assert refused(encoded(Image.new("1", (15_000, 15_000)), "PNG")) == "signature.too_large"


def test_what_is_no_whole_png_is_refused() -> None:
    good = canvas((0, 0, 0, 0), (0, 0, 0, 255))
    for data in (b"", b"data:image/png;base64,", good[: len(good) // 2], encoded(Image.new("RGB", (60, 60)), "JPEG")):
        assert refused(data) == "signature.broken"


def test_a_cleaned_signature_goes_on_paper() -> None:
    slot = SignatureSlot("当事人", "王某", clean_signature(canvas((0, 0, 0, 0), (0, 0, 0, 255))))
    assert render_pdf(paper(SignOff((slot,)))).startswith(b"%PDF")
