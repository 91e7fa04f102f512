"""Some seconds of a recording as a voice message (OGG/Opus), to be heard beside the line written from them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from models.errors import InvalidInput
from transcribe.decode import opened, packet_seconds

LONGEST = 180.0
"""Seconds; a line of a draft takes less."""

_RATE = 48_000  # what Opus is coded at (RFC 7845)
_FRAME = 960  # 20 ms
_BITS = 32_000
_BEFORE = 1.0  # seconds decoded ahead, in which decoders settle (Opus needs 0.08: RFC 7845, 4.6)


def cut(source: BinaryIO, start: float, end: float, title: str) -> bytes:
    """The sound from `start` to `end` seconds, at most LONGEST, mono; `title` stands in the file itself.

    Times count as `transcribe.decode.decode` counts them: by the sound there is, not by time stamps, which lie where
    a recorder paused. So nothing is sought: packets before `start` are walked over, undecoded. Raises InvalidInput
    `audio.empty` when there is no such moment, and what `opened` raises.
    """
    end = min(end, start + LONGEST)
    with opened(source, title) as (container, stream):
        sound = np.concatenate([np.zeros(0, np.int16), *_between(container, stream, start, end)])
    if not len(sound):
        raise InvalidInput("audio.empty", name=title)
    return _opus(sound, title)


def _between(container: Any, stream: Any, start: float, end: float) -> Iterator[NDArray[np.int16]]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    walked = 0.0
    at: int | None = None  # samples before the next one decoded
    first, last = round(start * _RATE), round(end * _RATE)
    for packet in container.demux(stream):
        length = packet_seconds(packet, walked, stream)
        if walked + length >= start - _BEFORE or at is not None:
            at = round(walked * _RATE) if at is None else at
            for block in _decoded(packet, resampler):
                yield block[max(0, first - at) : max(0, last - at)]
                at += len(block)
            if at >= last:
                return
        walked += length


def _decoded(packet: Any, resampler: Any) -> Iterator[NDArray[np.int16]]:
    try:
        for frame in packet.decode():
            frame.pts = None
            for part in resampler.resample(frame):
                yield part.to_ndarray().reshape(-1)
    except (av.error.FFmpegError, ValueError):
        return  # a damaged packet: what is around it can be heard


def _opus(sound: NDArray[np.int16], title: str) -> bytes:
    target = io.BytesIO()
    # The same moment gives the same bytes: without this the container draws a random serial number.
    with av.open(target, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        container.metadata["title"] = title
        stream = container.add_stream("libopus", rate=_RATE, layout="mono")
        stream.bit_rate = _BITS
        for position in range(0, len(sound), _FRAME):
            part = sound[position : position + _FRAME]
            frame = AudioFrame.from_ndarray(np.pad(part, (0, _FRAME - len(part))).reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = _RATE, position, Fraction(1, _RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
