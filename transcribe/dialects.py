"""Dialect lexicons (`lexicons/*.yaml`): a dialect word stays as spoken, its standard meaning stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ruamel.yaml import YAML

from models.errors import Missing
from transcribe.transcript import DialectWord, Word

UNCERTAIN = 0.5


@dataclass(frozen=True)
class Entry:
    """A lexicon word.

    `ambiguous`: the standard language uses the same characters otherwise, so it is marked only when the dialect
    was chosen. `sounds_like`: what a model trained on the standard language tends to write for it.
    `alone`: counts only between pauses (中 as an answer, not in 中国).
    """

    term: str
    meaning: str
    example: str
    sounds_like: tuple[str, ...] = ()
    ambiguous: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The words of one dialect. `language` is the Whisper language code it is best decoded with."""

    id: str
    title: str
    language: str
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    """All lexicons by id."""
    reader = YAML(typ="safe")
    found = {}
    for source in resources.files("transcribe").joinpath("lexicons").iterdir():
        if source.name.endswith(".yaml"):
            data = reader.load(source.read_text(encoding="utf-8"))
            entries = tuple(
                Entry(**{**entry, "sounds_like": tuple(entry.get("sounds_like", ()))}) for entry in data["entries"]
            )
            found[data["id"]] = Lexicon(data["id"], data["title"], data["language"], entries)
    return dict(sorted(found.items()))


def lexicon(dialect: str) -> Lexicon:
    """The lexicon with this id. Raises Missing `dialect.unknown` (dialect, known)."""
    known = lexicons()
    if dialect not in known:
        raise Missing("dialect.unknown", dialect=dialect, known=sorted(known))
    return known[dialect]


def mark(text: str, dialect: str | None = None, words: Sequence[Word] = ()) -> tuple[DialectWord, ...]:
    """The dialect words in `text`, in order of appearance, each once.

    With a chosen `dialect` its lexicon alone is used. Then also a mishearing (`sounds_like`) is marked, if the
    model itself was unsure of it (`words` with a probability under 0.5). Without one, every unambiguous entry of
    every lexicon counts. `text` is never changed.
    """
    chosen = [lexicon(dialect)] if dialect else list(lexicons().values())
    candidates = [entry for each in chosen for entry in each.entries if dialect or not entry.ambiguous]
    found: dict[str, tuple[int, Entry]] = {}
    taken: list[tuple[int, int]] = []
    for entry in sorted(candidates, key=lambda entry: -len(entry.term)):
        for start, end in _occurrences(entry, text):
            # The longest word wins: 晓不得 is not also 不得.
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.setdefault(entry.term, (start, entry))
    if dialect:
        unsure = _unsure(words)
        for entry in candidates:
            if entry.term not in found and any(form in unsure for form in entry.sounds_like):
                found[entry.term] = (len(text), entry)
    ordered = sorted(found.values(), key=lambda pair: pair[0])
    return tuple(DialectWord(entry.term, entry.meaning) for _, entry in ordered)


def _occurrences(entry: Entry, text: str) -> Iterable[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(entry.term)}(?!\w)" if entry.alone else re.escape(entry.term)
    return [match.span() for match in re.finditer(pattern, text)]


def _unsure(words: Sequence[Word]) -> str:
    """The text of words the model was unsure of, other words standing as a break."""
    return "".join(word.text if word.probability < UNCERTAIN else "\n" for word in words)
