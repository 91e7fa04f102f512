"""Who speaks when: voices told apart, words given to them, and how right that is."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import Unavailable
from tests.support.need import shared
from tests.transcribe.voice import BOY, MAN, WOMAN, Voice, conversation
from transcribe import campplus, clustering, voice_activity
from transcribe.decode import decode
from transcribe.diarisation import by_name
from transcribe.evaluation.recordings import read
from transcribe.marks import BY_LANGUAGE, Change, Figure, Proposal
from transcribe.progress import Cancelled
from transcribe.speaker_error import speaker_accuracy, turns_of
from transcribe.transcript import DialectWord, Segment, Word
from transcribe.turns import Turn, assign
from transcribe.voice_activity import Span


def told(*speakers: str, seconds: float = 3.0) -> list[tuple[str, Voice, float]]:
    voices = {"A": MAN, "B": WOMAN, "C": BOY}
    return [(speaker, voices[speaker], seconds + 0.4 * (number % 3)) for number, speaker in enumerate(speakers)]


def words(text: str, start: float, pace: float = 0.25, pause_after: int | None = None) -> tuple[Word, ...]:
    spelt = []
    for number, letter in enumerate(text):
        begin = start + pace * number + (0.4 if pause_after is not None and number >= pause_after else 0.0)
        spelt.append(Word(begin, begin + pace, letter, 0.9))
    return tuple(spelt)


@pytest.mark.parametrize("order", ["ABABAABABBABAB", "ABACABCABACBCA"])
def test_voices_are_told_apart(order: str) -> None:
    audio, truth, speech = conversation(*told(*order))
    found = by_name("spectral").turns(audio, speech)
    assert speaker_accuracy(found, truth, speech) >= 0.97
    assert {turn.speaker for turn in found} == set(order)
    assert found[0].speaker == "A" and [turn.start for turn in found] == sorted(turn.start for turn in found)


@pytest.mark.parametrize("voice", [MAN, WOMAN])
def test_one_person_stays_one(voice: Voice) -> None:
    audio, _, speech = conversation(*(("A", voice, 2.0 + 0.5 * (number % 4)) for number in range(16)))
    assert {turn.speaker for turn in by_name("spectral").turns(audio, speech)} == {"A"}


def test_a_change_without_a_pause_is_found() -> None:
    audio, truth, speech = conversation(*told("A", "B", "A", "B", "A", "B", seconds=4.0), pause=0.0)
    assert len(speech) == 1
    found = by_name("spectral").turns(audio, speech)
    assert [turn.speaker for turn in found] == list("ABABAB")
    for turn, expected in zip(found, truth, strict=True):
        assert turn.end == pytest.approx(expected.end, abs=0.6)


def test_nothing_and_hardly_anything() -> None:
    audio, _, speech = conversation(("A", MAN, 0.3))
    assert by_name("spectral").turns(audio, []) == []
    assert [turn.speaker for turn in by_name("spectral").turns(audio, speech)] == ["A"]


def test_telling_apart_can_be_cancelled() -> None:
    audio, _, speech = conversation(*told("A", "B"))
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        by_name("spectral").turns(audio, speech, cancelled=lambda: next(asked))


def test_hours_of_speech_are_thinned_before_they_are_grouped() -> None:
    random = np.random.default_rng(0)
    vectors = np.concatenate([random.normal(side, 1, (20_000, 14)) for side in (-1.0, 1.0)])
    centres = clustering.voices(random.permutation(vectors), 0.5, 1.2)
    assert sorted(np.round(centres.mean(axis=1))) == [-1.0, 1.0]


@pytest.mark.parametrize("name", ["interview_long", "interview_noisy"])
def test_two_real_speakers(name: str) -> None:
    (recording,) = read([shared(f"audio/{name}.ogg")])
    audio = decode(recording.path)
    speech = voice_activity.speech_spans(audio)
    found = by_name("spectral").turns(audio, speech)
    assert speaker_accuracy(found, recording.turns, speech) >= 0.9


def test_a_real_person_alone_stays_one() -> None:
    clips = sorted(shared("audio").glob("aishell_BAC009S0150*.wav"))
    spoken = [decode(clip) for clip in clips]
    audio = type(spoken[0])(np.concatenate([clip.samples for clip in spoken]))
    found = by_name("spectral").turns(audio, voice_activity.speech_spans(audio))
    assert {turn.speaker for turn in found} == {"A"}


def test_a_segment_is_split_where_the_speaker_changes() -> None:
    spelt = words("你几点走的五点唠嗑", 0.0, pause_after=5)
    whole = Segment(0.0, spelt[-1].end, "你几点走的五点唠嗑", spelt, None, (DialectWord("唠嗑", "聊天"),))
    asked, answered = assign([whole], [Turn(0.0, 1.2, "A"), Turn(1.3, 4.0, "B")])
    assert (asked.text, asked.speaker, asked.dialect) == ("你几点走的", "A", ())
    assert (answered.text, answered.speaker, answered.dialect) == ("五点唠嗑", "B", whole.dialect)
    assert (asked.end, answered.start) == (1.25, 1.3)
    assert (*asked.words, *answered.words) == spelt


def test_marks_go_with_their_words_and_are_not_split() -> None:
    spelt = words("你几点走的三百五十元王建国", 0.0, pause_after=5)
    whole = Segment(
        0.0,
        spelt[-1].end,
        "你几点走的三百五十元王建国",
        spelt,
        changes=(Change(1, 3, "激点", BY_LANGUAGE),),
        proposals=(Proposal(10, 13, "王见国", 0.5),),
        figures=(Figure(5, 10, "三百五十元", "350元", "amount"),),
    )
    asked, answered = assign([whole], [Turn(0.0, 1.7, "A"), Turn(2.1, 4.0, "B")])
    assert (asked.text, answered.text) == ("你几点走的", "三百五十元王建国")
    assert asked.changes == whole.changes and answered.changes == asked.figures == asked.proposals == ()
    assert answered.figures == (Figure(0, 5, "三百五十元", "350元", "amount"),)
    assert answered.proposals == (Proposal(5, 8, "王见国", 0.5),)


def test_a_change_of_speaker_does_not_cut_a_figure() -> None:
    spelt = words("三百五十元谢谢", 0.0)
    whole = Segment(
        0.0, spelt[-1].end, "三百五十元谢谢", spelt, figures=(Figure(0, 5, "三百五十元", "350元", "amount"),)
    )
    parts = assign([whole], [Turn(0.0, 1.0, "A"), Turn(1.0, 4.0, "B")])
    assert [part.text for part in parts] == ["三百五十元", "谢谢"]


def test_a_segment_of_one_voice_or_without_words_stays_whole() -> None:
    turns = [Turn(0.0, 2.0, "A"), Turn(2.0, 3.0, "B")]
    whole = Segment(0.0, 1.0, "说说经过", words("说说经过", 0.0))
    wordless = Segment(0.5, 2.5, "说说经过")
    between = Segment(5.0, 6.0, "嗯", words("嗯", 5.0))
    assert [part.speaker for part in assign([whole, wordless, between], turns)] == ["A", "A", "B"]
    assert assign([whole], []) == [whole]


def test_a_segment_lasts_as_long_as_its_turn_sounds() -> None:
    turns = [Turn(0.5, 4.0, "A"), Turn(4.6, 9.0, "B")]
    said = [Segment(0.9, 2.0, "说说", words("说说", 0.9)), Segment(2.4, 3.8, "经过", words("经过", 2.4))]
    answered = Segment(4.9, 6.0, "那天", words("那天", 4.9))
    assert [(part.start, part.end, part.speaker) for part in assign([*said, answered], turns)] == [
        (0.5, 2.4, "A"),
        (2.4, 4.0, "A"),
        (4.6, 7.0, "B"),
    ]


def test_accuracy_matches_labels_one_to_one() -> None:
    truth = [Turn(0, 4, "officer"), Turn(4, 10, "party")]
    speech = [Span(0, 3), Span(5, 10)]
    assert speaker_accuracy([Turn(0, 4, "B"), Turn(4, 10, "A")], truth, speech) == pytest.approx(1.0, abs=0.01)
    assert speaker_accuracy([Turn(0, 10, "A")], truth, speech) == pytest.approx(5 / 8, abs=0.01)
    assert speaker_accuracy([Turn(0, 4, "A"), Turn(4, 7, "B"), Turn(7, 10, "C")], truth, speech) == pytest.approx(
        6 / 8, abs=0.01
    )
    assert speaker_accuracy([], truth, speech) == 0.0
    assert speaker_accuracy([], truth, []) == 1.0


def test_accuracy_of_a_transcript() -> None:
    segments = (Segment(0, 1, "问", (), "A"), Segment(1, 2, "谁"), Segment(2, 4, "答", (), "B"))
    found = turns_of(segments)
    truth = [Turn(0, 2, "1"), Turn(2, 4, "2")]
    assert speaker_accuracy(found, truth, [Span(0, 4)]) == pytest.approx(0.75, abs=0.01)


def test_the_extra_is_refused_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None)
    with pytest.raises(Unavailable) as fault:
        by_name("campplus")
    assert fault.value.code == "speakers.not_installed"


def test_other_weights_than_the_known_ones_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    weights = tmp_path / campplus.WEIGHTS
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"something else")

    def found(name: str, package: Any = None) -> ModuleSpec:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(tmp_path)]
        return spec

    monkeypatch.setattr(importlib.util, "find_spec", found)
    with pytest.raises(Unavailable) as fault:
        by_name("campplus")
    assert fault.value.code == "model.hash_mismatch"
