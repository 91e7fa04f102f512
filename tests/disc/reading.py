"""Reading a disc image as another program would."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pycdlib


def files_on(image: bytes | Path, tree: str = "joliet_path") -> dict[str, bytes]:
    """Name -> bytes of every file in one tree of the image."""
    iso = pycdlib.PyCdlib()
    iso.open_fp(BytesIO(image if isinstance(image, bytes) else image.read_bytes()))
    encoding = "utf-16-be" if tree == "joliet_path" else "ascii"
    found = {}
    for entry in iso.list_children(**{tree: "/"}):
        if entry.is_dot() or entry.is_dotdot():
            continue
        name = entry.file_identifier().decode(encoding)
        content = BytesIO()
        iso.get_file_from_iso_fp(content, **{tree: f"/{name}"})
        found[name] = content.getvalue()
    iso.close()
    return found
