"""Small recordings made on the spot, in every container a phone, browser or body camera uses."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

CONTAINERS = {
    "voice.ogg": ("ogg", "libopus", 48000),
    "browser.webm": ("webm", "libopus", 48000),
    "plain.wav": ("wav", "pcm_s16le", 16000),
    "song.mp3": ("mp3", "libmp3lame", 44100),
    "memo.m4a": ("ipod", "aac", 44100),
    "raw.aac": ("adts", "aac", 44100),
    "old.amr": ("amr", "libopencore_amrnb", 8000),
    "exact.flac": ("flac", "flac", 16000),
}


def tone(seconds: float, rate: int = 16000) -> NDArray[np.int16]:
    """A quiet 440 Hz tone."""
    time = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16)


def write(path: Path, seconds: float = 2.0, video: bool = False) -> Path:
    """A tone of `seconds` at `path`, in the container its name asks for (CONTAINERS, or MP4 with a picture)."""
    kind, codec, rate = CONTAINERS.get(path.name, ("mp4", "aac", 44100))
    with av.open(str(path), "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        if video:
            _picture(container)
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray(tone(seconds, rate).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        for part in resampler.resample(frame):
            part.pts = None
            fifo.write(part)
        size = stream.codec_context.frame_size or 1024
        position = 0
        while (part := fifo.read(size, partial=fifo.samples < size)) is not None:
            part.pts, position = position, position + part.samples
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def _picture(container: object) -> None:
    stream = container.add_stream("mpeg4", rate=5)  # type: ignore[attr-defined]
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    for number in range(5):
        frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 40 * number, np.uint8), format="rgb24")
        container.mux(stream.encode(frame))  # type: ignore[attr-defined]
    container.mux(stream.encode(None))  # type: ignore[attr-defined]
