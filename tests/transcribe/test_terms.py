"""Terms of a case: put in where the sounds say so, proposed where they may, never over ordinary words or figures."""

from __future__ import annotations

from functools import partial

import pytest

from transcribe.dialects import lexicons
from transcribe.finishing import finish
from transcribe.language_model import mandarin
from transcribe.likelihood import likelihood
from transcribe.marks import BY_TERM, Change
from transcribe.recogniser import Hearing
from transcribe.second_hearing import confirmed
from transcribe.sounds import STANDARD, Mergers, read_mergers
from transcribe.term_search import Search
from transcribe.terms import correct
from transcribe.transcript import Segment, Word


def spoken(text: str, probability: float = 0.5, start: float = 0.0) -> Segment:
    """A word a character, 0.2 s each."""
    words = tuple(Word(start + n * 0.2, start + n * 0.2 + 0.2, each, probability) for n, each in enumerate(text))
    return Segment(start, start + len(text) * 0.2, text, words)


def search(*terms: str, mergers: Mergers = STANDARD) -> Search:
    return Search(terms, partial(likelihood, model=mandarin()), mergers)


def put(text: str, *terms: str, probability: float = 0.5, mergers: Mergers = STANDARD) -> str:
    corrected = correct([spoken(text, probability)], search(*terms, mergers=mergers))
    assert all(segment.spelled for segment in corrected)
    return "".join(segment.text for segment in corrected)


@pytest.mark.parametrize(
    ("heard", "term", "written"),
    [
        ("我在大连市西港区开店", "西岗区", "我在大连市西岗区开店"),
        ("他叫旺晓朋是店长", "王晓鹏", "他叫王晓鹏是店长"),
        ("货是从红源商冒进的", "宏远商贸", "货是从宏远商贸进的"),
        ("我住在铃水河子街道", "凌水河子街道", "我住在凌水河子街道"),
        ("我住在兰关岭街", "南关岭街", "我住在南关岭街"),
        ("老板姓佟叫佟里群", "佟立群", "老板姓佟叫佟立群"),
        ("人是星海建筑劳务有限公司招的", "兴海建筑劳务有限公司", "人是兴海建筑劳务有限公司招的"),
        # One syllable of a long name lost, one too many.
        ("在普湾店区开的店", "普兰店区", "在普兰店区开的店"),
        ("是大连宏远商冒有公司的货", "大连宏远商贸有限公司", "是大连宏远商贸有限公司的货"),
        # A mark that the model put into the name.
        ("人在旅，舜口区", "旅顺口区", "人在旅顺口区"),
    ],
)
def test_near_homophones_of_terms_are_put_in(heard: str, term: str, written: str) -> None:
    assert put(heard, term) == written


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("他昨天下午已经下班回家了", ["夏斑", "李佳", "惠嘉"]),
        ("这个问题我不清楚", ["文涕", "卜青"]),
        ("当时店里没有别的人", ["梅友", "典礼"]),
        ("事情已经过去很久了", ["石琪", "沈倩"]),
        ("我想听一下你的意见", ["江婷", "向婷"]),
        ("这是我们公司的规定", ["宏远公司", "归定"]),
        ("他是我的邻居黄先生", ["王先生"]),
        ("", ["王先生"]),
        ("好", ["郝"]),
    ],
)
def test_ordinary_words_stay(text: str, terms: list[str]) -> None:
    assert put(text, *terms) == text


def test_what_was_surely_heard_stays() -> None:
    assert put("当事人是聂伟", "聂玮", probability=0.99) == "当事人是聂伟"
    assert put("当事人是聂伟", "聂玮", probability=0.4) == "当事人是聂玮"


def test_a_weaker_match_is_proposed_and_stands_as_heard() -> None:
    (segment,) = correct([spoken("后来黄先生赔了钱")], search("王先生"))
    assert segment.text == "后来黄先生赔了钱"
    (proposal,) = segment.proposals
    assert (proposal.start, proposal.end, proposal.term) == (2, 5, "王先生")
    assert 0 < proposal.likelihood <= 0.5
    assert segment.changes == ()


def test_of_two_terms_of_one_sound_neither_is_put_in() -> None:
    (segment,) = correct([spoken("店长叫旺晓朋")], search("王晓鹏", "王小鹏"))
    assert segment.text == "店长叫旺晓朋"
    assert [each.term for each in segment.proposals] in (["王晓鹏"], ["王小鹏"])
    assert put("店长叫王小鹏", "王晓鹏", "王小鹏") == "店长叫王小鹏"


