"""One written form for comparing two transcripts: Simplified, no punctuation, one form of numerals."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import opencc

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
    folded = to_arabic(simplified(unicodedata.normalize("NFKC", text)).lower())
    folded = _PERCENT.sub(r"\1%", folded)
    return "".join(character for character in folded if character.isalnum() or character == "%")


def edit_distance(reference: str, hypothesis: str) -> int:
    """Levenshtein distance in characters (insertions, deletions, substitutions each cost 1)."""
    previous = list(range(len(hypothesis) + 1))
    for row, expected in enumerate(reference, start=1):
        current = [row]
        for column, heard in enumerate(hypothesis, start=1):
            current.append(
                min(
                    previous[column] + 1,
                    current[column - 1] + 1,
                    previous[column - 1] + (expected != heard),
                )
            )
        previous = current
    return previous[-1]
