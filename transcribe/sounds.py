"""How alike two syllables sound, 0..1, as a speaker of a dialect would say them.

A dialect's `mergers` map a pair of sounds to a weight: 0 always kept apart, 1 never. A pair is written as two pinyin
sounds of one kind with a slash between them:

- initials, `n/l`, `zh/z`; `y`, `w` and `0` stand for none before i or ü, before u, and before a, o or e.
  Where the dialect moves a vowel with the consonant this is allowed for: `f/h` likens fei to hui, `r/y` likens ren to
  yin, `g/j` likens gan to jian;
- finals, `in/ing`, `üe/iao` (`v` may stand for `ü`); `an/ang` says nothing of `ian/iang`;
- whole syllables, `jie/gai`;
- tones, `tone1/tone3`, of the standard language's four.

Nothing here corrects a text: what sounds alike may be proposed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from models.errors import InvalidInput

UNLIKE = 0.1
"""What two sounds without any likeness leave of a syllable's."""

OTHER_TONE = 0.85
WEAK_TONE = 0.95
"""Tones are the first thing a dialect changes, so they count little; beside an unstressed syllable still less."""

Pair = frozenset[str]

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw0")
_RETROFLEX = ("zh", "ch", "sh", "r", "z", "c", "s")
_PALATAL = ("j", "q", "x")
_YODED = ("j", "q", "x", "y")
_FINALS = frozenset(
    re.findall(
        r"\w+",
        """a o e i u v ai ei ao ou an en ang eng ong er ia ie iao iou ian in iang ing iong
        ua uo uai uei uan uen uang ueng ve van vn""",
    )
)
_SHORT = {"ui": "uei", "un": "uen", "iu": "iou"}
# Likeness of sounds that speakers of the standard language itself mishear, or a model does.
_NEAR = {
    frozenset(pair.split("/")): weight
    for weight, pairs in {
        0.6: "zh/z ch/c sh/s n/l in/ing en/eng an/ang ian/iang uan/uang in/vn ian/van ie/ve",
        0.4: "b/p d/t g/k j/q zh/ch z/c f/h r/l eng/ong uen/en i/v",
        0.3: "zh/j ch/q sh/x z/j c/q s/x r/y h/w g/h k/h m/n uei/ei ou/uo e/uo o/uo ao/ou ai/ei an/en ang/eng ie/ian "
        "ch/sh c/s q/x j/x zh/sh g/j k/q h/x en/in eng/ing ing/iong in/uen an/ian ao/iao a/ia ou/iou an/uan u/v a/e "
        "ang/iang ang/uang ong/iong u/ou i/ie i/in e/en a/an ai/an ai/uai a/ua ia/ian uai/ai uen/ong uo/u vn/iong "
        "van/uan v/iou vn/uen",
    }.items()
    for pair in pairs.split()
}


@dataclass(frozen=True)
class Mergers:
    """Pairs of sounds a dialect does not keep apart, each with its weight."""

    initials: Mapping[Pair, float] = field(default_factory=dict)
    finals: Mapping[Pair, float] = field(default_factory=dict)
    syllables: Mapping[Pair, float] = field(default_factory=dict)
    tones: Mapping[Pair, float] = field(default_factory=dict)

    def extended(self, others: Mergers) -> Mergers:
        """With the others beside these, or in place of those of the same sounds."""
        return Mergers(
            {**self.initials, **others.initials},
            {**self.finals, **others.finals},
            {**self.syllables, **others.syllables},
            {**self.tones, **others.tones},
        )


STANDARD = Mergers()

CLOSE = -math.log(0.6)
"""The `distance` of two syllables in which one sound differs that most dialects merge: zh/z, n/l, in/ing."""


@dataclass(frozen=True)
class Syllable:
    """`initial` as spelled (`y`, `w`, `0` for none), `final` in full (`uei`, not `ui`), `tone` 0 when unstressed."""

    initial: str
    final: str
    tone: int


def read_mergers(pairs: Mapping[str, float]) -> Mergers:
    """From the form a lexicon has. Raises InvalidInput `lexicon.merger` (pair, weight)."""
    kinds: dict[str, dict[Pair, float]] = {"initials": {}, "finals": {}, "syllables": {}, "tones": {}}
    for pair, weight in pairs.items():
        known = _kind(pair) if isinstance(pair, str) else None
        if known is None or isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
            raise InvalidInput("lexicon.merger", pair=str(pair), weight=str(weight))
        kind, sounds = known
        kinds[kind][sounds] = float(weight)
    return Mergers(**kinds)


def _kind(pair: str) -> tuple[str, Pair] | None:
    """What sort of pair it is, and its two sounds as they are compared; None for what cannot be read."""
    sides = pair.replace("ü", "v").split("/")
    if len(sides) != 2 or sides[0] == sides[1]:
        return None
    if all(side in _INITIALS for side in sides):
        return "initials", frozenset(sides)
    if all(re.fullmatch("tone[1-4]", side) for side in sides):
        return "tones", frozenset(side[-1] for side in sides)
    full = [_SHORT.get(side, side) for side in sides]
    if all(side in _FINALS for side in full):
        return "finals", frozenset(full)
    spelled = [syllable(side) for side in sides]
    if all(each is not None for each in spelled):
        return "syllables", frozenset(_spelling(each) for each in spelled if each is not None)
    return None


