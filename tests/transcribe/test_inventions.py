"""What nobody spoke goes, with evidence; what somebody may have spoken stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from transcribe.inventions import remove
from transcribe.transcript import Segment, Word
from transcribe.voice_activity import Span


def segment(text: str, start: float, end: float) -> Segment:
    step = (end - start) / len(text)
    words = tuple(Word(start + step * n, start + step * (n + 1), character, 0.9) for n, character in enumerate(text))
    return Segment(start, end, text, words)


SPEECH = [Span(0.0, 30.0)]


def test_credits_go_and_the_rest_of_the_segment_stays() -> None:
    kept, removed = remove([segment("货是昨天进的。请不吝点赞订阅转发。", 0.0, 8.0)], SPEECH)
    assert [part.text for part in kept] == ["货是昨天进的。"]
    assert "".join(word.text for word in kept[0].words) == "货是昨天进的。"
    assert [(part.reason, part.text) for part in removed] == [("credits", "请不吝点赞订阅转发。")]
    assert removed[0].start > 2.0


def test_a_segment_of_credits_only_goes_wholly() -> None:
    kept, removed = remove([segment("字幕由志愿者提供", 0.0, 4.0)], SPEECH)
    assert kept == []
    assert removed[0].reason == "credits"


def test_text_without_speech_goes() -> None:
    kept, removed = remove([segment("谢谢大家来参加", 40.0, 43.0)], SPEECH)
    assert kept == []
    assert removed[0].reason == "no_speech"


def test_a_loop_keeps_its_first_turn() -> None:
    kept, removed = remove([segment("我不知道" * 12, 0.0, 10.0)], SPEECH)
    assert [part.text for part in kept] == ["我不知道"]
    assert removed[0].reason == "loop"
    assert removed[0].text == "我不知道" * 11


def test_a_person_may_repeat_himself() -> None:
    text = "得了得了得了得了，我问你"
    kept, removed = remove([segment(text, 0.0, 4.0)], SPEECH)
    assert [part.text for part in kept] == [text]
    assert removed == []


def test_faster_than_anyone_speaks() -> None:
    text = "根据中华人民共和国行政处罚法第六十三条的规定当事人有权要求听证"
    kept, removed = remove([segment(text, 0.0, 1.0)], SPEECH)
    assert kept == []
    assert removed[0].reason == "too_fast"
    assert remove([segment(text, 0.0, 6.0)], SPEECH)[1] == []


def test_echo_of_the_prompt() -> None:
    kept, removed = remove([segment("以下是普通话的句子", 0.0, 3.0)], SPEECH, prompt="以下是普通话的句子。")
    assert kept == []
    assert removed[0].reason == "prompt_echo"


@pytest.mark.parametrize(
    "text",
    [
        "字幕由Amara.org社区提供",
        "字幕由 Amara.org 社群提供",
        "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目",
        "明镜需要您的支持 欢迎订阅明镜",
        "优优独播剧场——YoYo Television Series Exclusive",
        "中文字幕志愿者 杨茜茜",
        "詞曲 李宗盛",
        "作詞・作曲・編曲 初音",
        "謝謝觀看",
        "感谢您的收看，下期再见！",
        "我们下期再见",
        "请点赞、订阅、转发",
        "中文字幕",
        "(音樂播放中)",
        "【掌声】",
        "♪～",
        "Please subscribe to my channel.",
    ],
)
def test_what_whisper_is_known_to_invent_goes(text: str) -> None:
    kept, removed = remove([segment(text, 0.0, 8.0)], SPEECH)
    assert kept == []
    assert {part.reason for part in removed} <= {"credits", "annotation"}


@pytest.mark.parametrize(
    "text",
    [
        "他让我点赞订阅那个频道",
        "碟片没有中文字幕，也没有版号",
        "字幕组的人我不认识",
        "谢谢观看的那些人都买了票",
        "谢谢大家",
        "再见",
        "这首歌的作词是我朋友",
        "心如明镜",
        "下期还款是三月五号",
    ],
)
def test_what_people_say_of_such_things_stays(text: str) -> None:
    kept, removed = remove([segment(text, 0.0, 4.0)], SPEECH)
    assert [part.text for part in kept] == [text]
    assert removed == []


def test_a_farewell_hardly_heard_goes_and_one_that_was_heard_stays() -> None:
    said = segment("就这些了。谢谢观看", 0.0, 4.0)
    unsure = tuple(replace(word, probability=0.4) for word in said.words)
    assert [part.text for part in remove([replace(said, words=unsure)], SPEECH)[0]] == ["就这些了。"]
    assert remove([said], SPEECH) == ([said], [])


def test_a_text_again_and_again_is_a_loop_unless_it_is_a_short_answer() -> None:
    def said(*texts: str) -> list[Segment]:
        return [segment(text, 3.0 * n, 3.0 * n + 2.0) for n, text in enumerate(texts)]

    speech = [Span(0.0, 60.0)]
    kept, removed = remove(said("前面的话", *["我会在你身边"] * 6, "后面的话"), speech)
    assert [part.text for part in kept] == ["前面的话", "我会在你身边", "后面的话"]
    assert [part.reason for part in removed] == ["loop"] * 5
    kept, _ = remove(said(*["我会在你身边", "做一个很好的朋友"] * 4), speech)
    assert [part.text for part in kept] == ["我会在你身边", "做一个很好的朋友"]
    assert remove(said(*["不知道"] * 6), speech)[1] == []
    assert remove(said(*["我真的不知道"] * 3), speech)[1] == []


def test_a_name_of_the_prompt_said_by_itself_stays() -> None:
    prompt = "本案涉及大连海康餐饮有限公司、李明华。"
    said = segment("大连海康餐饮有限公司", 0.0, 4.0)
    assert remove([said], SPEECH, prompt)[1] == []
    unsure = replace(said, words=tuple(replace(word, probability=0.3) for word in said.words))
    assert remove([unsure], SPEECH, prompt)[1][0].reason == "prompt_echo"


def test_a_word_that_alignment_put_before_its_speech_stays_if_it_was_surely_heard() -> None:
    said = segment("北", 36.6, 36.7)
    speech = [Span(0.0, 36.4), Span(48.7, 54.0)]
    assert remove([said], speech) == ([said], [])
    unsure = replace(said, words=tuple(replace(word, probability=0.4) for word in said.words))
    assert remove([unsure], speech)[1][0].reason == "no_speech"
