"""Recordings with references: from a manifest, from a folder of recordings with texts beside them, or single ones."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import InvalidInput, Missing
from transcribe.decode import probe
from transcribe.turns import Turn

COLUMNS = ("file", "reference_normalised")
TURN_COLUMNS = ("speaker", "start_s", "end_s", "text")
SUFFIXES = frozenset(
    ".wav .mp3 .m4a .aac .amr .flac .mp4 .mov .3gp .ogg .oga .opus .webm .mkv .avi .wma .ts".split()  # noqa: SIM905
)
_BETWEEN_TERMS = re.compile(r"[、,，;；|]")


@dataclass(frozen=True)
class Recording:
    """A recording and what is said in it: `parts` are its reference, one text or that of each turn.

    Without a text nobody speaks. `terms` are names the case holds, `turns` who speaks when, where that is known.
    """

    path: Path
    group: str
    tier: str
    parts: tuple[str, ...]
    terms: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def reference(self) -> str:
        """All that is said."""
        return "".join(self.parts)


def read(paths: Iterable[Path]) -> list[Recording]:
    """The recordings that `paths` name, all of them decodable: manifests (.tsv), folders, recordings.

    A folder gives what its `manifest.tsv` lists, and every recording within that has its reference beside it; so
    does a recording named itself. References beside `x.ogg`: `x.turns.tsv` with the columns of `TURN_COLUMNS`, or
    `x.txt`. Groups are those of the manifest, else the folder's name or, for single recordings, their own.
    Raises Missing `file.absent` (path); InvalidInput `manifest.*`, `reference.*`, and what `decode.probe` raises.
    """
    found: dict[Path, Recording] = {}
    for path in paths:
        if path.is_dir():
            named = _folder(path)
        elif not path.is_file():
            raise Missing("file.absent", path=str(path))
        elif path.suffix.lower() in SUFFIXES:
            named = [_single(path, path.stem)]
        else:
            named = read_manifest(path)
        for recording in named:
            found.setdefault(recording.path.resolve(), recording)
    for recording in found.values():
        probe(recording.path)  # one that cannot be used is refused before hours of work
    return list(found.values())


def read_manifest(path: Path) -> list[Recording]:
    """The recordings of a table separated by tabs; files lie beside it.

    Columns: `COLUMNS`, and where they are there `group`, `tier` and `terms` (names, parted by 、 or commas).
    Raises InvalidInput `manifest.unreadable`, `manifest.missing_column` (column), `manifest.missing_audio` (file),
    `manifest.empty`.
    """
    rows = _table(path, COLUMNS, "manifest")
    recordings = []
    for row in rows:
        audio = path.parent / row["file"]
        if not audio.is_file():
            raise InvalidInput("manifest.missing_audio", file=row["file"])
        terms = [term.strip() for term in _BETWEEN_TERMS.split(row.get("terms", ""))]
        recordings.append(
            Recording(
                audio,
                row.get("group") or path.resolve().parent.name,
                row.get("tier", ""),
                _said(row["reference_normalised"]),
                tuple(filter(None, terms)),
            )
        )
    return recordings


def _folder(folder: Path) -> list[Recording]:
    recordings: list[Recording] = []
    for path in sorted(folder.rglob("*")):
        if path.name == "manifest.tsv":
            recordings = read_manifest(path) + recordings
        elif path.suffix.lower() in SUFFIXES and any(beside.is_file() for beside in _beside(path)):
            recordings.append(_single(path, path.resolve().parent.name))
    if not recordings:
        raise InvalidInput("reference.none", path=str(folder))
    return recordings


def _beside(recording: Path) -> tuple[Path, Path]:
    return recording.with_suffix(".turns.tsv"), recording.with_suffix(".txt")


def _single(path: Path, group: str) -> Recording:
    turned, written = _beside(path)
    if turned.is_file():
        turns, parts = _turned(turned)
        return Recording(path, group, "", parts, turns=turns)
    if written.is_file():
        return Recording(path, group, "", _said(_text(written)))
    raise InvalidInput("reference.missing", file=path.name)


def _turned(path: Path) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    """The turns of a table with the columns of `TURN_COLUMNS`, and what is said in those in which something is."""
    turns, texts = [], []
    for line, row in enumerate(_table(path, TURN_COLUMNS, "reference"), start=2):
        try:
            start, end = float(row["start_s"]), float(row["end_s"])
        except ValueError:
            start = end = -1.0
        if not 0 <= start < end:
            raise InvalidInput("reference.turn", name=path.name, line=line)
        turns.append(Turn(start, end, row["speaker"]))
        texts.append(row["text"].strip())
    return tuple(turns), tuple(filter(None, texts))


def _said(text: str) -> tuple[str, ...]:
    return (text,) if text.strip() else ()


def _table(path: Path, columns: Sequence[str], kind: str) -> list[dict[str, str]]:
    lines = _text(path, kind).splitlines()
    try:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        heads = [head.strip() for head in reader.fieldnames or []]
        rows = [{head: value or "" for head, value in row.items() if head is not None} for row in reader]
    except csv.Error as fault:
        raise InvalidInput(f"{kind}.unreadable", name=path.name) from fault
    for column in columns:
        if column not in heads:
            raise InvalidInput("manifest.missing_column", column=column)
    if not rows:
        raise InvalidInput("manifest.empty", name=path.name)
    return rows


def _text(path: Path, kind: str = "reference") -> str:
    """Text as editors write it here: UTF-8, or GB 18030 from older Windows. Raises InvalidInput `….unreadable`."""
    try:
        raw = path.read_bytes()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("gb18030")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{kind}.unreadable", name=path.name) from fault
