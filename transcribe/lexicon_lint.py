"""What is wrong with lexicon files: place, code and figures of each fault; the words for them belong to `bot`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.errors import InvalidInput
from transcribe.dialects import files, lexicons
from transcribe.normalisation import simplified
from transcribe.sounds import read_mergers

LANGUAGES = ("yue", "zh")
"""Whisper's codes of the languages whose text the engine writes in Chinese characters."""

_LEXICON = {"id": str, "title": str, "language": str, "source": str, "mergers": dict, "entries": list}
_ENTRY = {
    "term": str,
    "meaning": str,
    "example": str,
    "sounds_like": list,
    "ambiguous": bool,
    "alone": bool,
    "source": str,
}
_NEEDED = ("term", "meaning", "example")


@dataclass(frozen=True)
class Fault:
    """`line` counts from 1; `place` is the term or field it is about, '' for the whole file."""

    file: str
    line: int
    place: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def lint(path: Path) -> list[Fault]:
    """Faults of a lexicon file, or of those of a folder, by place. Raises Missing `file.absent`."""
    if path.is_file():
        return _of_file(path)
    return [fault for file in files(path) for fault in _of_file(file)]


def _of_file(file: Path) -> list[Fault]:
    try:
        data = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as cause:
        line = cause.problem_mark.line + 1 if cause.problem_mark else 1
        return [Fault(str(file), line, "", "yaml", {"reason": " ".join(str(cause.problem).split())})]
    except (YAMLError, UnicodeDecodeError, OSError) as cause:
        return [Fault(str(file), 1, "", "yaml", {"reason": " ".join(str(cause).split())})]
    if not isinstance(data, CommentedMap):
        return [Fault(str(file), 1, "", "no_lexicon")]
    return sorted(_File(str(file), data).faults(), key=lambda fault: fault.line)


@dataclass(frozen=True)
class _File:
    """One file that is a mapping at least."""

    name: str
    data: CommentedMap

    def faults(self) -> Iterator[Fault]:
        extends = _text(self.data, "id") in lexicons()
        yield from self._keys(self.data, "", _LEXICON)
        for key in ("id",) if extends else ("id", "title", "language", "entries"):
            if not self.data.get(key):
                yield Fault(self.name, 1, key, "missing", {"field": key})
        if isinstance(language := self.data.get("language"), str) and language not in LANGUAGES:
            yield self._at(self.data, "language", "", "language", code=language, known=LANGUAGES)
        yield from self._mergers()
        yield from self._entries()

    def _keys(self, node: CommentedMap, place: str, known: Mapping[str, type]) -> Iterator[Fault]:
        for key, value in node.items():
            if key not in known:
                yield self._at(node, key, place, "unknown_key", key=str(key), known=tuple(known))
            elif not isinstance(value, known[key]):
                yield self._at(node, key, place, "wrong_kind", key=key, kind=_KINDS[known[key]])

    def _mergers(self) -> Iterator[Fault]:
        mergers = self.data.get("mergers")
        for pair, weight in mergers.items() if isinstance(mergers, CommentedMap) else ():
            try:
                read_mergers({pair: weight})
            except InvalidInput:
                yield self._at(mergers, pair, "", "merger", pair=str(pair), weight=str(weight))

    def _entries(self) -> Iterator[Fault]:
        first: dict[str, int] = {}
        entries = self.data.get("entries")
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            line = int(entries.lc.item(index)[0]) + 1
            if not isinstance(entry, CommentedMap):
                yield Fault(self.name, line, f"entries {index + 1}", "no_entry")
                continue
            term = _text(entry, "term")
            yield from self._keys(entry, term, _ENTRY)
            yield from self._entry(entry, term, line)
            if term in first:
                yield self._at(entry, "term", term, "duplicate", term=term, line=first[term])
            elif term:
                first[term] = line

    def _entry(self, entry: CommentedMap, term: str, line: int) -> Iterator[Fault]:
        for key in _NEEDED:
            if not entry.get(key):
                yield Fault(self.name, line, term, "missing", {"field": key})
        if not term:
            return
        if not entry.get("source") and not self.data.get("source"):
            yield Fault(self.name, line, term, "no_source")
        if (example := _text(entry, "example")) and term not in example:
            yield self._at(entry, "example", term, "example", term=term)
        if (form := simplified(term)) != term:
            yield self._at(entry, "term", term, "not_simplified", term=term, form=form)
        if _text(entry, "meaning") == term:
            yield self._at(entry, "meaning", term, "meaning", term=term)
        if len(term) == 1 and not entry.get("alone") and not entry.get("ambiguous"):
            yield self._at(entry, "term", term, "one_character", term=term)
        yield from self._forms(entry, term)

    def _forms(self, entry: CommentedMap, term: str) -> Iterator[Fault]:
        forms = entry.get("sounds_like")
        for form in forms if isinstance(forms, list) else ():
            if not isinstance(form, str):
                yield self._at(entry, "sounds_like", term, "form_kind", form=str(form))
            elif form == term:
                yield self._at(entry, "sounds_like", term, "form_same", form=form)
            elif abs(len(form) - len(term)) > 1 or (len(form) == 1) != (len(term) == 1):
                yield self._at(entry, "sounds_like", term, "form_length", form=form, term=term)

    def _at(self, node: CommentedMap, key: object, place: str, code: str, /, **params: object) -> Fault:
        return Fault(self.name, int(node.lc.key(key)[0]) + 1, place or str(key), code, params)


_KINDS = {str: "text", list: "list", dict: "mapping", bool: "true_false"}


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
