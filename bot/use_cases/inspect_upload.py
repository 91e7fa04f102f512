"""What an uploaded file really is. Its declared name and type only say what it claims; bytes decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Literal

from bot.photos.inspect import PhotoLimits, inspect_photo
from bot.settings import Settings
from models.errors import InvalidInput
from transcribe.decode import created_at, decode, probe

_SOUND_SUFFIXES = frozenset(
    [
        ".aac",
        ".amr",
        ".avi",
        ".flac",
        ".m4a",
        ".mka",
        ".mkv",
        ".mov",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".oga",
        ".ogg",
        ".opus",
        ".ts",
        ".wav",
        ".webm",
        ".wma",
        ".wmv",
        ".3gp",
    ]
)
_PICTURE_SUFFIXES = frozenset([".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"])
# Whether a file was cut short only decoding tells: done at once for messages, by the transcription for long ones.
_DECODED_AT_ONCE = 300.0


@dataclass(frozen=True)
class Upload:
    """`seconds` for sound and video. `captured_at` (aware UTC), `place`: the file's own claim (EXIF, container)."""

    kind: Literal["photo", "recording", "file"]
    seconds: float | None = None
    captured_at: datetime | None = None
    place: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def inspect_upload(path: Path, *, sent_as: str, file_name: str, media_type: str, settings: Settings) -> Upload:
    """Look into the file at `path`. `sent_as`: photo, voice, audio, video or document. Blocking.

    Raises InvalidInput: `upload.empty`, `upload.too_large` (size, limit), `photo.*`, `audio.*`.
    """
    size = path.stat().st_size
    if size == 0:
        raise InvalidInput("upload.empty")
    if size > settings.upload_bytes:
        raise InvalidInput("upload.too_large", size=size, limit=settings.upload_bytes)
    claimed = _claim(sent_as, file_name, media_type)
    if claimed == "recording":
        return _recording(path, settings)
    try:
        return _photo(path, settings)
    except InvalidInput as refusal:
        # Sent as a document, a picture no view can be made of (HEIC, TIFF) is still a document.
        if refusal.code == "photo.unsupported" and sent_as == "document":
            return Upload("file", details={"format": refusal.params.get("format")})
        if claimed is None and refusal.code == "photo.not_an_image":
            return Upload("file")
        raise


def _claim(sent_as: str, file_name: str, media_type: str) -> Literal["photo", "recording"] | None:
    if sent_as == "photo":
        return "photo"
    if sent_as in ("voice", "audio", "video"):
        return "recording"
    suffix = Path(file_name).suffix.lower()
    guessed = media_type or guess_type(file_name)[0] or ""
    if suffix in _SOUND_SUFFIXES or guessed.startswith(("audio/", "video/")):
        return "recording"
    return "photo" if suffix in _PICTURE_SUFFIXES or guessed.startswith("image/") else None


def _photo(path: Path, settings: Settings) -> Upload:
    facts = inspect_photo(path, PhotoLimits(max_bytes=settings.photo_bytes, max_pixels=settings.photo_pixels))
    place = "{:.5f}, {:.5f}".format(*facts.exif_place) if facts.exif_place else None
    details = {"format": facts.format, "width": facts.width, "height": facts.height}
    return Upload("photo", captured_at=facts.exif_taken_at, place=place, details=details)


def _recording(path: Path, settings: Settings) -> Upload:
    limit = float(settings.recording_seconds)
    try:
        facts = probe(path, limit)
    except InvalidInput as refusal:
        if refusal.code == "audio.no_sound_track":  # a silent video is evidence all the same
            return Upload("recording", captured_at=created_at(path), details={"silent": True, "video": True})
        raise
    if facts.duration > limit:
        raise InvalidInput("audio.too_long", seconds=facts.duration, limit=settings.recording_seconds)
    seconds, truncated = facts.duration, False
    if facts.duration <= _DECODED_AT_ONCE:
        audio = decode(path, limit)
        seconds, truncated = round(audio.duration, 3), audio.truncated
    if seconds <= 0:
        raise InvalidInput("audio.empty")
    return Upload(
        "recording",
        seconds=seconds,
        captured_at=created_at(path),
        details={"codec": facts.codec, "video": facts.has_video, "truncated": truncated},
    )
