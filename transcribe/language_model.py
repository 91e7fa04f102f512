"""Written Mandarin as word statistics: how likely a word is after two others, and which words sound alike.

The figures are the trigram model of libime, the input method library of fcitx5 (LGPL-2.1-or-later, Debian package
`libime-data-language-model` 1.0.16, from https://download.fcitx-im.org/data), repacked by
`transcribe.language_model_source`; readings are pypinyin's. Nothing in it comes from recordings or their references.
Unseen word pairs back off as in Katz, "Estimation of probabilities from sparse data", IEEE TASSP 35(3), 1987.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.sounds import CLOSE, distance

PACKED = Path(__file__).parent / "data" / "mandarin.lm.npz"
LONGEST_WORD = 6
NO_WORD = -1
UNKNOWN = 0

Words = NDArray[np.int64]
Logs = NDArray[np.float64]


@dataclass(frozen=True)
class Homophone:
    """A word that may have been said: its id, tones, and how far each syllable lies from the one heard."""

    word: int
    tones: tuple[int, ...]
    distances: tuple[float, ...]


class LanguageModel:
    """Words by id; natural logarithms. Immutable once loaded, so safe to share between threads."""

    def __init__(self, path: Path = PACKED) -> None:
        with np.load(path, allow_pickle=False) as packed:
            parts = {name: packed[name] for name in packed.files}
        self.words: list[str] = bytes(parts["words"]).decode().split("\n")
        self.ids = {word: number for number, word in enumerate(self.words)}
        self._size = len(self.words)
        self._unigram = parts["unigram"].astype(np.float64)
        self._unigram_backoff = parts["unigram_backoff"].astype(np.float64)
        first = np.repeat(np.arange(self._size), parts["bigrams_per_word"])
        self._pairs = first * self._size + _restored(parts, "second", first)
        self._pair_log = parts["bigram_bins"].astype(np.float64)[parts["bigram"]]
        self._pair_backoff = parts["backoff_bins"].astype(np.float64)[parts["bigram_backoff"]]
        pair = np.repeat(np.arange(len(self._pairs)), parts["trigrams_per_bigram"])
        self._triples = pair * self._size + _restored(parts, "third", pair)
        self._triple_log = parts["trigram_bins"].astype(np.float64)[parts["trigram"]]
        self._syllables = bytes(parts["syllables"]).decode().split("\n")
        self._near = {
            heard: sorted(
                (far, _letter(number))
                for number, said in enumerate(self._syllables)
                if (far := distance(heard, said)) <= CLOSE
            )
            for heard in self._syllables
        }
        self._sounds = self._by_sound(parts["reading_word"], parts["reading_syllables"])

    def unigram(self, word: Words) -> Logs:
        """How likely each word is by itself."""
        found: Logs = self._unigram[word]
        return found

    def log_probability(self, before: Words, previous: Words, word: Words) -> Logs:
        """How likely each `word` is after `before` `previous`; NO_WORD where nothing is known. Broadcasts."""
        before, previous, word = np.broadcast_arrays(before, previous, word)
        follows = previous != NO_WORD
        left = np.where(follows, previous, 0)
        place, seen = _find(self._pairs, left * self._size + word)
        backed_off = self._unigram[word] + np.where(follows, self._unigram_backoff[left], 0.0)
        two = np.where(seen & follows, self._pair_log[place], backed_off)
        far = np.where(before != NO_WORD, before, 0)
        place, known = _find(self._pairs, far * self._size + left)
        known &= (before != NO_WORD) & follows
        triple, seen = _find(self._triples, place * self._size + word)
        backed_off = two + np.where(known, self._pair_backoff[place], 0.0)
        found: Logs = np.where(seen & known, self._triple_log[triple], backed_off)
        return found

    def homophones(self, sounds: list[str], furthest: float) -> Iterator[Homophone]:
        """Words of up to LONGEST_WORD syllables that `sounds` (toneless, from its start) may stand for.

        `furthest`: the distance (`sounds.distance`, up to CLOSE) all syllables of a word may have together.
        """
        stack: list[tuple[str, float, tuple[float, ...]]] = [("", 0.0, ())]
        while stack:
            key, distance, distances = stack.pop()
            for word, tones in self._sounds.get(key, ()):
                yield Homophone(word, tones, distances)
            if len(key) == min(len(sounds), LONGEST_WORD):
                continue
            for step, letter in self._near.get(sounds[len(key)], ()):
                if distance + step > furthest:
                    break
                if key + letter in self._sounds:
                    stack.append((key + letter, distance + step, (*distances, step)))

    def _by_sound(self, reading_word: Any, reading_syllables: Any) -> dict[str, list[tuple[int, tuple[int, ...]]]]:
        """Words by their syllables, a letter a syllable; every beginning of a key is a key as well."""
        found: dict[str, list[tuple[int, tuple[int, ...]]]] = {}
        position = 0
        codes: list[int] = reading_syllables.tolist()
        for word in reading_word.tolist():
            length = len(self.words[word])
            reading = codes[position : position + length]
            position += length
            key = "".join(_letter(code // 5) for code in reading)
            for end in range(1, length):
                found.setdefault(key[:end], [])
            found.setdefault(key, []).append((word, tuple(code % 5 for code in reading)))
        return found


_loading = threading.Lock()


def mandarin() -> LanguageModel:
    """The model that comes with the package, loaded once (about two seconds and 100 MB)."""
    with _loading:
        return _mandarin()


@lru_cache(maxsize=1)
def _mandarin() -> LanguageModel:
    return LanguageModel()


def _letter(syllable: int) -> str:
    return chr(0xE000 + syllable)


def _find(keys: Words, wanted: Words) -> tuple[Words, NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, keys[place] == wanted


def _restored(parts: dict[str, Any], name: str, group: Words) -> Words:
    """The ascending numbers of each group, from their differences kept in three byte planes."""
    steps = sum(parts[f"{name}_{plane}"].astype(np.int64) << (8 * plane) for plane in range(3))
    total: Words = np.cumsum(steps)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    before = np.where(starts > 0, total[starts - 1], 0)
    counts = np.diff(np.append(starts, len(group)))
    restored: Words = total - np.repeat(before, counts)
    return restored
