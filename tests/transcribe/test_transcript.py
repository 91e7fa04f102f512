"""The published form of a transcript, uncertain words, dialect marks, case terms, question and answer."""

from __future__ import annotations

import json

import pytest

from models.errors import Missing
from transcribe import question_answer
from transcribe.dialects import lexicons, mark
from transcribe.marks import BY_LANGUAGE, Change, Proposal
from transcribe.question_answer import asks
from transcribe.transcript import Coverage, DialectWord, Removed, Segment, Skipped, Transcript, Word, uncertain


def spoken(text: str, start: float = 0.0, probability: float = 0.9, speaker: str | None = None) -> Segment:
    words = tuple(
        Word(start + n * 0.2, start + n * 0.2 + 0.2, character, probability) for n, character in enumerate(text)
    )
    return Segment(start, start + len(text) * 0.2, text, words, speaker)


def transcript(*segments: Segment) -> Transcript:
    return Transcript("a.ogg", 20.0, "zh", "base", segments, Coverage(10.0, 9.0))


def test_published_form() -> None:
    whole = Transcript(
        "a.ogg",
        12.3456,
        "zh",
        "base",
        (
            Segment(
                0.0,
                1.004,
                "唠嗑",
                (Word(0.0, 1.004, "唠嗑", 0.61234),),
                None,
                (DialectWord("唠嗑", "聊天"),),
                (Change(0, 2, "劳科", BY_LANGUAGE),),
                (Proposal(0, 2, "老柯", 0.4),),
            ),
        ),
        Coverage(3.0, 2.0, (Skipped(2.0, 3.0, "no_text"),)),
        (Removed(5.0, 6.0, "字幕由某提供", "credits"),),
    )
    data = whole.to_json()
    assert data["segments"] == [
        {
            "start": 0.0,
            "end": 1.0,
            "speaker": None,
            "text": "唠嗑",
            "words": [{"start": 0.0, "end": 1.0, "text": "唠嗑", "probability": 0.612}],
            "dialect": [{"term": "唠嗑", "meaning": "聊天"}],
            "changes": [{"start": 0, "end": 2, "heard": "劳科", "by": "language"}],
            "proposals": [{"start": 0, "end": 2, "term": "老柯", "likelihood": 0.4}],
            "figures": [],
        }
    ]
    assert data["coverage"] == {
        "speech": 3.0,
        "transcribed": 2.0,
        "skipped": [{"start": 2.0, "end": 3.0, "reason": "no_text"}],
    }
    assert data["removed"] == [{"start": 5.0, "end": 6.0, "text": "字幕由某提供", "reason": "credits"}]
    assert data["corrections"] == [{"start": 0.0, "end": 1.0, "heard": "劳科", "term": "唠嗑", "by": "language"}]
    assert data["proposals"] == [{"start": 0.0, "end": 1.0, "heard": "唠嗑", "term": "老柯", "likelihood": 0.4}]
    assert {"file", "duration", "language", "model", "speakers"} <= set(data)
    assert Transcript.from_json(json.loads(json.dumps(data))).to_json() == data


def test_uncertain_words_share_a_span() -> None:
    words = [Word(0, 1, "聚焦", 0.3), Word(1, 2, "停车费", 0.2), Word(2, 3, "保安", 0.9), Word(3, 4, "吗", 0.1)]
    assert uncertain(words, 0.5) == [(0, 5), (7, 8)]


def test_every_lexicon_is_whole() -> None:
    known = lexicons()
    assert {"northeastern", "jiaoliao", "southwestern", "zhongyuan", "cantonese"} <= set(known)
    for lexicon in known.values():
        terms = [entry.term for entry in lexicon.entries]
        assert 15 <= len(terms) == len(set(terms))
        for entry in lexicon.entries:
            assert entry.meaning
            assert entry.meaning != entry.term
            marked = mark(entry.example, lexicon.id)
            assert entry.term in {word.term for word in marked}, (lexicon.id, entry.term)


def test_dialect_words_are_marked_in_order_and_kept() -> None:
    found = mark("晓不得他们摆龙门阵，啥子都莫得", "southwestern")
    assert [word.term for word in found] == ["晓不得", "摆龙门阵", "啥子", "莫得"]


