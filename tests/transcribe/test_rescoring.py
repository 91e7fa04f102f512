"""Spelling by sound: what the language wants, what it may not touch, and that every change stays visible."""

from __future__ import annotations

import numpy as np
import pytest

from transcribe.language_model import NO_WORD, LanguageModel, mandarin
from transcribe.marks import BY_LANGUAGE, Change
from transcribe.rescoring import NUMERALS, Weights, changes, correct, respell
from transcribe.sounds import CLOSE
from transcribe.transcript import Coverage, Segment, Transcript, Word


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return mandarin()


def respelled(text: str, model: LanguageModel, sure: float = 0.4) -> str:
    return respell(text, [sure] * len(text), model).text


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("他因为罗用公款被判刑", "他因为挪用公款被判刑"),
        ("我们依法进行行政处发", "我们依法进行行政处罚"),
        ("请出示您的营业执造", "请出示您的营业执照"),
    ],
)
def test_words_of_the_same_sound_are_spelt_as_the_language_wants(heard: str, meant: str, model: LanguageModel) -> None:
    assert respelled(heard, model) == meant


@pytest.mark.parametrize("text", ["我们是市场监督管理局的执法人员", "请您如实回答我们的提问", "嗯", "", "ABC，12。"])
def test_good_text_stays(text: str, model: LanguageModel) -> None:
    assert respelled(text, model) == text


def test_what_was_heard_surely_stays(model: LanguageModel) -> None:
    heard = "请出示您的营业执造"
    assert respell(heard, [0.99] * len(heard), model, Weights(confidence=4.0)).changes == ()


def test_single_characters_are_not_put_in(model: LanguageModel) -> None:
    free = Weights(change=0.0, confidence=0.0, tone=0.0, distance=0.0)
    for heard in ("左", "灰", "他"):
        assert respell(heard, [0.05], model, free).text == heard


@pytest.mark.parametrize("text", ["罚款三万五千员", "二零二六年一月气日", "一共是室万元", "身份证尾号四四七八"])
def test_figures_are_never_changed_nor_made(text: str, model: LanguageModel) -> None:
    found = respell(text, [0.05] * len(text), model, Weights(change=0.0, confidence=0.0, tone=0.0, distance=0.0))
    for heard, written in zip(text, found.text, strict=True):
        assert heard == written or not {heard, written} & NUMERALS


def test_other_writing_stays_where_it_is(model: LanguageModel) -> None:
    heard = "他，在KTV罗用公款3次。"
    assert respelled(heard, model) == "他，在KTV挪用公款3次。"


def test_changes_tell_where_and_what() -> None:
    assert [(each.start, each.heard, each.written) for each in changes("甲乙丙丁", "甲子丑丁")] == [(1, "乙丙", "子丑")]
    assert changes("甲", "甲") == []
    assert [each.start for each in changes("甲乙丙", "子乙丑")] == [0, 2]


def test_each_change_is_recorded_with_its_time_and_words_still_spell_the_text(model: LanguageModel) -> None:
    heard = "他罗用公款"
    words = tuple(Word(index * 0.5, index * 0.5 + 0.4, each, 0.4) for index, each in enumerate(heard))
    segment = correct(Segment(0.0, 2.5, heard, words), model)
    assert segment.text == "他挪用公款" == "".join(word.text for word in segment.words)
    assert [word.probability for word in segment.words] == [0.4] * 5
    assert segment.changes == (Change(1, 2, "罗", BY_LANGUAGE),)
    (change,) = Transcript("a.ogg", 3.0, "zh", "base", (segment,), Coverage(2.5, 2.5)).corrections()
    assert change == {"start": 0.5, "end": 0.9, "heard": "罗", "term": "挪", "by": "language"}


def test_a_segment_without_words_stays(model: LanguageModel) -> None:
    segment = Segment(0.0, 2.5, "他罗用公款")
    assert correct(segment, model) == segment


def test_word_sequences_are_rated(model: LanguageModel) -> None:
    def rate(*words: str) -> float:
        ids = [np.array(NO_WORD), np.array(NO_WORD), *(np.array(model.ids[word]) for word in words)]
        return sum(float(model.log_probability(*ids[place : place + 3])) for place in range(len(words)))

    assert rate("挪用", "公款") > rate("罗", "用", "公款")
    # KenLM 0.3.0 on the original gives -3.621, -2.346, -1.638, -2.351 (base 10).
    assert rate("我们", "要", "去", "北京") == pytest.approx(-9.956 * np.log(10), abs=0.02)


def test_homophones_come_with_their_distances(model: LanguageModel) -> None:
    found = {model.words[each.word]: each.distances for each in model.homophones(["ou", "da"], 0.0)}
    assert found["殴打"] == (0.0, 0.0)
    assert "珠宝" in {model.words[each.word] for each in model.homophones(["zu", "bao"], CLOSE)}
    assert "珠宝" not in {model.words[each.word] for each in model.homophones(["zu", "bao"], 0.0)}
