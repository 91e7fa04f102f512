"""Exit codes (0 holds, 1 does not hold, 2 unusable input) and what stands on standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from bot.cli import speech
from bot.cli.console import language_of
from models.vault import Vault
from tests.cli.conftest import Zhilu
from transcribe.decode import Audio
from transcribe.transcript import Transcript

PACKS = Path(__file__).resolve().parents[2] / "dialogs" / "packs"


def polite(text: str) -> bool:
    """One line that is no traceback and no bare code."""
    return text.count("\n") == 1 and "Traceback" not in text and len(text) > 10


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_Hans_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_TW"}, "zh_Hans_CN"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_help_is_in_the_terminals_language(zhilu: Zhilu) -> None:
    assert "Regulation packs." in zhilu("--help").out
    assert "规则包。" in zhilu("--help", language="zh_CN.UTF-8").out


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("verify", "--nonsense"), ("packs", "play"), ("demo", "--port", "x")]
)
def test_unknown_usage_is_unusable_input(zhilu: Zhilu, arguments: tuple[str, ...]) -> None:
    ran = zhilu(*arguments)
    assert (ran.code, ran.out) == (2, "")


# --- packs ---------------------------------------------------------------------------------------------------


def test_the_shipped_packs_are_sound(zhilu: Zhilu) -> None:
    ran = zhilu("packs", "lint")
    assert (ran.code, ran.out) == (0, "")


def test_a_faulty_pack_is_told_with_place_and_remedy(zhilu: Zhilu, tmp_path: Path) -> None:
    pack = tmp_path / "bad.yaml"
    pack.write_text("id: bad\nshort: B\ntitle: 坏包\nversion: one\neffective: {from: unknown}\n", encoding="utf-8")
    ran = zhilu("packs", "lint", pack)
    assert ran.code == 1
    assert f"{pack}:4: version:" in ran.out
    assert zhilu("packs", "lint", pack, language="zh_CN.UTF-8").out != ran.out


def test_linting_what_is_not_there_is_unusable_input(zhilu: Zhilu) -> None:
    ran = zhilu("packs", "lint", "/nowhere/at/all")
    assert (ran.code, ran.out) == (2, "")
    assert polite(ran.err)


def test_coverage_names_every_article(zhilu: Zhilu) -> None:
    ran = zhilu("packs", "coverage", "xigang-finance", "--json")
    [pack] = ran.json["packs"]
    assert ran.code == (0 if ran.json["ok"] else 1)
    assert [article["article"] for article in pack["articles"]] == [f"XG-{number}" for number in range(1, 23)]
    assert "XG-8" in zhilu("packs", "coverage", "xigang-finance").out


def test_playing_a_record_asks_and_reviews(zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["不存在的选项", "1", "", "/back", "/nonsense", "/quit"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    ran = zhilu("packs", "play", "xigang-finance", "case_opening", language="zh_CN.UTF-8")
    assert ran.code == 1
    assert "执法类别：行政处罚" in ran.out
    assert "尚缺：" in ran.out
    assert "这里不能用这个命令。" in ran.out


def test_playing_an_unknown_record_names_those_there_are(zhilu: Zhilu) -> None:
    ran = zhilu("packs", "play", "xigang-finance", "nonsense")
    assert ran.code == 2
    assert "case_opening" in ran.err


# --- verify --------------------------------------------------------------------------------------------------


def test_verifying_nothing_is_unusable_input_and_creates_nothing(zhilu: Zhilu, data: Path) -> None:
    ran = zhilu("verify", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert polite(ran.err)
    assert not (data / "zhilu.db").exists()


def test_verify_holds_then_names_what_was_added(zhilu: Zhilu, data: Path) -> None:
    assert zhilu("admin", "agency", "add", "xg", "西岗区财政局", "--pack", "xigang-finance").code == 0
    ran = zhilu("verify", "--json")
    assert ran.code == 0
    assert {key: ran.json[key] for key in ("ok", "leaves", "objects", "faults")} == {
        "ok": True, "leaves": 1, "objects": 0, "faults": [],
    }  # fmt: skip
    head = f"{ran.json['head']['seq']}:{ran.json['head']['hash']}"
    assert zhilu("verify", "--head", head).code == 0
    assert zhilu("verify", "--head", f"9:{'0' * 64}").code == 1
    assert zhilu("verify", "--head", "nonsense").code == 2

    added = Vault(data / "vault").path(Vault(data / "vault").put(b"smuggled").sha256)
    os.utime(added, (time.time() - 7200,) * 2)
    ran = zhilu("verify", "--json")
    assert ran.code == 1
    assert [(fault["kind"], fault["what"]) for fault in ran.json["faults"]] == [
        ("extra", f"{added.parent.name}/{added.name}")
    ]
    assert "多出" in zhilu("verify", language="zh_CN.UTF-8").out


def test_a_damaged_database_does_not_hold(zhilu: Zhilu, data: Path) -> None:
    data.mkdir()
    (data / "zhilu.db").write_bytes(b"this is no database" * 300)
    ran = zhilu("verify", "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)


# --- transcribe ----------------------------------------------------------------------------------------------


class FakeTranscriber:
    """Hears a fixed sentence; keeps what it was asked with."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []

    def transcribe(self, audio: Audio, *, file: str = "", **options: object) -> Transcript:
        self.asked.append(options)
        return Transcript.from_json(
            {
                "file": file,
                "duration": audio.duration,
                "language": "zh",
                "model": "fake",
                "segments": [],
                "coverage": {"speech": 0.0, "transcribed": 0.0, "skipped": []},
                "removed": [],
                "corrections": [],
            }
        )


