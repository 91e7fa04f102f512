"""How alike syllables sound, with and without the mergers of a dialect."""

from __future__ import annotations

import math
from itertools import product

import pytest

from models.errors import InvalidInput
from transcribe.dialects import lexicons
from transcribe.sounds import CLOSE, STANDARD, Syllable, distance, likeness, read_mergers, similarity, sounds, syllable

SYLLABLES = ("ren2", "yin2", "zhi1", "zi1", "lü4", "nu4", "er2", "an1", "wo3", "hui4", "fei4", "jiong3", "xue2", "de5")


@pytest.mark.parametrize(
    ("spelled", "read"),
    [
        ("shui3", Syllable("sh", "uei", 3)),
        ("you3", Syllable("y", "iou", 3)),
        ("yuan2", Syllable("y", "van", 2)),
        ("yi", Syllable("y", "i", 0)),
        ("wen2", Syllable("w", "uen", 2)),
        ("jun1", Syllable("j", "vn", 1)),
        ("lv4", Syllable("l", "v", 4)),
        ("lüe4", Syllable("l", "ve", 4)),
        ("er2", Syllable("0", "er", 2)),
        ("de5", Syllable("d", "e", 0)),
        ("liu2", Syllable("l", "iou", 2)),
        ("zhi1", Syllable("zh", "i", 1)),
    ],
)
def test_a_syllable_is_taken_apart(spelled: str, read: Syllable) -> None:
    assert syllable(spelled) == read


def test_what_is_no_syllable_is_like_itself_alone() -> None:
    for text in ("", "，", "qwerty", "3", "zh"):
        assert syllable(text) is None
        assert similarity(text, text) == 1.0
        assert similarity(text, "ma1") == 0.0


@pytest.mark.parametrize(
    ("one", "other", "pair"),
    [
        ("lan2", "nan2", "n/l"),
        ("shi4", "si4", "sh/s"),
        ("ren2", "yin2", "r/y"),
        ("rou4", "you4", "r/y"),
        ("re4", "ye4", "r/y"),
        ("ru2", "yu2", "r/y"),
        ("ri4", "yi4", "r/y"),
        ("fei1", "hui1", "f/h"),
        ("feng1", "hong1", "f/h"),
        ("fu2", "hu2", "f/h"),
        ("shui3", "fei3", "sh/f"),
        ("gan1", "jian1", "g/j"),
        ("xie2", "hai2", "h/x"),
        ("zhan4", "jian4", "zh/j"),
        ("ai4", "nai4", "n/0"),
        ("huang2", "wang2", "h/w"),
        ("xin1", "xing1", "in/ing"),
        ("dun1", "den1", "un/en"),
        ("xue2", "xiao2", "üe/iao"),
        ("jie1", "gai1", "jie/gai"),
        ("ma1", "ma3", "tone1/tone3"),
    ],
)
def test_a_merger_makes_two_syllables_one(one: str, other: str, pair: str) -> None:
    whole, half = read_mergers({pair: 1}), read_mergers({pair: 0.5})
    assert similarity(one, other, whole) == 1.0
    assert similarity(one, other, STANDARD) <= similarity(one, other, half) < 1.0
    assert similarity(one, other, whole) == similarity(other, one, whole)


def test_a_merger_leaves_other_sounds_alone() -> None:
    mergers = read_mergers({"an/ang": 1, "n/l": 1})
    for one, other in (("lian2", "liang2"), ("ran2", "lan2"), ("ni3", "nü3"), ("ba1", "ma1")):
        assert similarity(one, other, mergers) == similarity(one, other)


def test_likeness_is_symmetric_bounded_and_whole_only_for_equals() -> None:
    for one, other in product(SYLLABLES, SYLLABLES):
        value = similarity(one, other)
        assert 0 < value <= 1
        assert value == similarity(other, one)
        assert (value == 1) == (one == other)


def test_tones_count_little_and_unstressed_ones_less() -> None:
    assert similarity("ma1", "mo1") < similarity("ma1", "ma4") < similarity("ma1", "ma5") < 1
    assert similarity("ma", "ma5") == 1.0


def test_texts_are_compared_character_by_character() -> None:
    assert sounds("银行，行人") == ["yin2", "hang2", "，", "xing2", "ren2"]
    northeastern = lexicons()["northeastern"].mergers
    assert likeness("人家", "银家", northeastern) > likeness("人家", "银家")
    assert likeness("人家", "人家") == 1.0
    assert likeness("人家", "人") == likeness("", "") == 0.0
    assert likeness("人家", "苹果") < 0.3


@pytest.mark.parametrize(
    ("pair", "weight"),
    [
        ("n/l", 2),
        ("n/l", -0.1),
        ("n/l", "0.5"),
        ("n/l", True),
        ("n/n", 0.5),
        ("n", 0.5),
        ("n/l/r", 0.5),
        ("n/in", 0.5),
        ("tone1/tone9", 0.5),
        ("tone1/n", 0.5),
        ("qq/ww", 0.5),
        (5, 0.5),
    ],
)
def test_an_unreadable_merger_is_refused(pair: str, weight: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_mergers({pair: weight})
    assert refused.value.code == "lexicon.merger"


def test_mergers_extend_one_another() -> None:
    both = read_mergers({"n/l": 0.5, "in/ing": 1}).extended(read_mergers({"l/n": 0.9, "tone1/tone3": 0.2}))
    assert both == read_mergers({"n/l": 0.9, "in/ing": 1, "tone1/tone3": 0.2})


def test_syllables_lie_near_or_far() -> None:
    assert distance("zhang", "zhang") == 0
    assert distance("zhang", "zang") == CLOSE == distance("lin", "ling") == distance("nan", "lan")
    assert CLOSE < distance("ying", "yong") < distance("ma", "shuang") < distance("ma", "？") == math.inf
