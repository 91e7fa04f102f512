"""Where terms of a case (names, places, companies) may have been said, though heard as something that sounds so.

A noisy channel, as in `rescoring`: a stretch of text is ordinary language, or other speech misheard, or a term
misheard. For the term speaks how alike its syllables and those heard sound (`sounds.similarity`, with what the dialect
does not keep apart); against it, how likely the characters are as ordinary language where they stand, how surely they
were heard, and how rarely any one term is said. A long term bears more that differs: nothing else explains it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pypinyin import Style, pinyin

from transcribe.figures import figure_places
from transcribe.sounds import STANDARD, Mergers, similarity, sounds

SHORTEST = 2
"""Characters of a term: single ones sound like too much."""
FEWEST = 50
"""Terms a list counts as at least, so that a short one does not make each of its terms common."""


@dataclass(frozen=True)
class Weights:
    """In nats, chosen by cross-validation over clips, `short` on the ground that two syllables are many people's name.

    `rare`: against some term standing at a place, to which the logarithm of their number is added; `short`: more for
    a term of two characters; `other`: for a character that is other speech misheard, when any syllable will do;
    `common`: the same for what many names end with (路, 公司); `likeness`: times the logarithm of `similarity`;
    `dropped`: one syllable too many or too few, in terms of `long` syllables and more; `pause`: a mark or the end of
    a segment within the term; `changed`: any character that changes, and `confidence` times its log-odds; `familiar`:
    what stands there costs by how much it is likelier by itself than the exponential of minus this. Terms of positive
    odds are put in, those above `possible` proposed.
    """

    rare: float = 3.0
    short: float = 1.5
    other: float = 5.0
    common: float = 2.0
    likeness: float = 1.5
    dropped: float = 5.0
    long: int = 4
    pause: float = 1.0
    changed: float = 0.5
    confidence: float = 0.4
    familiar: float = 13.0
    possible: float = -2.0


@dataclass(frozen=True)
class Found:
    """`term` may stand at characters `start` to `end` of a text, with these log-odds; infinite where it does."""

    start: int
    end: int
    term: str
    odds: float


@dataclass(frozen=True)
class _Run:
    """Chinese characters that may be said in one breath: where in the text each stands, its sound, its log-odds."""

    characters: str
    places: tuple[int, ...]
    sounds: tuple[str, ...]
    sure: tuple[float, ...]
    figures: frozenset[int]


_HAN = "[\u3400-\u9fff]"
_RUN = re.compile(rf"{_HAN}+(?:[，。、？！ ]?\n?{_HAN}+)*")
_COMMON = re.compile(
    "(?:先生|女士|省|市|区|县|旗|镇|乡|村|屯|街道|大街|街|大道|路|巷|小区|广场|有限责任公司|有限公司|公司|集团|银行|证券|"
    "酒家|酒店|饭店|超市|商店|店|厂|医院|学校|中心|派出所|分局|局)+$"
)
_CLEARLY = 1.0
_SURE, _UNSURE = 0.995, 0.5


class Search:
    """Looks for `terms` in texts. `likelihood`: natural logarithm of some Chinese characters as ordinary language."""

    def __init__(
        self,
        terms: Sequence[str],
        likelihood: Callable[[str], float],
        mergers: Mergers = STANDARD,
        weights: Weights | None = None,
    ) -> None:
        self.weights = weights or Weights()
        self._terms = [(term, _readings(term)) for term in dict.fromkeys(each.strip() for each in terms)]
        self._terms = [(term, read) for term, read in self._terms if SHORTEST <= len(term) == len(read)]
        self._likelihood = lru_cache(maxsize=4096)(likelihood)
        self._rare = self.weights.rare + math.log(max(FEWEST, len(self._terms)))
        self._loss = lru_cache(maxsize=65536)(lambda readings, heard: self._far(readings, heard, mergers))

    def find(self, text: str, probabilities: Sequence[float]) -> list[Found]:
        """Where in Simplified `text` (a segment a line) terms may stand, of overlapping ones the most likely.

        `probabilities`: how surely each character was heard. Of two terms that sound alike neither is certain.
        """
        found = [each for run in _runs(text, probabilities) for each in self._in_run(run)]
        found.sort(key=lambda each: (-each.odds, -len(each.term), each.start))
        apart: list[Found] = []
        for each in found:
            if all(each.end <= other.start or each.start >= other.end for other in apart):
                rivals = [other for other in found if (other.start, other.end) == (each.start, each.end)]
                told_apart = all(other.term == each.term or other.odds < each.odds - _CLEARLY for other in rivals)
                apart.append(each if told_apart else replace(each, odds=min(each.odds, 0.0)))
        return apart

    def _in_run(self, run: _Run) -> Iterator[Found]:
        for term, readings in self._terms:
            count = len(term)
            for width in (count - 1, count, count + 1) if count >= self.weights.long else (count,):
                for first in range(len(run.sounds) - width + 1):
                    odds = self._odds(run, term, readings, first, width)
                    if odds is not None:
                        yield Found(run.places[first], run.places[first + width - 1] + 1, term, odds)

    def _odds(self, run: _Run, term: str, readings: Sequence[tuple[str, ...]], first: int, width: int) -> float | None:
        weights, last = self.weights, first + width
        heard = run.characters[first:last]
        if heard == term:
            return math.inf
        rare = self._rare + weights.possible + (weights.short if len(term) == SHORTEST else 0.0)
        tail = _COMMON.search(term)
        common = len(tail[0]) if tail and tail.start() and heard.endswith(tail[0]) else 0
        said = min(width, len(term)) - common
        for_term = weights.other * said + weights.common * common - rare
        aligned = self._aligned(readings, run.sounds[first:last], for_term)
        if aligned is None:
            return None
        loss, pairs = aligned
        changed = [first + place for place, index in pairs if heard[place] != term[index]]
        if len(pairs) < width:
            changed += set(range(first, last)) - {first + place for place, _ in pairs}
        if any(run.places[place] in run.figures for place in changed):
            return None
        loss += sum(weights.changed + weights.confidence * run.sure[place] for place in changed)
        loss += weights.pause * (run.places[last - 1] + 1 - run.places[first] - width)
        loss += max(0.0, weights.familiar + self._likelihood(heard))
        around = self._likelihood(run.characters[:first]) + self._likelihood(run.characters[last:])
        unlikely = around - self._likelihood(run.characters)
        odds = min(for_term, unlikely - rare) - loss + weights.possible
        return odds if odds > weights.possible else None

    def _aligned(
        self, readings: Sequence[tuple[str, ...]], heard: Sequence[str], most: float
    ) -> tuple[float, list[tuple[int, int]]] | None:
        """The least loss under `most` of hearing so what is read so, and the pairs (place heard, place in the term)."""
        best: tuple[float, list[tuple[int, int]]] | None = None
        for pairs in _ways(len(heard), len(readings)):
            loss = self.weights.dropped if len(heard) != len(readings) else 0.0
            for place, index in pairs:
                loss += self._loss(readings[index], heard[place])
                if loss >= most:
                    break
            else:
                best, most = (loss, pairs), loss
        return best

    def _far(self, readings: tuple[str, ...], heard: str, mergers: Mergers) -> float:
        alike = max(similarity(each, heard, mergers) for each in readings)
        return -self.weights.likeness * math.log(alike) if alike > 0 else math.inf


@lru_cache(maxsize=256)
def _ways(heard: int, said: int) -> list[list[tuple[int, int]]]:
    """Which syllable heard is which one said, when one at most was left out or put in."""
    if heard == said:
        return [[(place, place) for place in range(said)]]
    if heard < said:
        return [[(at - (at > skip), at) for at in range(said) if at != skip] for skip in range(said)]
    return [[(at + (at >= skip), at) for at in range(said)] for skip in range(1, said)]


def _runs(text: str, probabilities: Sequence[float]) -> Iterator[_Run]:
    figures = frozenset(figure_places(text))
    for match in _RUN.finditer(text):
        places = tuple(place for place in range(*match.span()) if re.match(_HAN, text[place]))
        characters = "".join(text[place] for place in places)
        sure = (min(max(probabilities[place], _UNSURE), _SURE) for place in places)
        odds = tuple(math.log(each / (1 - each)) for each in sure)
        yield _Run(characters, places, tuple(sounds(characters)), odds, figures)


def _readings(term: str) -> list[tuple[str, ...]]:
    """Every reading of each character, with its tone; in a word of the dictionary only the one it has there."""
    return [tuple(each) for each in pinyin(term, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)]
