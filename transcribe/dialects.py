"""Dialect lexicons (`lexicons/*.yaml`): a dialect word stays as spoken, its standard meaning stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from models.errors import InvalidInput, Missing
from transcribe.sounds import STANDARD, Mergers, read_mergers
from transcribe.transcript import DialectWord, Word

SHIPPED = Path(__file__).parent / "lexicons"
UNCERTAIN = 0.5


@dataclass(frozen=True)
class Entry:
    """A lexicon word.

    `ambiguous`: the standard language uses the same characters otherwise, so it is marked only when the dialect
    was chosen. `sounds_like`: what a model trained on the standard language tends to write for it.
    `alone`: counts only between pauses (中 as an answer, not in 中国). `source`: the work that records the word, when
    that is more than the lexicon's own.
    """

    term: str
    meaning: str
    example: str
    sounds_like: tuple[str, ...] = ()
    ambiguous: bool = False
    alone: bool = False
    source: str = ""


@dataclass(frozen=True)
class Lexicon:
    """The words of one dialect, and the sounds it does not keep apart.

    `language` is the Whisper language code it is best decoded with, `source` where its words are recorded.
    """

    id: str
    title: str
    language: str
    entries: tuple[Entry, ...]
    mergers: Mergers = STANDARD
    source: str = ""


class Lexicons(dict[str, Lexicon]):
    """Lexicons by id; not changed once made."""

    @cached_property
    def together(self) -> Mapping[str, Entry]:
        """The entries that count when no dialect was chosen, by term."""
        ambiguous = {entry.term for each in self.values() for entry in each.entries if entry.ambiguous}
        merged: dict[str, Entry] = {}
        meanings: dict[str, dict[str, list[str]]] = {}
        for each in self.values():
            for entry in each.entries:
                if entry.term not in ambiguous:
                    merged.setdefault(entry.term, entry)
                    meanings.setdefault(entry.term, {}).setdefault(entry.meaning, []).append(each.title)
        return {
            term: entry if len(meanings[term]) == 1 else replace(entry, meaning=_told_apart(meanings[term]))
            for term, entry in merged.items()
        }

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The lexicon of each term that is in one only."""
        holders: dict[str, list[str]] = {}
        for each in self.values():
            for entry in each.entries:
                holders.setdefault(entry.term, []).append(each.id)
        return {term: ids[0] for term, ids in holders.items() if len(ids) == 1}


@lru_cache(maxsize=4)
def lexicons(folders: tuple[Path, ...] = ()) -> Lexicons:
    """All lexicons by id: the shipped ones and, in order, those in `folders`.

    A file in a folder with the id of a lexicon extends it: an entry of the same term and a merger of the same sounds
    replace the ones before. Raises Missing `file.absent` for a folder that is not there, InvalidInput
    `lexicon.unusable` (file) for a file that is no lexicon.
    """
    found: dict[str, Lexicon] = {}
    for file in (file for folder in (SHIPPED, *folders) for file in files(folder)):
        try:
            _add(found, YAML(typ="safe").load(file.read_text(encoding="utf-8")))
        except (YAMLError, OSError, UnicodeDecodeError, KeyError, TypeError, AttributeError, InvalidInput) as cause:
            raise InvalidInput("lexicon.unusable", file=str(file)) from cause
    return Lexicons(sorted(found.items()))


def files(folder: Path) -> list[Path]:
    """The lexicon files of a folder, by name. Raises Missing `file.absent`."""
    if not folder.is_dir():
        raise Missing("file.absent", path=str(folder))
    return sorted(folder.glob("*.yaml"))


