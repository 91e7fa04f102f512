"""The image holds what was received, under names every system takes, and no changed byte passes the reading back."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.disc_contents import Disc, Recording, disc_name
from bot.disc_image import check_disc, write_disc
from models.errors import Unavailable
from tests.disc.reading import files_on

SUBMITTED = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
HOSTILE = [
    "../../etc/passwd",
    "C:\\Windows\\autorun.inf",
    "=HYPERLINK(\"http://x\")&A1.wav",
    "现场\u202egpj.exe",
    "a\x00b\nc\td.mp3",
    "   ...   .ogg",
    "",
    "录" * 300 + ".wav",
    "𠮷𠮷𠮷问话;1.M4A",
    "CON.wav",
    "half\ud800.wav",
    "e\u0301.wav",
]  # fmt: skip


def recording(folder: Path, number: int, data: bytes, original: str = "现场录音.wav", **known: object) -> Recording:
    source = folder / f"source-{number}"
    source.write_bytes(data)
    made = Recording(
        evidence=number,
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        seconds=1.5,
        received_at=datetime(2026, 3, 4, 16, 5, tzinfo=UTC),
        officer="何庆云（LY211002001）",
        original=original,
        media_type="audio/wav",
    )
    return dataclasses.replace(made, **known)  # type: ignore[arg-type]


def disc(*recordings: Recording) -> Disc:
    return Disc(
        volume="C1R2",
        agency="辽阳市住房公积金管理中心",
        case="辽公积金案〔2026〕1号",
        title="音像记录光盘移交单",
        submitted_at=SUBMITTED,
        lines=(("光盘编号", "G-7"), ("移交的音像记录", "询问录音\n一段")),
        recordings=recordings,
    )


def written(made: Disc, path: Path) -> Path:
    write_disc(made, path, lambda done: None)
    return path


def test_the_round_trip(tmp_path: Path) -> None:
    first, second = b"RIFF" + os.urandom(70_001), b"short"
    made = disc(recording(tmp_path, 3, first), recording(tmp_path, 12, second, "", media_type="audio/ogg"))
    steps: list[float] = []
    write_disc(made, tmp_path / "image", steps.append)
    check_disc(made, tmp_path / "image", steps.append)
    assert steps and all(0 <= step <= 1 for step in steps)
    found = files_on(tmp_path / "image")
    assert list(found) == ["0003_现场录音.wav", "0012_录音录像.ogg", "manifest.csv", "manifest.json", "说明.txt"]
    assert (found["0003_现场录音.wav"], found["0012_录音录像.ogg"]) == (first, second)
    plain = files_on(tmp_path / "image", "iso_path")
    assert set(plain) == {"R000003.WAV;1", "R000012.OGG;1", "INFO1.CSV;1", "INFO2.JSON;1", "INFO3.TXT;1"}
    assert plain["R000003.WAV;1"] == first

    listed = json.loads(found["manifest.json"])
    assert listed["recordings"][0] == {
        "evidence": 3,
        "file": "0003_现场录音.wav",
        "sha256": hashlib.sha256(first).hexdigest(),
        "bytes": 70_005,
        "seconds": 1.5,
        "received_at": "2026-03-05T00:05:00+08:00",
        "officer": "何庆云（LY211002001）",
        "case": "辽公积金案〔2026〕1号",
        "original_name": "现场录音.wav",
    }
    rows = list(csv.reader(found["manifest.csv"].decode("utf-8-sig").splitlines()))
    assert rows[1][:4] == ["3", "0003_现场录音.wav", hashlib.sha256(first).hexdigest(), "70005"]
    assert len(rows) == 3 and len({len(row) for row in rows}) == 1
    explained = found["说明.txt"].decode("utf-8-sig")
    assert "录音录像2件，共70010字节" in explained
    assert "光盘编号：G-7\r\n移交的音像记录：询问录音 一段\r\n" in explained


def test_the_same_disc_gives_the_same_bytes_at_any_time_and_place(tmp_path: Path) -> None:
    made = disc(recording(tmp_path, 1, b"sound"))
    first = written(made, tmp_path / "first").read_bytes()
    time.sleep(1.1)
    code = "import sys, pickle; from bot.disc_image import write_disc; from pathlib import Path;"
    code += "write_disc(pickle.load(sys.stdin.buffer), Path(sys.argv[1]), lambda done: None)"
    import pickle

    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "second")],
        input=pickle.dumps(made),
        env={**os.environ, "TZ": "America/New_York"},
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert (tmp_path / "second").read_bytes() == first


def test_hostile_names_become_safe_and_stay_apart(tmp_path: Path) -> None:
    made = disc(*(recording(tmp_path, n, bytes([n]), name) for n, name in enumerate(HOSTILE, start=1)))
    names = [disc_name(one) for one in made.recordings]
    assert names[0] == "0001_passwd.wav" and names[1] == "0002_autorun.inf.wav"
    assert names[3] == "0004_现场gpj.exe.wav" and names[4] == "0005_abcd.mp3" and names[11] == "0012_é.wav"
    check_disc(made, written(made, tmp_path / "image"), lambda done: None)
    found = files_on(tmp_path / "image")
    assert set(names) < set(found)
    for number, name in enumerate(names, start=1):
        assert found[name] == bytes([number])
        assert len(name.encode()) <= 64 and not set(name) & set('\\/:*?"<>|;\x00\n\u202e')
        assert name.rpartition(".")[2] in ("wav", "mp3", "ogg", "m4a")
    rows = list(csv.reader(found["manifest.csv"].decode("utf-8-sig").splitlines()))
    assert rows[3][-1].startswith("'="), "a spreadsheet must not run it"
    assert len(rows) == len(HOSTILE) + 1


def test_a_changed_source_never_becomes_a_disc(tmp_path: Path) -> None:
    made = disc(recording(tmp_path, 1, b"as received"), recording(tmp_path, 2, b"as received too"))
    made.recordings[1].source.write_bytes(b"as received TOO")
    with pytest.raises(Unavailable) as refusal:
        check_disc(made, written(made, tmp_path / "image"), lambda done: None)
    assert refusal.value.code == "disc.not_verified"
    assert refusal.value.params == {"file": "0002_现场录音.wav"}


@pytest.mark.parametrize("what", [b"the sound itself", "0001_现场".encode("utf-16-be"), b'"evidence": 1', b"CD001"])
def test_one_flipped_byte_of_the_image_is_noticed(tmp_path: Path, what: bytes) -> None:
    made = disc(recording(tmp_path, 1, b"the sound itself" * 200))
    image = written(made, tmp_path / "image")
    data = bytearray(image.read_bytes())
    data[data.index(what) + len(what) - 1] ^= 0x01
    image.write_bytes(data)
    with pytest.raises(Unavailable) as refusal:
        check_disc(made, image, lambda done: None)
    assert refusal.value.code == "disc.not_verified"


def test_a_file_too_many_or_too_few_is_noticed(tmp_path: Path) -> None:
    one, two = recording(tmp_path, 1, b"one"), recording(tmp_path, 2, b"two")
    image = written(disc(one, two), tmp_path / "image")
    for other in (disc(one), disc(one, two, recording(tmp_path, 3, b"three"))):
        with pytest.raises(Unavailable):
            check_disc(other, image, lambda done: None)
    cut = tmp_path / "cut"
    shutil.copy(image, cut)
    os.truncate(cut, 20 * 2048)
    with pytest.raises(Unavailable):
        check_disc(disc(one, two), cut, lambda done: None)


def test_memory_does_not_grow_with_the_recordings(tmp_path: Path) -> None:
    size = 48 * 1024**2
    source = tmp_path / "large"
    with source.open("wb") as file:
        file.truncate(size)
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    large = dataclasses.replace(recording(tmp_path, 1, b""), source=source, size=size, sha256=sha256)
    tracemalloc.start()
    try:
        check_disc(disc(large), written(disc(large), tmp_path / "image"), lambda done: None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024**2, f"{peak / 1024**2:.1f} MiB"
