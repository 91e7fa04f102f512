"""`zhilu lexicons`, and the agency's own lexicons in the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.app import build
from bot.cli.lexicons import FAULTS
from bot.settings import Settings
from models.errors import InvalidInput
from tests.cli.conftest import Zhilu
from tests.transcribe import test_lexicons

CHINESE = "zh_CN.UTF-8"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    test_lexicons.written(folder, test_lexicons.SOUND)
    monkeypatch.setenv("ZHILU_LEXICONS", json.dumps([str(folder)]))
    return folder


def test_shipped_lexicons_have_no_faults(zhilu: Zhilu) -> None:
    ran = zhilu("lexicons", "lint")
    assert (ran.code, ran.out, ran.err) == (0, "", "No faults.\n")


@pytest.mark.parametrize("code", test_lexicons.FAULTS)
def test_each_fault_has_its_sentence_in_both_languages(zhilu: Zhilu, tmp_path: Path, code: str) -> None:
    text, line = test_lexicons.FAULTS[code]
    file = test_lexicons.written(tmp_path / "broken", text)
    english, chinese = zhilu("lexicons", "lint", file), zhilu("lexicons", "lint", file.parent, language=CHINESE)
    assert (english.code, chinese.code) == (1, 1)
    assert english.err == "1 fault.\n"
    for said in (english.out, chinese.out):
        assert said.startswith(f"{file}:{line}: ") and said.count("\n") == 1 and "{" not in said
    assert english.out != chinese.out


def test_every_sentence_belongs_to_a_fault() -> None:
    assert set(FAULTS) == set(test_lexicons.FAULTS)


def test_a_path_that_is_not_there_is_unusable_input(zhilu: Zhilu) -> None:
    ran = zhilu("lexicons", "lint", "/nowhere/at/all")
    assert (ran.code, ran.out) == (2, "") and ran.err.count("\n") == 1


def test_the_agencys_own_are_listed_and_may_be_named(zhilu: Zhilu, own: Path) -> None:
    ran = zhilu("lexicons", "list", language=CHINESE)
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines() if "港口话" in line] == [["harbour", "港口话", "zh", "1"]]
    assert "东北官话" in ran.out
    assert zhilu("transcribe", "/nowhere.wav", "--dialect", "harbour").err.startswith("nowhere.wav")
    assert "harbour" in zhilu("transcribe", "/nowhere.wav", "--dialect", "klingon").err


def test_an_unusable_lexicon_is_told_by_commands_and_at_the_start(zhilu: Zhilu, own: Path, data: Path) -> None:
    test_lexicons.written(own, "- 走船\n")
    ran = zhilu("lexicons", "list")
    assert ran.code == 2 and "zhilu lexicons lint" in ran.err
    with pytest.raises(InvalidInput) as refused:
        build(Settings())
    assert refused.value.code == "lexicon.unusable"
