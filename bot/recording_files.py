"""Files of body cameras as they lie in a folder: which are recordings, and what each says of its time and device.

Names are hostile until cleaned: they may hold any bytes, direction marks, or point elsewhere as symbolic links.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from bot.use_cases.inspect_upload import Upload, inspect_upload
from dialogs.questions.cleaning import clean
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput, ZhiluError
from models.vault import sha256_of

_STAMP = re.compile(r"(?<!\d)(20\d{2})([01]\d)([0-3]\d)[-_ T]?([0-2]\d)([0-5]\d)([0-5]\d)(?!\d)")
_GLUED = re.compile(r"(20\d{2})([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)(?!\d)")  # after a device's number
_SYSTEM = frozenset({"$recycle.bin", "system volume information", ".trashes", ".spotlight-v100", ".fseventsd"})


@dataclass(frozen=True)
class RecordingFile:
    """One file looked into. `name` is its path below the folder, made printable.

    began, ended: the time of recording by the file's own word; `clock` says by which: name, container, mtime.
    refusal: why it is no recording that could be used.
    """

    path: Path
    name: str
    size: int
    sha256: str = ""
    upload: Upload | None = None
    began: datetime | None = None
    ended: datetime | None = None
    clock: str = ""
    refusal: ZhiluError | None = field(default=None, compare=False)


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below `folder` (or `folder` itself when it is one), by name; links are not followed."""
    if folder.is_file():
        yield folder
        return
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each.lower() not in _SYSTEM)
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(root) / name


def look_into(path: Path, folder: Path, settings: Settings, shift: timedelta = timedelta()) -> RecordingFile:
    """What the file is; nothing is kept. Blocking: reads all of it. `shift` is added to its own times."""
    name = printable(path, folder)
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return RecordingFile(path, name, 0, refusal=InvalidInput("import.not_a_file"))
        upload = inspect_upload(path, sent_as="document", file_name=name, media_type="", settings=settings)
        if upload.kind != "recording":
            return RecordingFile(path, name, status.st_size, refusal=InvalidInput("import.not_a_recording"))
        sha256 = sha256_of(path)
    except ZhiluError as refusal:
        return RecordingFile(path, name, status.st_size, refusal=refusal)
    except OSError as cause:
        return RecordingFile(path, name, 0, refusal=InvalidInput("import.unreadable", reason=cause.strerror or ""))
    began, ended, clock = _times(path.name, upload, status.st_mtime)
    return RecordingFile(path, name, status.st_size, sha256, upload, began + shift, ended + shift, clock)


def printable(path: Path, folder: Path) -> str:
    """The path below `folder` (just the name for `folder` itself), free of what cannot be shown or stored."""
    below = path.relative_to(folder) if path != folder else Path(path.name)
    return "/".join(clean(_decoded(part)) or "?" for part in below.parts)


def _decoded(part: str) -> str:
    """A name from a disk of another system may be GB 18030, which reaches us as lone surrogates."""
    raw = os.fsencode(part)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _times(name: str, upload: Upload, modified: float) -> tuple[datetime, datetime, str]:
    """Beginning, end, and by which clock: the name's stamp (local time), the container's, the file system's (its end).

    One clock only, the first there is: mixing them would let a file fit what it does not belong to.
    """
    length = timedelta(seconds=upload.seconds or 0)
    stamped = _stamp(name)
    if stamped is not None:
        return stamped, stamped + length, "name"
    if upload.captured_at is not None:
        return upload.captured_at, upload.captured_at + length, "container"
    end = datetime.fromtimestamp(modified, UTC)
    return end - length, end, "mtime"


def _stamp(name: str) -> datetime | None:
    for match in [*_STAMP.finditer(name), *_GLUED.finditer(name)]:
        try:
            return datetime(*map(int, match.groups()), tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc, arg-type]
        except ValueError:
            continue
    return None
