"""One written form for comparing two transcripts: Simplified, no punctuation, one form of numerals."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import opencc
from numpy.typing import NDArray

from transcribe.numerals import to_arabic

_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)")
_ASPECT = re.compile("(?<![显名原专论编土巨合拙遗译昭卓])著(?![名作者称述录书])")
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])(?:[,?!:;]|\.(?!\d))")
_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", ".": "。"}
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """`text` in Simplified characters (OpenCC `t2s`: characters change, words stay). Thread-safe.

    OpenCC leaves 著 alone, which is a verb's 着 in transcripts unless it means writing or renown. Cantonese 嗰 stays:
    its Simplified form (U+20BB6) is in few fonts and nobody writes it.
    """
    with _lock:
        converted: str = _converter().convert(text)
    return _ASPECT.sub("着", converted).replace("妳", "你").replace("\U00020bb6", "嗰")


def chinese_punctuation(text: str) -> str:
    """Half-width marks after a Chinese character made full-width, as written Chinese has them; the length stays."""
    return _HALF_WIDTH.sub(lambda mark: _FULL_WIDTH[mark.group()], text)


def comparable(text: str) -> str:
    """`text` reduced to what an error rate should see.

    NFKC, Simplified, Latin in lower case, numerals in Arabic digits, only letters, digits and characters left.
    """
    return "".join(character for character in folded(text) if character.isalnum() or character == "%")


def folded(text: str) -> str:
    """`text` in one form of letters, characters and numerals, punctuation as it is."""
    return _PERCENT.sub(r"\1%", to_arabic(simplified(unicodedata.normalize("NFKC", text)).lower()))


def edit_distance(reference: str, hypothesis: str) -> int:
    """Levenshtein distance in characters (insertions, deletions, substitutions each cost 1)."""
    for row in distances(reference, hypothesis):
        last = row
    return int(last[-1])


def distances(reference: str, hypothesis: str) -> Iterator[NDArray[np.int64]]:
    """For each prefix of `reference`, the empty one first: its edit distances to every prefix of `hypothesis`."""
    heard = np.array([ord(character) for character in hypothesis], dtype=np.int64)
    columns = np.arange(len(heard) + 1)
    row = columns
    yield row
    for expected in map(ord, reference):
        row = np.concatenate(([row[0] + 1], np.minimum(row[1:] + 1, row[:-1] + (heard != expected))))
        # A run of insertions costs its length: what is left of each column, each further one costing 1 more.
        row = np.minimum.accumulate(row - columns) + columns
        yield row
