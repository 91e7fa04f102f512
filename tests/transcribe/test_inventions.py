"""What nobody spoke goes, with evidence; what somebody may have spoken stays."""

from __future__ import annotations

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
