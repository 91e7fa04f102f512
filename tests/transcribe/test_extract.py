"""Extracts of recordings: the right seconds of whatever a phone or browser recorded."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from models.errors import InvalidInput
from transcribe.extract import LONGEST, cut

RATE = 48_000


def scale(seconds: int, container: str, codec: str) -> bytes:
    """Each second a tone of its own: 400 Hz, 500 Hz, 600 Hz, …"""
    stored = io.BytesIO()
    with av.open(stored, "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE, layout="mono")
        at = np.arange(seconds * RATE)
        wave = (9000 * np.sin(2 * np.pi * (400 + 100 * (at // RATE)) * at / RATE)).astype(np.int16)
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=RATE, frame_size=960)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), "s16", "mono")
        frame.sample_rate = RATE
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return stored.getvalue()


def read(data: bytes) -> tuple[np.ndarray, dict[str, str]]:
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        return np.concatenate(frames), {**container.metadata, **container.streams.audio[0].metadata}


def pitch(sound: np.ndarray) -> float:
    """Hertz of the loudest tone."""
    return float(np.abs(np.fft.rfft(sound)).argmax() * RATE / len(sound))


@pytest.mark.parametrize(
    ("container", "codec"),
    [("ogg", "libopus"), ("webm", "libopus"), ("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("mp4", "aac")],
)
def test_the_seconds_asked_for_and_no_others(container: str, codec: str) -> None:
    recording = scale(20, container, codec)
    sound, said = read(cut(io.BytesIO(recording), 12.0, 14.0, "录音录像7号摘录"))
    assert len(sound) / RATE == pytest.approx(2.0, abs=0.05)
    middle = RATE // 5  # away from where the tones meet: codecs delay by some hundredths
    assert pitch(sound[middle : RATE - middle]) == pytest.approx(1600, abs=4)
    assert pitch(sound[RATE + middle : 2 * RATE - middle]) == pytest.approx(1700, abs=4)
    assert said["title"] == "录音录像7号摘录"


def test_one_moment_gives_one_file() -> None:
    recording = scale(4, "ogg", "libopus")
    assert cut(io.BytesIO(recording), 1.0, 2.0, "x") == cut(io.BytesIO(recording), 1.0, 2.0, "x")


def test_the_ends_of_a_recording() -> None:
    recording = scale(4, "ogg", "libopus")
    assert len(read(cut(io.BytesIO(recording), 3.0, 9.0, "x"))[0]) / RATE == pytest.approx(1.0, abs=0.05)
    assert pitch(read(cut(io.BytesIO(recording), 0.0, 1.0, "x"))[0]) == pytest.approx(400, abs=4)
    with pytest.raises(InvalidInput, match=r"audio\.empty"):
        cut(io.BytesIO(recording), 5.0, 6.0, "x")
    with pytest.raises(InvalidInput, match=r"audio\.undecodable"):
        cut(io.BytesIO(b"no sound"), 0.0, 1.0, "x")


def test_an_extract_is_never_the_whole_of_a_long_recording() -> None:
    recording = scale(int(LONGEST) + 20, "ogg", "libopus")
    assert len(read(cut(io.BytesIO(recording), 1.0, 1e9, "x"))[0]) / RATE == pytest.approx(LONGEST, abs=0.05)


def test_what_is_around_a_damaged_packet_is_heard() -> None:
    recording = bytearray(scale(6, "ogg", "libopus"))
    at = len(recording) // 2
    recording[at : at + 40] = bytes(40)
    assert len(read(cut(io.BytesIO(bytes(recording)), 1.0, 5.5, "x"))[0]) / RATE > 3
