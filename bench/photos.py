"""Watermarking a 12-megapixel photo against Pillow's own decoding and encoding of the same, in the same run.

`python -m bench.photos` prints the rows as JSON.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from bot.photos.inspect import inspect_photo
from bot.photos.watermark import thumbnail, watermark

LINES = ("2026-03-05 09:20:11 某某市某某区某某路 1 号", "某财执立〔2026〕第 1 号 李某 张某某")
ROUNDS = 7


def photo_like(width: int = 4000, height: int = 3000) -> bytes:
    """A JPEG with what makes photos slow: soft gradients, edges and sensor noise in every block."""
    ramp = Image.linear_gradient("L").resize((width, height))
    round_light = Image.radial_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (ramp, round_light, ImageChops.invert(ramp)))
    pen = ImageDraw.Draw(picture)
    for step in range(0, width, 97):
        pen.rectangle((step, step * 5 % height, step + 60, step * 5 % height + 220), fill=(step % 255, 90, 160))
    noise = Image.effect_noise((width, height), 30).convert("RGB")
    stored = BytesIO()
    Image.blend(picture, noise, 0.3).save(stored, "JPEG", quality=90)
    return stored.getvalue()


def pillow_alone(data: bytes) -> bytes:
    """Decode and encode at full size: what a view costs that Pillow makes with no thought."""
    stored = BytesIO()
    with Image.open(BytesIO(data)) as picture:
        picture.save(stored, "JPEG", quality=85)
    return stored.getvalue()


def pillow_shrunk(data: bytes, side: int) -> bytes:
    """Decode, `thumbnail` as documented, encode."""
    stored = BytesIO()
    with Image.open(BytesIO(data)) as picture:
        picture.thumbnail((side, side))
        picture.save(stored, "JPEG", quality=85)
    return stored.getvalue()


def rows() -> list[dict[str, object]]:
    """One row a task: `ours` and `peer` are median milliseconds of interleaved rounds; below 1 is faster."""
    data = photo_like()
    tasks: list[tuple[str, Callable[[], object], Callable[[], object], str]] = [
        (
            "watermark, 12 megapixels",
            lambda: watermark(data, LINES),
            lambda: pillow_alone(data),
            "ours: view of at most 2560 pixels with band; peer: Pillow decode and encode at full size",
        ),
        (
            "watermark, 12 megapixels, same size of view",
            lambda: watermark(data, LINES),
            lambda: pillow_shrunk(data, 2000),
            "peer: Pillow decode, thumbnail to 2000 pixels (the size ours gives), encode, no band",
        ),
        (
            "thumbnail, 12 megapixels",
            lambda: thumbnail(data),
            lambda: pillow_shrunk(data, 320),
            "peer: Pillow thumbnail to 320 pixels",
        ),
        (
            "inspect, 12 megapixels",
            lambda: inspect_photo(data),
            lambda: Image.open(BytesIO(data)).load(),
            "ours reads EXIF and proves the file whole; peer: Pillow decode",
        ),
    ]
    return [_row(*task) for task in tasks]


def _row(name: str, ours: Callable[[], object], peer: Callable[[], object], note: str) -> dict[str, object]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for run, times in zip((ours, peer), taken, strict=True):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1000)
    medians = [round(statistics.median(times), 1) for times in taken]
    ratio = round(medians[0] / medians[1], 2)
    return {"name": name, "ours": medians[0], "peer": medians[1], "unit": "ms", "ratio": ratio, "note": note}


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
