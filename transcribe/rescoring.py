"""Right sounds, wrong characters: heard text respelled where the language wants other words of the same sound.

A small Whisper hears 挪用 and writes 罗用. Each run of Chinese characters becomes a lattice of all words that sound
like what was heard (`language_model.homophones`), and a beam search finds the most likely spelling: log-likelihood
of the words, less a toll for each character that is not as heard. The toll grows with the model's own confidence in
the character heard, with the distance in sound and with a different tone, so that what was heard well stays.
This is the noisy channel of spelling correction (Kernighan, Church and Gale, COLING 1990) with a pinyin input
method's search (Chen and Lee, "A New Statistical Approach to Chinese Pinyin Input", ACL 2000).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.changes import rewritten
from transcribe.language_model import LONGEST_WORD, NO_WORD, UNKNOWN, LanguageModel
from transcribe.marks import BY_LANGUAGE
from transcribe.sounds import CLOSE, sounds, toned
from transcribe.transcript import Segment

NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两几半第点壹贰叁肆伍陆柒捌玖拾佰仟萬億兩")
"""Figures, dates and amounts are evidence: a character of them is never changed, and none is put in."""

SHORTEST = 2
"""Characters of a word that may be put in. Single ones (左/坐, 灰/会) were as often spoilt as mended: CER stayed."""

_KEPT = "\N{REPLACEMENT CHARACTER}"
_RUN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Weights:
    """Tolls in nats of the language model, chosen by cross-validation over clips (docs/transcription.md).

    `change`: any character; `confidence`: times the log-odds of the character heard; `tone`: same sound, other tone;
    `distance`: times `sounds.distance`; `furthest`: distance of a whole word beyond which it is not considered.
    """

    change: float = 5.0
    confidence: float = 0.5
    tone: float = 0.7
    distance: float = 4.0
    furthest: float = CLOSE


@dataclass(frozen=True)
class Difference:
    """`heard` from character `start` of the text was respelled as `written`, of the same length."""

    start: int
    heard: str
    written: str


@dataclass(frozen=True)
class Respelled:
    """Text of the length of what was heard, and every stretch that differs."""

    text: str
    changes: tuple[Difference, ...]


_STATES = 30
_WORDS_PER_SPAN = 30
_SURE, _UNSURE = 0.995, 0.02


def respell(
    text: str, probabilities: Sequence[float], model: LanguageModel, weights: Weights | None = None
) -> Respelled:
    """Simplified `text` in its most likely spelling; `probabilities`: how sure each of its characters was heard."""
    weights = weights or Weights()
    written = list(text)
    for run in _RUN.finditer(text):
        start, end = run.span()
        written[start:end] = _Search(run.group(), probabilities[start:end], model, weights).best()
    return Respelled("".join(written), tuple(changes(text, "".join(written))))


def changes(heard: str, written: str) -> list[Difference]:
    """Stretches of neighbouring characters that differ between two texts of one length."""
    found: list[Difference] = []
    start = 0
    for end in range(len(heard) + 1):
        if end == len(heard) or heard[end] == written[end]:
            if start < end:
                found.append(Difference(start, heard[start:end], written[start:end]))
            start = end + 1
    return found


def correct(
    segment: Segment, model: LanguageModel, weights: Weights | None = None, keep: Sequence[str] = ()
) -> Segment:
    """`segment` respelled, each change recorded; words keep their times and the probability they were heard with.

    What stands in `keep` is left as it is. A segment whose words do not spell its text stays as it is.
    """
    if not segment.spelled:
        return segment
    sure = [word.probability for word in segment.words for _ in word.text]
    text = segment.text
    for word in keep:
        text = text.replace(word, _KEPT * len(word))
    for change in respell(text, sure, model, weights).changes:
        end = change.start + len(change.heard)
        segment = rewritten(segment, change.start, end, change.written, BY_LANGUAGE)
    return segment


@dataclass(frozen=True)
class _Arrivals:
    """States that reach one place from place `source` over the same span: last two words, score, and the way."""

    source: int
    previous: NDArray[np.int64]
    word: NDArray[np.int64]
    score: NDArray[np.float64]
    state: NDArray[np.int64]
    choice: NDArray[np.int64]
    spellings: list[str]


@dataclass(frozen=True)
class _States:
    previous: NDArray[np.int64]
    word: NDArray[np.int64]
    score: NDArray[np.float64]
    way: list[tuple[int, int, str]]


class _Search:
    """Beam search over the words one run of Chinese characters may stand for."""

    def __init__(self, run: str, probabilities: Sequence[float], model: LanguageModel, weights: Weights) -> None:
        self._run = run
        self._model = model
        self._weights = weights
        self._sounds = [toned(each) for each in sounds(run)]
        sure = np.clip(np.asarray(probabilities, dtype=np.float64), _UNSURE, _SURE)
        odds = np.log(sure / (1 - sure))
        self._tolls = weights.change + weights.confidence * np.maximum(0.0, odds)

    def best(self) -> str:
        length = len(self._run)
        arrivals: list[list[_Arrivals]] = [[] for _ in range(length + 1)]
        reached: list[_States | None] = [None] * (length + 1)
        nothing = np.array([NO_WORD])
        reached[0] = _States(nothing, nothing, np.zeros(1), [(0, 0, "")])
        for place in range(length):
            states = reached[place] if place == 0 else _kept(arrivals[place])
            reached[place] = states
            if states is None:
                continue
            for span, options in self._options(place).items():
                arrivals[place + span].append(self._step(place, states, options))
        reached[length] = _kept(arrivals[length])
        return _spelled(reached)

    def _options(self, place: int) -> dict[int, dict[int, tuple[float, str]]]:
        """By number of characters: words (id to toll and spelling) that may stand at `place`."""
        options: dict[int, dict[int, tuple[float, str]]] = {}
        ahead = min(LONGEST_WORD, len(self._run) - place)
        heard_sounds = [sound for sound, _ in self._sounds[place : place + ahead]]
        for found in self._model.homophones(heard_sounds, self._weights.furthest):
            spelling = self._model.words[found.word]
            if len(spelling) < SHORTEST:
                continue
            toll = self._toll(place, spelling, found.tones, found.distances)
            if toll is not None:
                words = options.setdefault(len(spelling), {})
                if found.word not in words or words[found.word][0] > toll:
                    words[found.word] = toll, spelling
        for span in range(1, ahead + 1):
            heard = self._run[place : place + span]
            if heard in self._model.ids:
                options.setdefault(span, {})[self._model.ids[heard]] = 0.0, heard
            elif span == 1:
                options.setdefault(1, {})[UNKNOWN] = 0.0, heard
        return options

    def _toll(self, place: int, spelling: str, tones: tuple[int, ...], distances: tuple[float, ...]) -> float | None:
        total = 0.0
        for index, character in enumerate(spelling):
            heard = self._run[place + index]
            if character == heard:
                continue
            if character in NUMERALS or heard in NUMERALS:
                return None
            total += self._tolls[place + index] + self._weights.distance * distances[index]
            if tones[index] != self._sounds[place + index][1]:
                total += self._weights.tone
        return total

    def _step(self, place: int, states: _States, options: dict[int, tuple[float, str]]) -> _Arrivals:
        words = np.array(list(options))
        tolls = np.array([toll for toll, _ in options.values()])
        spellings = [spelling for _, spelling in options.values()]
        if len(words) > _WORDS_PER_SPAN:
            worth = self._model.unigram(words) - tolls
            # What was heard stays an option however rare it is.
            worth[tolls == 0] = np.inf
            chosen = np.argpartition(-worth, _WORDS_PER_SPAN)[:_WORDS_PER_SPAN]
            words, tolls, spellings = words[chosen], tolls[chosen], [spellings[index] for index in chosen]
        likely = self._model.log_probability(states.previous[:, None], states.word[:, None], words[None, :])
        scores = (states.score[:, None] + likely - tolls).ravel()
        top = np.argsort(-scores, kind="stable")[:_STATES]
        state, choice = np.divmod(top, len(words))
        return _Arrivals(place, states.word[state], words[choice], scores[top], state, choice, spellings)


def _kept(arrivals: Sequence[_Arrivals]) -> _States | None:
    """The best states at one place, one for each pair of last words."""
    if not arrivals:
        return None
    origin = np.concatenate([np.full(len(each.score), number) for number, each in enumerate(arrivals)])
    inner = np.concatenate([np.arange(len(each.score)) for each in arrivals])
    score = np.concatenate([each.score for each in arrivals])
    known: set[tuple[int, int]] = set()
    rows: list[tuple[int, int, float, tuple[int, int, str]]] = []
    for index in np.argsort(-score, kind="stable"):
        each, at = arrivals[origin[index]], inner[index]
        pair = int(each.previous[at]), int(each.word[at])
        if pair in known:
            continue
        known.add(pair)
        rows.append((*pair, float(score[index]), (each.source, int(each.state[at]), each.spellings[each.choice[at]])))
        if len(rows) == _STATES:
            break
    return _States(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
        [row[3] for row in rows],
    )


def _spelled(reached: Sequence[_States | None]) -> str:
    place, state = len(reached) - 1, 0
    spellings: list[str] = []
    while place > 0:
        states = reached[place]
        assert states is not None
        place, state, spelling = states.way[state]
        spellings.append(spelling)
    return "".join(reversed(spellings))
