"""Any recording a phone, browser or body camera makes -> 16 kHz mono samples, decoded block by block.

Headers are never believed: browser recordings carry no duration, hostile ones a false one. What counts is what
the decoder (PyAV with its own FFmpeg) really yields, under a limit checked as it yields.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidInput
from transcribe.progress import IsCancelled, Progress, never, stop_if, unreported

SAMPLE_RATE = 16_000
DEFAULT_LIMIT_SECONDS = 4 * 3600.0

# Demuxers that read this one file and nothing else: a playlist posing as a recording must not make FFmpeg open
# other files or addresses.
_DEMUXERS = "ogg,matroska,webm,wav,w64,mp3,mov,mp4,m4a,3gp,3g2,mj2,aac,amr,amrnb,amrwb,flac,avi,mpegts,mpeg,asf"
_OPTIONS = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
_TRUNCATION_SECONDS = 1.0
_OGG_PAGE = b"OggS"
_OGG_TAIL_BYTES = 1 << 17
_RIFF = b"RIFF"
_RIFF_UNKNOWN = 0xFFFFFF00
_CREATION_TAGS = ("com.apple.quicktime.creationdate", "creation_time")  # the first names its zone
_EARLIEST_YEAR = 2000  # MP4 counts from 1904 and calendars from 1970: both mean 'never set'

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class AudioFacts:
    """What a recording is. `duration` in seconds, measured over its packets (0.0 when it has none)."""

    duration: float
    codec: str
    channels: int
    has_video: bool


@dataclass(frozen=True)
class Audio:
    """Sound as 16 kHz mono int16 `samples`; `truncated` when the file promised more than could be decoded.

    Of decoded recordings the samples lie in a file and only what is being read is in memory: ask for it by `floats`.
    """

    samples: Samples
    truncated: bool = False

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE

    def floats(self, start: float, end: float) -> NDArray[np.float32]:
        """The samples from `start` to `end` seconds, scaled to [-1, 1) as Whisper wants them."""
        part = self.samples[max(0, round(start * SAMPLE_RATE)) : round(end * SAMPLE_RATE)]
        floats = part.astype(np.float32) / 32768.0
        if isinstance(self.samples.base, np.memmap) and hasattr(mmap, "MADV_DONTNEED"):
            # Pages once read would count as this process's memory until the system is short of it.
            self.samples.base._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
        return floats


def probe(path: Path, limit: float = DEFAULT_LIMIT_SECONDS) -> AudioFacts:
    """The facts of the recording at `path`, by walking its packets (nothing beyond `limit` seconds is read).

    Raises InvalidInput `audio.empty`, `audio.undecodable`, `audio.no_sound_track`.
    """
    with _opened(path) as (container, stream):
        seconds = 0.0
        decodes = False
        for packet in container.demux(stream):
            if not decodes:
                decodes = bool(_frames(packet))
            seconds += packet_seconds(packet, seconds, stream)
            if seconds > limit:
                break
        if not decodes:
            raise InvalidInput("audio.undecodable", name=path.name)
        pictures = [video for video in container.streams.video if not _is_cover(video)]
        return AudioFacts(
            round(seconds, 3), stream.codec_context.name, int(stream.codec_context.channels), bool(pictures)
        )


def created_at(path: Path) -> datetime | None:
    """When the container says the recording was made, as UTC; None when it does not say, or nothing credible.

    A claim, not a fact: many cameras write local time as if it were UTC, or a clock that was never set.
    """
    try:
        with path.open("rb") as stream, av.open(stream, metadata_errors="ignore", options=_OPTIONS) as container:
            claims = dict(container.metadata)
    except (av.error.FFmpegError, ValueError):
        return None
    for name in _CREATION_TAGS:
        try:
            found = datetime.fromisoformat(claims.get(name, ""))
        except ValueError:
            continue
        if found.tzinfo is not None and found.year >= _EARLIEST_YEAR:
            return found.astimezone(UTC)
    return None


def decode(
    path: Path,
    limit: float = DEFAULT_LIMIT_SECONDS,
    cancelled: IsCancelled = never,
    progress: Progress = unreported,
    folder: Path | None = None,
) -> Audio:
    """All sound of the recording at `path`, in a nameless file in `folder` (three hours take 345 MB).

    The system frees the file with the last use of the samples, also when the process is killed. `progress` gets
    seconds done and promised (0: the recording promises nothing).

    Raises InvalidInput `audio.empty`, `audio.undecodable`, `audio.no_sound_track`, and
    `audio.too_long` (seconds, limit) as soon as `limit` seconds are passed; Cancelled when told so.
    """
    with tempfile.TemporaryFile(prefix="sound-", dir=folder) as file:
        with _opened(path) as (container, stream):
            promised = _promised_seconds(container, stream)
            state = _State()
            seconds = asked = 0.0
            for block in _blocks(container, stream, state):
                file.write(block.tobytes())
                seconds += len(block) / SAMPLE_RATE
                if seconds > limit:
                    raise InvalidInput("audio.too_long", seconds=round(max(seconds, promised), 1), limit=limit)
                if seconds >= asked:
                    asked = seconds + 1.0
                    stop_if(cancelled)
                    progress(seconds, promised)
        if state.damaged > state.decoded:
            raise InvalidInput("audio.undecodable", name=path.name)
        if not seconds:
            raise InvalidInput("audio.undecodable" if state.damaged else "audio.empty", name=path.name)
        samples = _mapped(file)
    short = promised - len(samples) / SAMPLE_RATE > _TRUNCATION_SECONDS
    return Audio(samples, state.cut_off or bool(state.damaged) or short or _ends_early(path))


def _mapped(file: IO[bytes]) -> Samples:
    """The file's samples, readable after it is closed."""
    file.flush()
    return np.asarray(np.memmap(file, dtype=np.int16, mode="r"))


