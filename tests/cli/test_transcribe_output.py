"""What `zhilu transcribe` shows beside the text: words written otherwise than heard, possible terms, figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import speech
from tests.cli.conftest import Zhilu
from tests.transcribe.sound import write
from transcribe.decode import Audio
from transcribe.figures import figures
from transcribe.marks import BY_TERM, Change, Proposal
from transcribe.transcript import Coverage, Segment, Transcript, Word

TEXT = "庄河市王明三月五号交了三千五百块，身份证幺幺零幺零五一九四九一二三一零零三幺"


class Fake:
    def transcribe(self, audio: Audio, *, file: str = "", **options: object) -> Transcript:
        words = tuple(Word(n * 0.2, n * 0.2 + 0.2, each, 0.9) for n, each in enumerate(TEXT))
        segment = Segment(0.0, words[-1].end, TEXT, words, figures=tuple(figures(TEXT)))
        marked = replace(segment, changes=(Change(0, 3, "装和", BY_TERM),), proposals=(Proposal(3, 5, "汪明", 0.4),))
        return Transcript(file, audio.duration, "zh", "fake", (marked,), Coverage(1.0, 1.0))


def test_marks_stand_under_their_segment(zhilu: Zhilu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "_transcriber", lambda _model: Fake())
    recording = write(tmp_path / "a.wav")
    shown = zhilu("transcribe", recording).out
    assert TEXT in shown
    for mark in (
        "庄河市: heard as 装和",
        "王明: perhaps 汪明",
        "三月五号：3月5日",
        "三千五百块：3,500.00元",
        "110105194912310031 (its check digit is wrong)",
    ):
        assert mark in shown
    data = zhilu("transcribe", recording, "--json").json
    assert data["corrections"] == [{"start": 0.0, "end": 0.6, "heard": "装和", "term": "庄河市", "by": "term"}]
    assert data["proposals"] == [{"start": 0.6, "end": 1.0, "heard": "王明", "term": "汪明", "likelihood": 0.4}]
    assert [each["written"] for each in data["segments"][0]["figures"]][:2] == ["3月5日", "3,500.00元"]
