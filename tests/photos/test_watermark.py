from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.photos import watermark as module
from bot.photos.watermark import thumbnail, watermark
from models.errors import InvalidInput
from tests.photos.pictures import corner_picture, encoded, exif

LINES = ("2026-03-05 09:20:11 某某市某某区某某路 1 号", "某财执立〔2026〕第 1 号 李某 张某某")


def decoded(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    assert picture.format == "JPEG"
    picture.load()
    return picture


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, green, blue = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))  # type: ignore[misc]
    return red > 150 and green < 90 and blue < 90


def test_only_the_band_is_changed_and_the_original_never() -> None:
    data = encoded(corner_picture(1200, 900), quality=95)
    before = hashlib.sha256(data).hexdigest()
    plain, marked = decoded(watermark(data, ())), decoded(watermark(data, LINES))
    assert marked.size == (1200, 900)
    changed = ImageChops.difference(plain, marked).convert("L").point([0] * 17 + [255] * 239).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert (left, right, bottom) == (0, 1200, 900)
    assert 900 * 0.75 < top < 900 * 0.95
    brightest = marked.convert("L").crop((0, top, 1200, 900)).getextrema()[1]
    assert brightest > 230
    assert hashlib.sha256(data).hexdigest() == before


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0.1, 0.1)),
        (2, (0.9, 0.1)),
        (3, (0.9, 0.9)),
        (4, (0.1, 0.9)),
        (5, (0.1, 0.1)),
        (6, (0.9, 0.1)),
        (7, (0.9, 0.9)),
        (8, (0.1, 0.9)),
    ],
)
def test_views_are_upright_and_without_exif(orientation: int, corner: tuple[float, float]) -> None:
    data = encoded(corner_picture(), exif=exif(orientation, taken="2026:03:05 09:20:11"), comment=b"secret")
    for view in (decoded(watermark(data, ())), decoded(thumbnail(data))):
        assert is_red(view, *corner)
        assert not dict(view.getexif())
        assert "comment" not in view.info
        assert (view.width > view.height) == (orientation < 5)


def test_views_keep_to_their_sizes() -> None:
    data = encoded(corner_picture(4000, 3000))
    view = decoded(watermark(data, LINES))
    assert 1920 <= view.width <= 2560
    assert view.width * 3 == view.height * 4
    assert max(decoded(watermark(data, LINES, max_side=1000)).size) <= 1000
    assert decoded(thumbnail(data)).size == (320, 240)
    small = decoded(watermark(encoded(corner_picture(120, 60)), LINES))
    assert small.size == (960, 480)
    assert max(decoded(watermark(encoded(corner_picture(3000, 2)), LINES)).size) <= 2560


def test_much_text_stays_in_two_fifths_of_the_photo() -> None:
    data = encoded(Image.new("RGB", (900, 900), "white"), quality=95)
    marked = decoded(watermark(data, ["某某市某某区某某街道" * 12] * 3)).convert("L")
    assert marked.crop((0, 0, 900, 500)).getextrema()[0] > 250
    assert marked.crop((0, 700, 900, 900)).getextrema()[0] < 130


def test_chinese_has_glyphs_and_missing_ones_are_named() -> None:
    missing = bytes(module._font(24).getmask(module.NO_CHARACTER))
    for character in "执法记录仪某市〔２〕龘":
        assert bytes(module._font(24).getmask(character)) != missing
    assert module._drawable("张\ue123某\U0002ebf0", module._font(24)) == "张〔U+E123〕某〔U+2EBF0〕"
    assert module._font(24).getname()[0] == "Noto Sans CJK SC"


def test_transparency_becomes_white_and_deep_grey_is_scaled() -> None:
    clear = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((0, 0, 99, 99), fill=(220, 20, 20, 255))
    view = decoded(watermark(encoded(clear, "PNG"), ()))
    assert is_red(view, 0.05, 0.05)
    assert view.getpixel((400, 400)) == (255, 255, 255)
    deep = Image.new("I;16", (500, 500), 0x8000)
    assert abs(decoded(watermark(encoded(deep, "PNG"), ())).getpixel((9, 9))[0] - 127) < 4  # type: ignore[index]
    for mode in ("L", "P", "1", "LA", "CMYK"):
        image_format = "JPEG" if mode == "CMYK" else "PNG"
        assert decoded(thumbnail(encoded(corner_picture().convert(mode), image_format))).mode == "RGB"


def test_control_characters_and_line_breaks_do_no_harm() -> None:
    data = encoded(corner_picture())
    assert watermark(data, ["一\n二\x00三\u202e"]) == watermark(data, ["一 二三"])


@pytest.mark.parametrize(("data", "code"), [(b"", "photo.empty"), (b"text", "photo.not_an_image")])
def test_refusals_are_those_of_inspection(data: bytes, code: str) -> None:
    for make in (lambda: watermark(data, LINES), lambda: thumbnail(data)):
        with pytest.raises(InvalidInput) as refusal:
            make()
        assert refusal.value.code == code


def test_a_cut_off_photo_is_refused() -> None:
    data = encoded(Image.effect_noise((600, 400), 50).convert("RGB"))
    with pytest.raises(InvalidInput) as refusal:
        thumbnail(data[: len(data) // 2])
    assert refusal.value.code == "photo.broken"
