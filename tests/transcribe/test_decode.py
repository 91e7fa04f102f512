"""Every container decodes; everything else is refused with its code."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from models.errors import InvalidInput
from tests.support.need import need
from tests.transcribe.sound import CONTAINERS, write
from transcribe.decode import SAMPLE_RATE, decode, probe
from transcribe.progress import Cancelled


@pytest.mark.parametrize("name", [*CONTAINERS, "camera.mp4"])
def test_every_container_yields_its_sound(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, seconds=2.0, video=name == "camera.mp4")
    audio = decode(path)
    assert audio.duration == pytest.approx(2.0, abs=0.15)
    assert audio.samples.dtype == np.int16
    middle = audio.floats(0.5, 1.5)
    assert len(middle) == SAMPLE_RATE
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)
    assert not audio.truncated


@pytest.mark.parametrize("name", [*CONTAINERS, "camera.mp4"])
def test_probe_measures_without_decoding_all(tmp_path: Path, name: str) -> None:
    facts = probe(write(tmp_path / name, seconds=3.0, video=name == "camera.mp4"))
    assert facts.duration == pytest.approx(3.0, abs=0.2)
    assert facts.channels == 1
    assert facts.has_video == (name == "camera.mp4")


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    real = write(tmp_path / "plain.wav").rename(tmp_path / "holiday.jpg")
    assert decode(real).duration == pytest.approx(2.0, abs=0.01)


def refused(path: Path, code: str, **limits: float) -> InvalidInput:
    with pytest.raises(InvalidInput) as fault:
        decode(path, **limits)
    assert fault.value.code == code
    return fault.value


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.ogg").touch()
    refused(tmp_path / "a.ogg", "audio.empty")


def test_text_named_ogg(tmp_path: Path) -> None:
    (tmp_path / "a.ogg").write_text("这不是录音。\n" * 500, encoding="utf-8")
    refused(tmp_path / "a.ogg", "audio.undecodable")
    with pytest.raises(InvalidInput):
        probe(tmp_path / "a.ogg")


def test_noise_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(np.random.default_rng(7).bytes(60_000))
    refused(tmp_path / "a.mp3", "audio.undecodable")


def test_a_playlist_cannot_reach_other_files(tmp_path: Path) -> None:
    real = write(tmp_path / "plain.wav")
    playlist = tmp_path / "list.ogg"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{real}\n#EXT-X-ENDLIST\n")
    refused(playlist, "audio.undecodable")
    playlist.write_text(f"ffconcat version 1.0\nfile {real}\n")
    refused(playlist, "audio.undecodable")


def test_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    refused(path, "audio.no_sound_track")


def test_too_long_stops_early(tmp_path: Path) -> None:
    fault = refused(write(tmp_path / "voice.ogg", seconds=5.0), "audio.too_long", limit=2.0)
    assert fault.params["limit"] == 2.0
    assert float(str(fault.params["seconds"])) > 2.0


@pytest.mark.parametrize("name", ["voice.ogg", "plain.wav", "exact.flac"])
def test_truncated_file_gives_what_is_there(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, seconds=6.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    audio = decode(path)
    assert 1.0 < audio.duration < 5.0
    assert audio.truncated


def test_truncated_mp4_without_its_index_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "camera.mp4", seconds=4.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(path, "audio.undecodable")


def test_decoding_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        decode(write(tmp_path / "plain.wav"), cancelled=lambda: True)


def test_decoded_sound_lies_in_a_file_that_nobody_has_to_remove(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "voice.ogg", seconds=200.0), tmp_path / "sound"
    folder.mkdir()
    seen: list[tuple[float, float]] = []
    audio = decode(path, progress=lambda done, promised: seen.append((done, promised)), folder=folder)
    assert list(folder.iterdir()) == [], "gone with the process, however it ends"
    assert held_in_memory(folder) < 2**20
    assert audio.floats(0.0, 200.0).any() and len(audio.floats(150.0, 151.0)) == SAMPLE_RATE
    assert held_in_memory(folder) < 2**20, "what was read is let go of"
    assert seen == sorted(seen) and 195 < seen[-1][0] < 205 and seen[-1][1] == pytest.approx(200, abs=1)


def held_in_memory(folder: Path) -> int:
    """Bytes of files in `folder`, named or not, that count as this process's memory."""
    maps = Path("/proc/self/smaps")
    need(maps.is_file(), "the memory maps of Linux")
    held, counts = 0, False
    for line in maps.read_text().splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            counts = str(folder) in line
        elif first == "Rss:" and counts:
            held += int(rest[0]) * 1024
    return held
