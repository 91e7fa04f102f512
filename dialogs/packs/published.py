"""Published versions of a pack, kept beside it as `published/<id>@<version>.json`: the resolved pack, whole.

What is published is never changed: a record sealed under it must read the same forever. A later version may ask
more or less, but a field that stays keeps its type, and an option that was offered stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from dialogs.packs.faults import Fault, PackFaults
from dialogs.packs.loader import hash_of, load_pack, locate
from dialogs.packs.schema import Pack

_REFERENCE = re.compile(r"(?P<pack>.+)@(?P<version>\d+\.\d+\.\d+)")


def read_pack(name: str) -> Pack:
    """A pack by id, folder or file; with `@1.0.0` behind it, or as the JSON file itself, a published version.

    Raises PackFaults for what cannot be used.
    """
    match = _REFERENCE.fullmatch(name)
    if name.endswith(".json"):
        return read_published(Path(name))
    if match is None or Path(name).exists():
        return load_pack(Path(name) if "/" in name else name)
    place = locate(match["pack"])
    wanted = folder_of(place) / f"{place.stem if place.is_file() else place.resolve().name}@{match['version']}.json"
    return read_published(wanted)


def read_published(file: Path) -> Pack:
    """One published version. Raises PackFaults `published.unreadable`."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Pack.model_validate(content).model_copy(update={"sha256": hash_of(content)})
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError, AttributeError, TypeError) as cause:
        raise PackFaults((Fault(str(file), 0, "", "published.unreadable", {"name": file.name}),)) from cause


def published_files(place: Path, pack_id: str) -> Iterator[Path]:
    """The published versions of the pack at `place` (its folder or file), in no order of theirs."""
    folder = folder_of(place)
    return iter(sorted(folder.glob(f"{pack_id}@*.json"))) if folder.is_dir() else iter(())


def folder_of(place: Path) -> Path:
    """Where the published versions of the pack at `place` lie."""
    return (place if place.is_dir() else place.parent) / "published"
