from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.photos.inspect import PhotoFacts, PhotoLimits, inspect_photo
from models.errors import InvalidInput
from tests.photos.pictures import corner_picture, encoded, exif


def refused(data: bytes | Path, limits: PhotoLimits | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        inspect_photo(data, limits or PhotoLimits())
    return refusal.value


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_accepted_kinds_are_told_by_their_bytes(image_format: str, tmp_path: Path) -> None:
    data = encoded(corner_picture(), image_format)
    facts = PhotoFacts(image_format, 600, 400, None, None, 1)
    assert inspect_photo(data) == facts
    misnamed = tmp_path / "report.txt"
    misnamed.write_bytes(data)
    assert inspect_photo(misnamed) == facts
    assert misnamed.read_bytes() == data


@pytest.mark.parametrize("image_format", ["GIF", "TIFF", "BMP", "AVIF"])
def test_other_images_are_named_and_refused(image_format: str) -> None:
    refusal = refused(encoded(corner_picture(60, 40), image_format))
    assert (refusal.code, refusal.params["format"]) == ("photo.unsupported", image_format)


def test_heic_is_named_and_refused() -> None:
    refusal = refused(struct.pack(">I", 24) + b"ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    assert (refusal.code, refusal.params["format"]) == ("photo.unsupported", "HEIC")


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is no image",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\x00" * 64,
    ],
    ids=["text", "svg", "eps", "zeros"],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    assert refused(data).code == "photo.not_an_image"


def test_nothing_is_refused(tmp_path: Path) -> None:
    assert refused(b"").code == "photo.empty"
    (tmp_path / "empty.jpg").touch()
    assert refused(tmp_path / "empty.jpg").code == "photo.empty"


def test_too_many_bytes_are_refused() -> None:
    assert refused(encoded(corner_picture()), PhotoLimits(max_bytes=100)).code == "photo.too_large"


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_a_cut_off_photo_is_refused(image_format: str, part: float) -> None:
    data = encoded(Image.effect_noise((300, 200), 60).convert("RGB"), image_format)
    assert refused(data[: int(len(data) * part)]).code == "photo.broken"
    assert refused(encoded(corner_picture(), "JPEG", progressive=True)[:-200]).code == "photo.broken"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("side", [7000, 12_000, 60_000])
def test_a_bomb_is_refused_by_its_header(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", never)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    assert refused(bomb).code == "photo.too_many_pixels"


def test_animated_files_count_as_their_first_frame() -> None:
    frames = [corner_picture(), Image.new("RGB", (600, 400), "blue")]
    for image_format in ("WEBP", "PNG"):
        data = encoded(frames[0], image_format, save_all=True, append_images=frames[1:])
        assert inspect_photo(data).width == 600
    two_in_one = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert inspect_photo(two_in_one).format == "JPEG"


@pytest.mark.parametrize(("orientation", "size"), [(1, (600, 400)), (3, (600, 400)), (6, (400, 600)), (8, (400, 600))])
def test_size_is_as_shown(orientation: int, size: tuple[int, int]) -> None:
    facts = inspect_photo(encoded(corner_picture(), exif=exif(orientation)))
    assert ((facts.width, facts.height), facts.orientation) == (size, orientation)


def test_the_time_is_utc_and_takes_the_files_offset_or_the_agencys() -> None:
    local = encoded(corner_picture(), exif=exif(taken="2026:03:05 09:20:11"))
    assert inspect_photo(local).exif_taken_at == datetime(2026, 3, 5, 1, 20, 11, tzinfo=UTC)
    abroad = encoded(corner_picture(), exif=exif(taken="2026:03:05 09:20:11", offset="+09:00"))
    assert inspect_photo(abroad).exif_taken_at == datetime(2026, 3, 5, 0, 20, 11, tzinfo=UTC)
    for nonsense in ("0000:00:00 00:00:00", "yesterday", ""):
        assert inspect_photo(encoded(corner_picture(), exif=exif(taken=nonsense))).exif_taken_at is None


def test_the_place_is_in_signed_degrees() -> None:
    north_east = {1: "N", 2: (38.0, 54.0, 36.0), 3: "E", 4: (121.0, 36.0, 0.0)}
    assert inspect_photo(encoded(corner_picture(), exif=exif(gps=north_east))).exif_place == (38.91, 121.6)
    south_west = {1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 0.0, 36.0)}
    assert inspect_photo(encoded(corner_picture(), exif=exif(gps=south_west))).exif_place == (-33.5, -70.01)
    for impossible in (
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "N"},
        {1: "N", 2: (1.0,), 3: "E"},
    ):
        assert inspect_photo(encoded(corner_picture(), exif=exif(gps=impossible))).exif_place is None


DAMAGEABLE = encoded(
    corner_picture(60, 40),
    exif=exif(6, "2026:03:05 09:20:11", "+08:00", {1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (4.0, 5.0, 6.0)}),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(2, 400), st.integers(0, 255), min_size=1, max_size=6))
def test_damage_gives_facts_or_a_coded_refusal_and_nothing_else(changes: dict[int, int]) -> None:
    damaged = bytearray(DAMAGEABLE)
    for position, value in changes.items():
        damaged[position] = value
    try:
        facts = inspect_photo(bytes(damaged))
    except InvalidInput as refusal:
        assert refusal.code.startswith("photo.")
    else:
        assert facts.format == "JPEG"
