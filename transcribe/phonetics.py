"""How alike two Mandarin syllables sound (toneless pinyin), for words heard nearly but not quite right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

CLOSE = 0.5
"""Merged in most dialects: zh/z, n/l, in/ing."""
APART = 1.0
FURTHEST = 1.5

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

_CLOSE_INITIALS = "zh/z ch/c sh/s n/l"
_APART_INITIALS = (
    "h/f r/l b/p d/t g/k j/q zh/ch z/c j/zh q/ch x/sh j/z q/c x/s m/n k/h g/h ch/sh c/s q/x j/x zh/sh g/j k/q h/x"
)
_CLOSE_FINALS = "an/ang en/eng in/ing ian/iang uan/uang vn/in van/ian ve/ie"
_APART_FINALS = (
    "en/in eng/ing eng/ong ing/iong in/un an/ian ao/iao a/ia ou/iu e/uo ei/ui en/un an/uan u/v ai/ei an/en ao/ou "
    "a/e ang/iang ang/uang ong/iong u/ou i/ie ie/ian i/in e/en ai/an ai/uai a/ua i/v ia/ian uai/ai uang/ang un/ong "
    "uo/u vn/iong van/uan v/iu vn/un"
)
_AFTER_Y = {
    "a": "ia", "e": "ie", "ao": "iao", "ou": "iu", "an": "ian", "ang": "iang", "ong": "iong", "u": "v", "ue": "ve",
    "uan": "van", "un": "vn",
}  # fmt: skip
_AFTER_W = {"a": "ua", "o": "uo", "ai": "uai", "ei": "ui", "an": "uan", "en": "un", "ang": "uang", "eng": "ong"}


def toned(syllable: str) -> tuple[str, int]:
    """`zhong1` as its sound and tone, 0 being the neutral one."""
    tone = int(syllable[-1]) if syllable[-1].isdigit() else 0
    return syllable.rstrip("012345"), tone % 5


def reading(characters: str) -> list[tuple[str, int]]:
    """Sound and tone of each of some Chinese `characters`, chosen with their neighbours."""
    sounds = lazy_pinyin(characters, style=Style.TONE3)
    return [toned(sound) for sound in sounds] if len(sounds) == len(characters) else [("", 0)] * len(characters)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float | None:
    """0 for the same sound up to FURTHEST, None beyond it."""
    if one == other:
        return 0.0
    first, second = _parts(one), _parts(other)
    total = 0.0
    for index, table in enumerate(_TABLES):
        if first[index] != second[index]:
            step = table.get((first[index], second[index]))
            if step is None:
                return None
            total += step
    return total


def near(heard: str, syllables: Iterable[str]) -> list[tuple[float, str]]:
    """Those of `syllables` that may be confused with `heard`, the nearest first."""
    found = ((distance(heard, each), each) for each in syllables)
    return sorted((far, each) for far, each in found if far is not None and far <= FURTHEST)


def _parts(syllable: str) -> Sequence[str]:
    initial = next((each for each in _INITIALS if syllable.startswith(each)), "")
    final = syllable[len(initial) :]
    if initial == "y":
        return "", _AFTER_Y.get(final, final)
    if initial == "w":
        return "", _AFTER_W.get(final, final)
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    return initial, final


def _table(*pairs: tuple[float, str]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for far, names in pairs:
        for name in names.split():
            one, other = name.split("/")
            found[one, other] = found[other, one] = far
    return found


_TABLES = (
    _table((CLOSE, _CLOSE_INITIALS), (APART, _APART_INITIALS)),
    _table((CLOSE, _CLOSE_FINALS), (APART, _APART_FINALS)),
)
