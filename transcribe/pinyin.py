"""How Chinese text sounds: one toneless syllable a character."""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

_HAN_RUN = re.compile("[\u3400-\u9fff]+|.", re.DOTALL)


def syllables(text: str) -> list[str]:
    """One syllable for each character of `text`, chosen with its neighbours; other characters stand for themselves."""
    found: list[str] = []
    for run in _HAN_RUN.findall(text):
        sounds = lazy_pinyin(run, style=Style.NORMAL)
        found += sounds if len(sounds) == len(run) else list(run)
    return found
