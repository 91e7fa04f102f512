"""Copying files into a backup: what stands there stays, only what is new is copied, and damage is told, not copied."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.backup_files import Entry, OriginalUnreadable, copied, object_of
from models.errors import Unavailable
from models.ledger_reading import Fault
from models.vault import ENCRYPTED, Vault, sha256_of

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the files done and the files in all."""


@dataclass(frozen=True)
class Wanted:
    """One file: where it lies and who names it. `sha256`: of what it holds, '' for a file that may change."""

    source: Path
    who: str
    sha256: str = ""


@dataclass
class Copied:
    """`new`: how many files were copied, of those in `entries`."""

    entries: list[Entry] = field(default_factory=list)
    new: int = 0
    faults: list[Fault] = field(default_factory=list)


def copy_all(
    vault: Vault, folder: Path, wanted: Mapping[str, Wanted], known: Mapping[str, Entry], progress: Progress
) -> Copied:
    """Copy each path of `wanted` below `folder`. `known`: what an earlier run has copied. Raises OSError."""
    done = Copied()
    for n, (path, each) in enumerate(wanted.items()):
        progress(path, n, len(wanted))
        _copy(vault, folder, path, each, known.get(path), done)
    progress("", len(wanted), len(wanted))
    return done


def _copy(vault: Vault, folder: Path, path: str, wanted: Wanted, known: Entry | None, done: Copied) -> None:
    entry = _standing(vault, folder / path, path, wanted, known)
    told: Fault | None = None
    if entry is None or not wanted.source.is_file() or wanted.source.stat().st_size != entry.size:
        try:
            with copied(wanted.source, folder / path) as (part, new):
                holds, told = _holds(vault, part, new, wanted)
                if holds:
                    part.replace(folder / path)
                    entry, done.new = replace(new, path=path), done.new + 1
        except OriginalUnreadable as cause:
            told = _unreadable(path, wanted, cause)
    if entry is not None:
        done.entries.append(entry)
    if told is not None:
        done.faults.append(told)


def _unreadable(path: str, wanted: Wanted, cause: OSError) -> Fault | None:
    if cause.errno != errno.ENOENT:
        return Fault("missing", object_of(path), f"unreadable:{cause.errno}")
    if path.startswith("webchat/"):
        return None  # it lay there a moment ago: what is disposed of goes from the chat too
    return Fault("missing", object_of(path), f"named_by:{wanted.who}")


def _holds(vault: Vault, part: Path, entry: Entry, wanted: Wanted) -> tuple[bool, Fault | None]:
    """Whether a copy may be kept, and what is told of it. Without its key nothing can be said of an encrypted one."""
    if not wanted.sha256:
        return True, None
    if part.suffix != ENCRYPTED:
        holds = entry.sha256 == wanted.sha256
    else:
        try:
            holds = vault.content_hash(part) == wanted.sha256
        except Unavailable as refusal:
            if refusal.code == "vault.no_key":
                return True, None
            if refusal.code == "vault.wrong_key":
                return True, Fault("changed", _name(wanted), f"other_key:{wanted.who}")
            holds = False
    return holds, None if holds else Fault("changed", _name(wanted), f"named_by:{wanted.who}")


def _name(wanted: Wanted) -> str:
    return f"webchat/{wanted.sha256}" if wanted.who == "webchat" else wanted.sha256


def _standing(vault: Vault, target: Path, path: str, wanted: Wanted, known: Entry | None) -> Entry | None:
    """What an earlier run has copied and still holds: objects never change, anything else is copied anew."""
    if not wanted.sha256 or not target.is_file():
        return None
    size = target.stat().st_size
    entry = known if known is not None and known.size == size else Entry(path, size, sha256_of(target))
    if entry is known and target.suffix == ENCRYPTED:
        return entry
    return entry if _holds(vault, target, entry, wanted)[0] else None
