"""Recordings of a case as one ISO 9660 image with a manifest, and the reading back that proves it.

Joliet carries Chinese names to every system that reads discs. The same disc gives the same bytes: all dates on it are
the moment of submission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

from pycdlib import PyCdlib
from pycdlib.dates import DirectoryRecordDate
from pycdlib.pycdlibexception import PyCdlibException

from bot.disc_contents import Disc, disc_name, text_files
from dialogs.zone import SHANGHAI
from models.errors import Unavailable

_SECTOR = 2048
_FIRST_DESCRIPTOR, _LAST_DESCRIPTOR = 16, 255  # ECMA-119: sector of the first, type of the last
_DATES_AT = (813, 830, 864)  # ECMA-119 8.4.26, 8.4.27, 8.4.29: creation, modification, effective
_QUARTERS_FROM_GMT = 32  # Asia/Shanghai in units of 15 minutes, as dates on discs count
_TREES = ("iso_path", "joliet_path")


def write_disc(disc: Disc, path: Path, progress: Callable[[float], None]) -> None:
    """Write the image to `path`, each file streamed from its place. `progress` is told 0..1 and may raise to stop."""
    iso = PyCdlib()
    iso.new(interchange_level=3, joliet=3, vol_ident=disc.volume, app_ident_str="ZHILU")
    try:
        for recording in disc.recordings:
            plain = f"/R{recording.evidence:06}.{disc_name(recording).rpartition('.')[2].upper()};1"
            iso.add_file(str(recording.source), plain, joliet_path=f"/{disc_name(recording)}")
        for number, (name, data) in enumerate(text_files(disc).items(), start=1):
            plain = f"/INFO{number}.{name.rpartition('.')[2].upper()};1"
            iso.add_fp(BytesIO(data), len(data), plain, joliet_path=f"/{name}")
        _date_entries(iso, disc.submitted_at)
        iso.write(str(path), progress_cb=_told(progress))
    finally:
        iso.close()
    _date_volumes(path, disc.submitted_at)


def _told(progress: Callable[[float], None]) -> Callable[[int, int, object], None]:
    def tell(done: int, total: int, opaque: object) -> None:
        progress(done / total if total else 1.0)

    return tell


def check_disc(disc: Disc, path: Path, progress: Callable[[float], None]) -> None:
    """Read the image back: exactly the files of `disc`, each with its SHA-256, in both trees of the image.

    Raises Unavailable `disc.not_verified` (file: the first one at fault).
    """
    expected = _expected(disc)
    try:
        with _opened(path) as iso:
            trees = [_entries(iso, tree) for tree in _TREES]
            plain, named = trees
            if named.keys() != expected.keys():
                raise Unavailable("disc.not_verified", file=min(named.keys() ^ expected.keys()))
            if sorted(plain.values()) != sorted(named.values()):
                raise Unavailable("disc.not_verified", file=path.name)
            for number, (name, stated) in enumerate(expected.items(), start=1):
                with iso.open_file_from_iso(joliet_path=f"/{name}") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                if (found, named[name][1]) != stated:
                    raise Unavailable("disc.not_verified", file=name)
                progress(number / len(expected))
    except PyCdlibException as cause:
        raise Unavailable("disc.not_verified", file=path.name) from cause


def _expected(disc: Disc) -> Mapping[str, tuple[str, int]]:
    """Name -> SHA-256 and bytes: of recordings as noted when they were received."""
    texts = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in text_files(disc).items()}
    return {disc_name(one): (one.sha256, one.size) for one in disc.recordings} | texts


@contextmanager
def _opened(path: Path) -> Iterator[PyCdlib]:
    iso = PyCdlib()
    iso.open(str(path))
    try:
        yield iso
    finally:
        iso.close()


def _entries(iso: PyCdlib, tree: str) -> Mapping[str, tuple[int, int]]:
    """Name -> first sector and bytes of every file in one tree of the image."""
    encoding = "utf-16-be" if tree == "joliet_path" else "ascii"
    return {
        entry.file_identifier().decode(encoding): (entry.extent_location(), entry.get_data_length())
        for entry in iso.list_children(**{tree: "/"})
        if not (entry.is_dot() or entry.is_dotdot())
    }


def _date_entries(iso: PyCdlib, at: datetime) -> None:
    """Instead of the moment of writing, which would make every image another one."""
    local = at.astimezone(SHANGHAI)
    fields = (local.year - 1900, local.month, local.day, local.hour, local.minute, local.second)
    for tree in _TREES:
        where = {tree: "/"}
        for entry in (iso.get_record(**where), *iso.list_children(**where)):
            entry.date = DirectoryRecordDate.from_fields(*fields, _QUARTERS_FROM_GMT)


def _date_volumes(path: Path, at: datetime) -> None:
    """The same for the volume descriptors; pycdlib dates those while it writes."""
    local = at.astimezone(SHANGHAI)
    stamp = f"{local:%Y%m%d%H%M%S}00".encode() + bytes([_QUARTERS_FROM_GMT])
    with path.open("r+b") as file:
        start = _FIRST_DESCRIPTOR * _SECTOR
        file.seek(start)
        while file.read(1)[0] != _LAST_DESCRIPTOR:
            for place in _DATES_AT:
                file.seek(start + place)
                file.write(stamp)
            start += _SECTOR
            file.seek(start)