@dataclass
class _State:
    decoded: int = 0
    damaged: int = 0
    cut_off: bool = False


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    if path.stat().st_size == 0:
        raise InvalidInput("audio.empty", name=path.name)
    # A file object, not a path: FFmpeg then guesses from the bytes and never from a hostile name.
    with path.open("rb") as file, opened(file, path.name) as found:
        yield found


@contextmanager
def opened(source: BinaryIO, name: str = "") -> Iterator[tuple[Any, Any]]:
    """Container and first sound track of an open recording.

    Raises InvalidInput `audio.undecodable`, `audio.no_sound_track` (name), also for what goes wrong within the block.
    """
    try:
        with av.open(source, metadata_errors="ignore", options=_OPTIONS) as container:
            if not container.streams.audio:
                raise InvalidInput("audio.no_sound_track", name=name)
            yield container, container.streams.audio[0]
    except (av.error.FFmpegError, ValueError) as fault:
        raise InvalidInput("audio.undecodable", name=name) from fault


def _blocks(container: Any, stream: Any, state: _State) -> Iterator[Samples]:
    resampler = _resampler()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.error.FFmpegError:
            state.cut_off = True
            break
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            state.damaged += 1
            continue
        for frame in frames:
            state.decoded += 1
            frame.pts = None
            try:
                resampled = resampler.resample(frame)
            except ValueError:
                # Rate or channels change within the stream: finish the old resampler and begin anew.
                yield from map(_mono, resampler.resample(None))
                resampler = _resampler()
                resampled = resampler.resample(frame)
            yield from map(_mono, resampled)
    if state.decoded:
        yield from map(_mono, resampler.resample(None))


def _resampler() -> Any:
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


def _mono(frame: Any) -> Samples:
    array: Samples = frame.to_ndarray().reshape(-1)
    return array


def _frames(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.FFmpegError:
        return []


def packet_seconds(packet: Any, so_far: float, stream: Any) -> float:
    """Seconds `packet` adds, from its own duration or, where it has none (WebM), from its time stamp."""
    if packet.size == 0:
        return 0.0
    if packet.duration:
        return float(packet.duration * packet.time_base)
    if packet.pts is None:
        return 0.0
    return max(0.0, float((packet.pts - (stream.start_time or 0)) * packet.time_base) - so_far)


def _promised_seconds(container: Any, stream: Any) -> float:
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return 0.0 if container.duration is None else container.duration / av.time_base


def _is_cover(video: Any) -> bool:
    return "ATTACHED_PIC" in str(video.disposition.name or "").upper()


def _ends_early(path: Path) -> bool:
    """Whether the container itself shows that bytes are missing at its end.

    Ogg lacks the page that ends its stream (RFC 3533, header type flag 0x04); RIFF announces more bytes than the
    file has (recorders that cannot seek write the largest number or none, which says nothing).
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(8)
        if head[:4] == _RIFF:
            announced = int.from_bytes(head[4:8], "little")
            return announced < _RIFF_UNKNOWN and announced + 8 > size
        if head[:4] != _OGG_PAGE:
            return False
        stream.seek(max(0, size - _OGG_TAIL_BYTES))
        tail = stream.read()
    page = tail.rfind(_OGG_PAGE)
    return page < 0 or page + 5 >= len(tail) or not tail[page + 5] & 0x04