def _add(found: dict[str, Lexicon], data: dict[str, Any]) -> None:
    entries = tuple(_entry(entry) for entry in data.get("entries", ()))
    mergers = read_mergers(data.get("mergers", {}))
    earlier = found.get(data["id"])
    if earlier is None:
        added = Lexicon(data["id"], data["title"], data["language"], entries, mergers, data.get("source", ""))
    else:
        added = replace(
            earlier,
            title=data.get("title", earlier.title),
            language=data.get("language", earlier.language),
            entries=tuple({entry.term: entry for entry in (*earlier.entries, *entries)}.values()),
            mergers=earlier.mergers.extended(mergers),
        )
    found[added.id] = added


def _entry(data: dict[str, Any]) -> Entry:
    forms = data.get("sounds_like", [])
    if not isinstance(forms, list) or not all(isinstance(text, str) for text in (data["term"], *forms)):
        raise TypeError
    return Entry(**{**data, "sounds_like": tuple(forms)})


def lexicon(dialect: str, known: Lexicons | None = None) -> Lexicon:
    """The lexicon with this id, of those `known` or else the shipped ones. Raises Missing `dialect.unknown`
    (dialect, known)."""
    known = lexicons() if known is None else known
    if dialect not in known:
        raise Missing("dialect.unknown", dialect=dialect, known=sorted(known))
    return known[dialect]


def mark(
    text: str, dialect: str | None = None, words: Sequence[Word] = (), known: Lexicons | None = None
) -> tuple[DialectWord, ...]:
    """The dialect words in `text`, in order of appearance, each once.

    With a chosen `dialect` its lexicon alone is used. Then also a mishearing (`sounds_like`) is marked, if the
    model itself was unsure of it (`words` with a probability under 0.5). Without one, every unambiguous entry of
    every lexicon counts, and a word that dialects use differently has the meaning of each beside it. `text` is never
    changed.
    """
    if dialect:
        candidates: Mapping[str, Entry] = {entry.term: entry for entry in lexicon(dialect, known).entries}
    else:
        candidates = (lexicons() if known is None else known).together
    found = {term: start for start, term in _found(candidates.values(), text)}
    if dialect:
        unsure = _unsure(words)
        for term, entry in candidates.items():
            if term not in found and any(form in unsure for form in entry.sounds_like):
                found[term] = len(text)
    ordered = sorted(found, key=lambda term: found[term])
    return tuple(DialectWord(term, candidates[term].meaning) for term in ordered)


def suggest(text: str, known: Lexicons | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """The dialects whose own words stand in `text`, by id, each with these words; that with most words first.

    Words the standard language has otherwise, and words in more than one lexicon, say nothing and are left out.
    """
    known = lexicons() if known is None else known
    evidence: dict[str, list[str]] = {}
    for _, term in _found(known.together.values(), text):
        if term in known.owners:
            evidence.setdefault(known.owners[term], []).append(term)
    return sorted(((id, tuple(terms)) for id, terms in evidence.items()), key=lambda pair: (-len(pair[1]), pair[0]))


def _told_apart(meanings: Mapping[str, Sequence[str]]) -> str:
    return "；".join(f"{meaning}（{'、'.join(titles)}）" for meaning, titles in meanings.items())


def _found(candidates: Iterable[Entry], text: str) -> list[tuple[int, str]]:
    """Where the candidates first stand in `text`, in that order. The longest word wins: 晓不得 is not also 不得."""
    found: dict[str, int] = {}
    taken: list[tuple[int, int]] = []
    present = [entry for entry in candidates if entry.term in text]
    for entry in sorted(present, key=lambda entry: -len(entry.term)):
        for start, end in _occurrences(entry, text):
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.setdefault(entry.term, start)
    return sorted((start, term) for term, start in found.items())


def _occurrences(entry: Entry, text: str) -> Iterable[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(entry.term)}(?!\w)" if entry.alone else re.escape(entry.term)
    return [match.span() for match in re.finditer(pattern, text)]


def _unsure(words: Sequence[Word]) -> str:
    """The text of words the model was unsure of, other words standing as a break."""
    return "".join(word.text if word.probability < UNCERTAIN else "\n" for word in words)