def test_the_change_tells_what_was_heard_and_words_keep_their_times() -> None:
    heard = spoken("住在铃水和街")
    (segment,) = correct([heard], search("凌水河街"))
    assert segment.changes == (Change(2, 6, "铃水和街", BY_TERM),)
    assert [(word.start, word.probability) for word in segment.words] == [
        (word.start, word.probability) for word in heard.words
    ]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("罚了五百元整", "武柏元"),
        ("三月七号夜里", "三悦琪"),
        ("二零零六年", "尔林林"),
        ("我交了十五个", "石武"),
        ("号码是幺三八五四九六", "姚三爸"),
    ],
)
def test_figures_are_never_changed(text: str, term: str) -> None:
    (segment,) = correct([spoken(text, 0.05)], search(term))
    assert segment.text == text
    assert segment.proposals == ()


def test_a_numeral_within_a_name_is_no_figure() -> None:
    assert put("民警去了五龙镇", "武隆镇") == "民警去了武隆镇"
    assert put("必须和郭怀毅断绝来往", "郭怀一") == "必须和郭怀一断绝来往"


def test_a_dialect_s_mergers_bring_a_term_nearer() -> None:
    assert put("他叫冯辉", "洪飞") == "他叫冯辉"
    assert put("他叫冯辉", "洪飞", mergers=read_mergers({"f/h": 0.9})) == "他叫洪飞"


def test_a_syllable_left_before_a_pause_is_brought_to_its_term() -> None:
    first, second = spoken("后来去了普"), spoken("兰电区开店", start=4.0)
    left, right = correct([first, second], search("普兰店区"))
    assert (left.text, right.text) == ("后来去了", "普兰店区开店")
    assert left.end == pytest.approx(0.8)
    assert right.start == 4.0
    assert right.changes == (Change(0, 4, "普兰电区", BY_TERM),)
    assert left.spelled
    assert right.spelled


def test_a_segment_without_words_stays() -> None:
    segment = Segment(0.0, 1.0, "我在西港区")
    assert correct([segment], search("西岗区")) == [segment]


def test_finishing_keeps_terms_from_being_respelt() -> None:
    known = lexicons()
    (plain,) = finish([spoken("他在卓羊开店", 0.3)], [], None, known, respell=True)
    (helped,) = finish([spoken("他在卓羊开店", 0.3)], ["卓阳", "罗用"], None, known, respell=True)
    assert "卓阳" not in plain.text
    assert helped.text == "他在卓阳开店"
    (respelt,) = finish([spoken("他罗用公款", 0.3)], [], None, known, respell=True)
    (kept,) = finish([spoken("他罗用公款", 0.3)], ["罗用"], None, known, respell=True)
    assert (respelt.text, kept.text) == ("他挪用公款", "他罗用公款")


@pytest.mark.parametrize(
    ("again", "probability", "written"),
    [("后来王先生赔钱", 0.6, "王先生"), ("后来王先生赔钱", 0.05, "黄先生"), ("后来黄先生赔了钱", 0.6, "黄先生")],
)
def test_a_proposal_is_put_in_when_it_is_heard_by_a_model_that_knows_of_it(
    again: str, probability: float, written: str
) -> None:
    (segment,) = correct([spoken("后来黄先生赔了钱", start=10.0)], search("王先生"))
    asked: list[tuple[float, float, str]] = []

    def hear(start: float, end: float, prompt: str) -> Hearing:
        asked.append((start, end, prompt))
        return Hearing(spoken(again, probability).words, likelihood=-0.4, no_speech=0.0, compression=1.0)

    checked = confirmed(segment, hear)
    assert asked == [(pytest.approx(9.6), pytest.approx(12.0), "王先生")]
    assert checked.text == f"后来{written}赔了钱"
    assert [change.heard for change in checked.changes] == (["黄先生"] if written == "王先生" else [])
    assert len(checked.proposals) == (0 if written == "王先生" else 1)


def test_text_without_proposals_is_not_heard_again() -> None:
    def hear(*asked: object) -> Hearing:
        raise AssertionError(asked)

    assert confirmed(spoken("后来王先生赔了钱"), hear).text == "后来王先生赔了钱"