@pytest.fixture
def transcriber(monkeypatch: pytest.MonkeyPatch) -> FakeTranscriber:
    fake = FakeTranscriber()
    monkeypatch.setattr(speech, "_transcriber", lambda _model: fake)
    return fake


def silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(b"\0\0" * 8000)
    return path


def test_transcripts_come_one_a_line_in_the_order_given(
    zhilu: Zhilu, transcriber: FakeTranscriber, tmp_path: Path
) -> None:
    second, first = silence(tmp_path / "b.wav"), silence(tmp_path / "a.wav")
    terms = tmp_path / "terms.txt"
    terms.write_text("西岗区财政局\n\n 会计凭证 \n", encoding="utf-8")
    ran = zhilu("transcribe", second, first, "--json", "--terms", terms, "--dialect", "southwestern")
    assert ran.code == 0
    assert [json.loads(line)["file"] for line in ran.out.splitlines()] == ["b.wav", "a.wav"]
    assert transcriber.asked[0]["case_terms"] == ["西岗区财政局", "会计凭证"]
    assert transcriber.asked[0]["dialect"] == "southwestern"


def test_an_unusable_recording_is_told_and_the_others_are_done(
    zhilu: Zhilu, transcriber: FakeTranscriber, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"not sound at all")
    ran = zhilu("transcribe", bad, tmp_path / "absent.wav", silence(tmp_path / "good.wav"), "--json")
    assert ran.code == 2
    assert ran.json["file"] == "good.wav"
    assert ran.err.count("\n") == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("option", [("--dialect", "klingon"), ("--terms", "/nowhere.txt")])
def test_unusable_options_are_refused_before_any_work(
    zhilu: Zhilu, transcriber: FakeTranscriber, tmp_path: Path, option: tuple[str, str]
) -> None:
    ran = zhilu("transcribe", silence(tmp_path / "a.wav"), "--json", *option)
    assert (ran.code, ran.out, transcriber.asked) == (2, "", [])
    assert polite(ran.err)


# --- the real process ----------------------------------------------------------------------------------------


def test_as_a_process_it_says_nothing_but_json(tmp_path: Path) -> None:
    environment = {**os.environ, "ZHILU_DATA": str(tmp_path), "LANG": "zh_CN.UTF-8", "LC_ALL": ""}
    ran = subprocess.run(
        [sys.executable, "-m", "bot.cli", "packs", "coverage", "--json"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=PACKS.parents[1],
        timeout=60,
    )
    covered = json.loads(ran.stdout)
    assert covered["packs"] and ran.returncode == (0 if covered["ok"] else 1), ran.stderr
    assert ran.stderr == ""
