"""Which models a machine holds, what they can do, and whether they are whole."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import Unavailable
from transcribe import engines, models
from transcribe.decode import SAMPLE_RATE

ENGLISH_ONLY = 51864
"""Words in the vocabulary of a model that knows English only (CTranslate2 tells them apart by the same number)."""

DEFAULT, FOLDER, HUB = "default", "folder", "hub"


@dataclass(frozen=True)
class Facts:
    """A model on this machine: `name` is what settings call it. `missing` files make it unusable.

    `kind`: DEFAULT, FOLDER (in the folder of models) or HUB (in the cache of the model hub); `size` in bytes.
    """

    name: str
    kind: str
    path: Path
    size: int
    multilingual: bool
    cantonese: bool
    missing: tuple[str, ...] = ()


def installed(cache: Path | None = None, folders: Sequence[Path] = ()) -> list[Facts]:
    """The default model, models in the folder `cache`, single `folders`, and the model hub's cache.

    Raises Unavailable `model.hash_mismatch` when the default is there but not what it should be; `model.not_installed`
    for one of `folders` that is not there.
    """
    found: list[Facts] = []
    try:
        base = Path(models.resolve(None, cache).source)
        found.append(facts(models.BASE, DEFAULT, base))
    except Unavailable as absent:
        if absent.code != "model.not_installed":
            raise
    store = cache or models.default_cache()
    within = sorted(store.iterdir()) if store.is_dir() else []
    kept = [path for path in within if path.is_dir() and not path.name.startswith(".") and path.name != models.STORED]
    found += [facts(path.name, FOLDER, path) for path in kept]
    for folder in folders:
        if not folder.is_dir():
            raise Unavailable("model.not_installed", name=str(folder))
        found.append(facts(str(folder), FOLDER, folder))
    return found + [facts(name, HUB, path) for name, path in _hub()]


def facts(name: str, kind: str, path: Path) -> Facts:
    """What the files in the folder `path` say of the model; damaged ones count as missing."""
    missing = [file for file in models.REQUIRED if not (path / file).is_file()]
    words = _vocabulary(path)
    tokens: set[str] = set()
    try:
        tokens = {str(token["content"]) for token in _json(path / "tokenizer.json")["added_tokens"]}
    except (OSError, ValueError, KeyError, TypeError):
        missing = sorted({*missing, "tokenizer.json"})
    if not words:
        missing.append(models.VOCABULARIES[0])
    size = sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    return Facts(name, kind, path, size, words > ENGLISH_ONLY, "<|yue|>" in tokens, tuple(missing))


def _vocabulary(path: Path) -> int:
    """How many words the model knows; 0 without a readable vocabulary."""
    try:
        if (path / "vocabulary.json").is_file():
            return len(_json(path / "vocabulary.json"))
        with (path / "vocabulary.txt").open("rb") as lines:
            return sum(1 for _ in lines)
    except (OSError, ValueError, TypeError):
        return 0


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _hub() -> Iterator[tuple[str, Path]]:
    from huggingface_hub.constants import HF_HUB_CACHE

    for repository in sorted(Path(HF_HUB_CACHE).glob("models--*")):
        for snapshot in sorted((repository / "snapshots").glob("*")):
            if (snapshot / "model.bin").is_file():
                yield repository.name.removeprefix("models--").replace("--", "/"), snapshot


@dataclass(frozen=True)
class Warmed:
    """Seconds to load a model and to hear one second of silence, and the process's memory in bytes after it."""

    name: str
    loading: float
    hearing: float
    memory: int


def warm(model: str | None, options: engines.Options) -> Warmed:
    """Load `model` and hear one second with it. Raises Unavailable `model.*`; `model.unusable` (name, reason)."""
    began = time.perf_counter()
    engine = engines.load(model, options)
    loaded = time.perf_counter()
    try:
        engine.hear(np.zeros(SAMPLE_RATE, dtype=np.float32), engine.language_for("zh"))
    except (RuntimeError, ValueError) as fault:
        # Weights whose input is of another shape than their configuration says load well and fail only here.
        raise Unavailable("model.unusable", name=engine.model.name, reason=str(fault)) from fault
    return Warmed(engine.model.name, loaded - began, time.perf_counter() - loaded, _memory())


def verify(model: str | None, options: engines.Options) -> tuple[str, dict[str, str]]:
    """Name and the SHA-256 of every file of `model`, which is complete, loads and hears.

    Hashes are those to compare with what the publisher says; the default's are known here. Engines other than
    Whisper's give none. Raises Unavailable `model.*`.
    """
    engine, own = engines.split(model)
    files: dict[str, str] = {}
    if engine == engines.DEFAULT:
        found = models.resolve(own, options.cache)
        path = Path(found.source)
        kept = sorted(path.iterdir()) if path.is_dir() else []
        files = {each.name: models.sha256(each) for each in kept if each.is_file() and each.name != models.STAMP}
        if found.name == models.BASE:
            models.require_base(files)
    return warm(model, options).name, files


def _memory() -> int:
    """What this process holds in memory, in bytes; 0 where the system does not tell (only Linux does)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()