def test_ambiguous_words_need_the_dialect() -> None:
    assert mark("中国女子在上街") == ()
    assert [word.term for word in mark("中，我签", "zhongyuan")] == ["中"]
    assert mark("中国人", "zhongyuan") == ()
    with pytest.raises(Missing) as fault:
        mark("你好", "martian")
    assert fault.value.code == "dialect.unknown"


def test_mishearing_is_marked_only_where_the_model_was_unsure() -> None:
    unsure = spoken("他在劳科", probability=0.2)
    assert [word.term for word in mark(unsure.text, "northeastern", unsure.words)] == ["唠嗑"]
    sure = spoken("他在劳科", probability=0.9)
    assert mark(sure.text, "northeastern", sure.words) == ()


@pytest.mark.parametrize(
    "text",
    ["你叫什么名字", "货是从哪里进的", "你有没有办证", "是不是你签的字", "一共卖了多少钱？", "你听清楚了吗", "咋整的"],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text", ["我叫王建国", "没有", "不是", "我不知道是谁送的", "卖了三千五百块", "什么都没卖", "对，是我"]
)
def test_no_questions(text: str) -> None:
    assert not asks(text)


def test_lines_of_a_questioning() -> None:
    drafted = question_answer.lines(
        transcript(
            spoken("开始记录", 0.0),
            spoken("你叫什么名字", 2.0),
            spoken("我叫", 4.0),
            spoken("王建国", 5.0, probability=0.2),
            spoken("有没有办证", 7.0),
            spoken("没有", 9.0),
        )
    )
    assert [(line.role, line.text) for line in drafted] == [
        ("unknown", "开始记录"),
        ("question", "你叫什么名字"),
        ("answer", "我叫，王建国"),
        ("question", "有没有办证"),
        ("answer", "没有"),
    ]
    assert drafted[2].uncertain == ((3, 6),)
    assert (drafted[2].start, drafted[2].end) == (4.0, pytest.approx(5.6))


def test_a_line_stays_short_enough_to_be_read_and_corrected() -> None:
    told = [spoken("那天下午我在店里" * 4, 2.0 + 3 * number) for number in range(6)]
    drafted = question_answer.lines(transcript(spoken("说说经过", 0.0), spoken("怎么回事", 1.0), *told))
    assert [line.role for line in drafted] == ["unknown", "question", *["answer"] * (len(drafted) - 2)]
    assert all(len(line.text) <= question_answer.LONGEST_LINE + 1 for line in drafted)
    assert "".join(line.text for line in drafted[2:]).replace("，", "") == "那天下午我在店里" * 24


def test_known_speakers_decide() -> None:
    drafted = question_answer.lines(
        transcript(
            spoken("你叫什么名字", 0.0, speaker="A"),
            spoken("你问我什么名字", 2.0, speaker="B"),
            spoken("我叫王建国", 4.0, speaker="B"),
            spoken("几点关的门", 6.0, speaker="A"),
        )
    )
    assert [(line.speaker, line.role) for line in drafted] == [
        ("A", "question"),
        ("B", "answer"),
        ("A", "question"),
    ]


def test_a_role_is_guessed_for_a_voice_and_two_may_ask() -> None:
    drafted = question_answer.lines(
        transcript(
            spoken("我们是执法人员", 0.0, speaker="A"),
            spoken("你叫什么名字", 2.0, speaker="A"),
            spoken("王建国", 4.0, speaker="B"),
            spoken("几点关的门", 6.0, speaker="C"),
            spoken("是问谁", 8.0, speaker="B"),
            spoken("九点", 10.0, speaker="B"),
            spoken("有没有办证", 12.0, speaker="A"),
        )
    )
    assert [(line.speaker, line.role) for line in drafted] == [
        ("A", "question"),
        ("B", "answer"),
        ("C", "question"),
        ("B", "answer"),
        ("A", "question"),
    ]


def test_one_voice_says_nothing_of_roles() -> None:
    drafted = question_answer.lines(
        transcript(spoken("你叫什么名字", 0.0, speaker="A"), spoken("王建国", 4.0, speaker="A"))
    )
    assert [line.role for line in drafted] == ["question", "answer"]
