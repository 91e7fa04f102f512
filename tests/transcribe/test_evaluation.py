"""Measured as an agency would: counts by hand, references in every place they may stand, refusals before any work."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.errors import Missing, ZhiluError
from tests.support.need import need, shared
from tests.transcribe.sound import write
from transcribe.engine import Settings, Transcriber
from transcribe.evaluation.counting import errors_by_part, figures_found, terms_found
from transcribe.evaluation.figures import Score, score, summary
from transcribe.evaluation.hearing import Heard, hear, hear_stock
from transcribe.evaluation.recordings import Recording, read
from transcribe.models import BASE_PACKAGES
from transcribe.normalisation import edit_distance
from transcribe.stock import Stock
from transcribe.transcript import Coverage, Segment
from transcribe.turns import Turn
from transcribe.voice_activity import Span

HEADS = "file\tgroup\ttier\treference_normalised"


def clip(*parts: str, group: str = "g", terms: tuple[str, ...] = ()) -> Recording:
    return Recording(Path("x.wav"), group, "A", parts, terms)


def heard(text: str, seconds: float = 60.0) -> Heard:
    return Heard(text, seconds, seconds / 10)


# --- counting ------------------------------------------------------------------------------------------------


def test_errors_fall_to_the_turn_they_were_made_in() -> None:
    assert errors_by_part(["你好吗", "我很好", "再见"], "你好吗我恨好好再") == [(3, 0), (3, 1), (2, 2)]
    assert errors_by_part(["你好", "", "再见"], "") == [(2, 2), (0, 0), (2, 2)]


def test_errors_of_parts_add_up_to_the_edit_distance() -> None:
    drawn = random.Random(5)
    for _ in range(300):
        parts = ["".join(drawn.choices("甲乙丙", k=drawn.randrange(6))) for _ in range(drawn.randrange(1, 5))]
        text = "".join(drawn.choices("甲乙丙", k=drawn.randrange(15)))
        assert sum(errors for _, errors in errors_by_part(parts, text)) == edit_distance("".join(parts), text)


def test_terms_found_and_put_in_falsely() -> None:
    assert terms_found(["李明", "李明华"], "李明华来了，李明没来", "李明华来了，立明没来") == (2, 1, 0)
    assert terms_found(["海康公司"], "没有人提到", "海康公司没有人提到") == (0, 0, 1)
    assert terms_found([], "甲", "乙") == (0, 0, 0)


def test_figures_count_in_whatever_numerals_they_stand() -> None:
    said = "三千五百元，二零二六年三月五日，百分之九十五，一定要一点一点来"
    assert figures_found(said, "3500元，2026年3月6号，95%") == (5, 4)
    assert figures_found("一些人说一定", "1些") == (0, 0)


# --- figures -------------------------------------------------------------------------------------------------


def test_rates_are_micro_averaged_and_tiers_apart() -> None:
    ours = [
        Score("mandarin", "A", [(10, 1)]),
        Score("mandarin", "A", [(30, 9)]),
        Score("mandarin-noisy", "C", [(10, 10)]),
        Score("wu", "A", []),
    ]
    stock = [Score(one.group, one.tier, [(c, e + (c == 10 and e == 1)) for c, e in one.parts]) for one in ours]
    result = summary(ours, stock)
    assert result["groups"]["mandarin"]["cer"] == 0.25
    assert result["groups"]["mandarin"]["stock_cer"] == 0.275
    assert result["groups"]["wu"]["cer"] is None
    assert result["tiers"]["A"]["chars"] == 40
    assert result["all"]["chars"] == 50
    assert result["mandarin"]["clips"] == 3
    assert result["mandarin"]["tiers"]["C"]["cer"] == 1.0
    low, high = result["groups"]["mandarin"]["ci95"]
    assert low <= 0.25 <= high
    assert "stock_cer" not in summary(ours)["all"]


def test_an_interval_needs_more_than_one_recording_or_turns() -> None:
    assert summary([Score("g", "", [(10, 1)])])["all"]["ci95"] is None
    low, high = summary([Score("g", "", [(10, 1), (10, 5), (10, 0)])])["all"]["ci95"]
    assert low < 0.2 < high


def test_a_recording_without_a_word_measures_inventions_and_no_errors() -> None:
    rates = summary([score(clip(), heard("谢谢观看", 30.0)), score(clip("你好"), heard("你好"))])["all"]
    assert rates["invented_per_minute"] == 8.0
    assert (rates["cer"], rates["chars"]) == (0.0, 2)


def test_recall_coverage_and_speed() -> None:
    said = clip("李明付了三千元", "他付了五十元", terms=("李明",))
    whole = Heard("黎明付了3000元他付了15元", 60.0, 15.0, coverage=Coverage(50.0, 49.0))
    rates = summary([score(said, whole, ["王芳"])], [score(said, heard("李明付了3000元他付了50元"), ["王芳"])])["all"]
    assert (rates["term_recall"], rates["stock_term_recall"], rates["terms"]) == (0.0, 1.0, 1)
    assert (rates["figure_recall"], rates["figures"]) == (0.5, 2)
    assert rates["false_terms_per_1000"] == 0.0
    assert (rates["coverage"], rates["real_time_factor"], rates["stock_real_time_factor"]) == (0.98, 0.25, 0.1)
    assert "stock_coverage" not in rates


def test_speech_given_to_the_wrong_speaker() -> None:
    said = Recording(Path("x.wav"), "g", "", ("问", "答"), turns=(Turn(0, 4, "officer"), Turn(4, 10, "owner")))
    segments = (Segment(0, 4, "问", speaker="A"), Segment(4, 8, "答", speaker="B"), Segment(8, 10, "答", speaker="A"))
    heard = Heard("问答", 10.0, 1.0, segments, speech=(Span(0, 10),))
    assert summary([score(said, heard)])["all"]["speaker_error"] == pytest.approx(0.2, abs=0.01)
    assert summary([score(clip("问答"), replace(heard, segments=()))])["all"]["speaker_error"] is None


# --- what there is to measure --------------------------------------------------------------------------------


def test_a_folder_of_recordings_with_texts_beside_them(tmp_path: Path) -> None:
    for name, text in (("a", "你好".encode()), ("b", "早上好".encode("gb18030")), ("still", b"\n")):
        write(tmp_path / f"{name}.wav")
        (tmp_path / f"{name}.txt").write_bytes(text)
    (tmp_path / "talk").mkdir()
    write(tmp_path / "talk" / "c.ogg")
    (tmp_path / "talk" / "c.turns.tsv").write_text(
        "speaker\tstart_s\tend_s\ttext\nA\t0\t1\t问\nB\t1\t2.5\t答\n", encoding="utf-8"
    )
    write(tmp_path / "nobody-wrote-this-down.wav")
    found = {recording.path.stem: recording for recording in read([tmp_path])}
    assert set(found) == {"a", "b", "still", "c"}
    assert [found[name].reference for name in ("a", "b", "still", "c")] == ["你好", "早上好", "", "问答"]
    assert (found["a"].group, found["c"].group) == (tmp_path.name, "talk")
    assert [(turn.speaker, turn.end) for turn in found["c"].turns] == [("A", 1.0), ("B", 2.5)]


def test_manifest_and_single_recordings_together(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    write(tmp_path / "long.ogg")
    (tmp_path / "long.txt").write_text("很长", encoding="utf-8")
    (tmp_path / "m.tsv").write_text(f"{HEADS}\tterms\na.wav\tmandarin\tA\t你好\t李明、王芳\n", encoding="utf-8")
    listed, single = read([tmp_path / "m.tsv", tmp_path / "long.ogg"])
    assert (listed.group, listed.tier, listed.terms) == ("mandarin", "A", ("李明", "王芳"))
    assert (single.group, single.reference) == ("long", "很长")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("m.tsv", b"file\tgroup\n", "manifest.missing_column"),
        ("m.tsv", HEADS.encode(), "manifest.empty"),
        ("m.tsv", f"{HEADS}\nno.wav\tmandarin\tA\t好\n".encode(), "manifest.missing_audio"),
        ("m.tsv", f"{HEADS}\n\n".encode(), "manifest.empty"),
        ("m.tsv", f"{HEADS}\nbad.wav\tmandarin\tA\t好\n".encode(), "audio.undecodable"),
        ("m.tsv", b"\xff\xff\xff", "manifest.unreadable"),
        ("good.turns.tsv", b"speaker\tstart_s\tend_s\n", "manifest.missing_column"),
        ("good.turns.tsv", b"speaker\tstart_s\tend_s\ttext\nA\t3\t2\thm\n", "reference.turn"),
        ("good.turns.tsv", b"speaker\tstart_s\tend_s\ttext\nA\tsoon\t2\thm\n", "reference.turn"),
        ("good.txt", b"\xff\xff\xff", "reference.unreadable"),
        ("other.txt", b"", "reference.missing"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    write(tmp_path / "good.wav")
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ZhiluError) as fault:
        read([tmp_path / name if name == "m.tsv" else tmp_path / "good.wav"])
    assert fault.value.code == code


def test_places_without_references_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    with pytest.raises(ZhiluError) as fault:
        read([tmp_path])
    assert fault.value.code == "reference.none"
    with pytest.raises(Missing):
        read([tmp_path / "nothing"])


# --- the real model ------------------------------------------------------------------------------------------


@pytest.mark.whisper
def test_a_small_evaluation_against_stock(tmp_path: Path) -> None:
    import importlib.util

    need(all(importlib.util.find_spec(package) for package in BASE_PACKAGES), "the base weights' packages")
    source = shared("audio/manifest.tsv")
    lines = source.read_text(encoding="utf-8").splitlines()
    wanted = ("aishell3_SSB00110004.wav", "thuhcsi_dialogue2.wav")
    manifest = tmp_path / "manifest.tsv"
    manifest.write_text("\n".join([lines[0], *(line for line in lines if line.startswith(wanted))]), encoding="utf-8")
    for name in wanted:
        (tmp_path / name).symlink_to(source.parent / name)
    settings = Settings(cache=tmp_path / "models")
    recordings = read([manifest])
    transcriber, stock = Transcriber(settings), Stock(settings)
    ours = [score(*pair) for pair in zip(recordings, hear(recordings, transcriber), strict=True)]
    peers = [score(*pair) for pair in zip(recordings, hear_stock(recordings, stock), strict=True)]
    result = summary(ours, peers)
    assert set(result["groups"]) == {"mandarin", "mandarin-dialogue"}
    assert result["mandarin"]["clips"] == 2
    assert result["mandarin"]["cer"] <= result["mandarin"]["stock_cer"] + 0.05
    assert result["mandarin"]["coverage"] > 0.9
    assert np.isfinite(result["all"]["real_time_factor"])
    assert np.isfinite(result["all"]["stock_real_time_factor"])