def toned(spelled: str) -> tuple[str, int]:
    """`zhong1` as its sound and tone, 0 being the neutral one."""
    tone = int(spelled[-1]) if spelled[-1].isdigit() else 0
    return spelled.rstrip("012345"), tone % 5


@lru_cache(maxsize=4096)
def syllable(spelled: str) -> Syllable | None:
    """A syllable in pinyin, `lü3` or `lv3`; None when it is none."""
    matched = re.fullmatch(r"([a-zü]+?)([0-5]?)", spelled.lower())
    if matched is None:
        return None
    letters, tone = matched[1].replace("ü", "v"), int(matched[2] or 0) % 5
    initial = next((each for each in _INITIALS if letters.startswith(each)), "0")
    rest = letters.removeprefix(initial)
    if initial == "y":
        final = _of_y(rest)
    elif initial == "w":
        final = rest if rest == "u" else f"u{rest}"
    elif initial in _PALATAL and rest.startswith("u"):
        final = f"v{rest[1:]}"
    else:
        final = rest
    final = _SHORT.get(final, final)
    return Syllable(initial, final, tone) if final in _FINALS else None


def _of_y(rest: str) -> str:
    if rest.startswith(("u", "v")):
        return f"v{rest[1:]}"
    return rest if rest.startswith("i") else f"i{rest}"


def similarity(one: str, other: str, mergers: Mergers = STANDARD) -> float:
    """How alike two syllables in pinyin sound (`shi4`, `si4`), 0..1; one without a tone counts as unstressed.

    Initial, final and tone are multiplied. What is no pinyin is like itself alone.
    """
    first, second = syllable(one), syllable(other)
    if first is None or second is None:
        return float(one == other)
    whole = mergers.syllables.get(frozenset({_spelling(first), _spelling(second)}), 0.0)
    return max(whole, _letters(first, second, mergers)) * _tones(first.tone, second.tone, mergers)


def distance(one: str, other: str) -> float:
    """How far two syllables without tones lie apart in the standard language: the negative logarithm of their likeness.

    0 for the same, `CLOSE` for what most dialects merge, infinite for what is no pinyin.
    """
    if one == other:
        return 0.0
    first, second = syllable(one), syllable(other)
    return math.inf if first is None or second is None else -math.log(_letters(first, second, STANDARD))


def likeness(one: str, other: str, mergers: Mergers = STANDARD) -> float:
    """How alike two texts of one length sound, character by character: the geometric mean; 0 for other lengths."""
    first, second = sounds(one), sounds(other)
    if len(first) != len(second) or not first:
        return 0.0
    product = 1.0
    for left, right in zip(first, second, strict=True):
        product *= similarity(left, right, mergers)
    return float(product ** (1 / len(first)))


def sounds(text: str) -> list[str]:
    """One syllable with its tone for each character (`5`: unstressed); a character without one stands for itself."""
    found: list[str] = []
    for run in re.findall("[\u3400-\u9fff]+|.", text, re.DOTALL):
        spelled = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True)
        found += spelled if len(spelled) == len(run) else list(run)
    return found


def _letters(one: Syllable, other: Syllable, mergers: Mergers) -> float:
    initials = _like(one.initial, other.initial, mergers.initials)
    finals = max(_like(*pair, mergers.finals) for pair in _aligned(one, other))
    return initials * finals


def _like(one: str, other: str, merged: Mapping[Pair, float]) -> float:
    if one == other:
        return 1.0
    pair = frozenset({one, other})
    return max(merged.get(pair, 0.0), _NEAR.get(pair, UNLIKE))


def _tones(one: int, other: int, mergers: Mergers) -> float:
    if one == other:
        return 1.0
    if not one or not other:
        return WEAK_TONE
    merged = mergers.tones.get(frozenset({str(one), str(other)}), 0.0)
    return OTHER_TONE + (1 - OTHER_TONE) * merged


def _aligned(one: Syllable, other: Syllable) -> Sequence[tuple[str, str]]:
    """The two finals, and as they are once the glide is left out that goes with one of the initials."""
    pairs = [(one.final, other.final)]
    for plain, glided in ((one, other), (other, one)):
        if plain.initial == "f" and glided.initial in ("h", "zh", "ch", "sh", "s"):
            pairs.append((_with_u(plain.final), glided.final))
        if plain.initial in ("g", "k", "h", *_RETROFLEX) and glided.initial in _YODED:
            pairs.append((_with_i(plain.final), glided.final))
    return pairs


def _with_u(final: str) -> str:
    """f + eng was h + ueng, which pinyin writes hong."""
    return {"u": "u", "o": "uo", "eng": "ong", "ou": "ou"}.get(final, f"u{final}")


def _with_i(final: str) -> str:
    if final.startswith(("i", "v")):
        return final
    if final.startswith("u") and final != "uo":
        return {"u": "v", "uen": "vn", "uan": "van"}.get(final, final)
    return {"e": "ie", "ai": "ie", "en": "in", "eng": "ing", "ou": "iou", "uo": "ve"}.get(final, f"i{final}")


def _spelling(each: Syllable) -> str:
    return each.initial + each.final
