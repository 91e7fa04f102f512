"""Packs are laid over their bases by id, keep their places, and hash to one content."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialogs.packs.faults import PackFaults
from dialogs.packs.loader import load_all, load_pack, resolve
from dialogs.packs.source import read_file

BASE = """
id: base
fragment: true
title: 基础
roles: {officer: 执法人员, approver: 负责人}
records:
  - id: opening
    title: 登记
    stage: start
    opens_case: true
    questions:
      - {id: place, type: text, ask: 地点？, check: answers.place != '', check_message: 请填写。}
      - {id: facts, type: long_text, ask: 案情？}
      - id: way
        type: choice
        ask: 方式？
        options: [{id: own, title: 依职权}, {id: told, title: 举报}, {id: other, title: 其他}]
  - {id: ending, title: 终结, stage: start, questions: [{id: ended, type: date, ask: 何时？}]}
"""
TOP = """
id: top
short: TP
title: 示范规定
version: 1.2.3
effective: {from: 2024-01-31, note: 自印发之日起施行}
extends: base
articles: [{no: 1, about: 登记}]
stages: [{id: start, title: 启动, basis: [TP-1]}]
kinds_of_act: [{id: penalty, title: 行政处罚, basis: [TP-1]}]
roles: {approver: 局负责人}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def laid(shelf: Path, records: str) -> Path:
    path = shelf / "top.yaml"
    path.write_text(TOP + records, encoding="utf-8")
    return path


def test_fields_of_one_entry_are_laid_over_the_base(shelf: Path) -> None:
    pack = load_pack(
        laid(
            shelf,
            """
records:
  - id: opening
    basis: [TP-1]
    questions:
      - {id: place, ask: 在哪里？, check: , check_message: }
      - {id: party, after: place, type: text, ask: 当事人？}
      - omit: [facts]
        basis: [TP-1]
      - id: way
        options:
          - omit: [told]
            basis: [TP-1]
          - {id: own, title: 依职权检查}
""",
        )
    )
    opening = pack.record("opening")
    assert [question.id for question in opening.questions] == ["place", "party", "way"]
    assert opening.title == "登记" and opening.opens_case and opening.basis == ("TP-1",)
    assert opening.questions[0].ask == "在哪里？"
    assert opening.questions[0].type == "text"
    assert opening.questions[0].check is None
    assert [option.title for option in opening.questions[2].options] == ["依职权检查", "其他"]
    assert pack.roles == {"officer": "执法人员", "approver": "局负责人"}
    assert pack.effective.from_ == "2024-01-31"


def test_an_entry_is_placed_before_another(shelf: Path) -> None:
    questions = "[{id: party, before: place, type: text, ask: 当事人？}, {id: way, before: facts}]"
    pack = load_pack(laid(shelf, f"records: [{{id: opening, basis: [TP-1], questions: {questions}}}]\n"))
    assert [question.id for question in pack.record("opening").questions] == ["party", "place", "way", "facts"]


def test_events_are_laid_over_the_base_by_their_name(shelf: Path) -> None:
    base = shelf / "base.yaml"
    emits = "    emits: [{event: case.opened}, {event: case.told, when: answers.way == 'told'}]\n"
    text = base.read_text(encoding="utf-8")
    base.write_text(text.replace("    questions:\n", f"{emits}    questions:\n", 1), encoding="utf-8")
    top = """
records:
  - id: opening
    basis: [TP-1]
    emits:
      - omit: [case.told]
        basis: [TP-1]
      - {event: case.seen}
"""
    assert [each.event for each in load_pack(laid(shelf, top)).record("opening").emits] == ["case.opened", "case.seen"]


def test_an_extension_is_visible(shelf: Path) -> None:
    pack = load_pack(
        laid(
            shelf,
            """
records:
  - id: opening
    basis: [TP-1]
    questions: [{id: party, type: text, ask: 当事人？}, {id: place, ask: 在哪里？}]
""",
        )
    )
    assert pack.extends == ("base",)
    assert {record.id: record.origin for record in pack.records} == {"opening": ("base", "top"), "ending": ("base",)}
    origins = {question.id: question.origin for question in pack.record("opening").questions}
    assert origins == {"place": ("base", "top"), "facts": ("base",), "way": ("base",), "party": ("top",)}


def test_a_pack_may_extend_a_pack_that_extends(shelf: Path) -> None:
    laid(shelf, "")
    lower = shelf / "lower.yaml"
    lower.write_text(
        TOP.replace("id: top", "id: lower").replace("short: TP", "short: LW").replace("extends: base", "extends: top")
        + "records: [{id: ending, title: 办结, basis: [TP-1, LW-1]}]\n",
        encoding="utf-8",
    )
    pack = load_pack(lower)
    assert pack.record("ending").title == "办结"
    assert pack.record("ending").origin == ("base", "lower")
    assert pack.record("opening").questions[0].ask == "地点？"


def test_files_of_a_folder_are_joined_in_order(shelf: Path) -> None:
    folder = shelf / "top"
    folder.mkdir()
    (folder / "1.yaml").write_text(TOP + "records: [{id: opening, basis: [TP-1]}]\n", encoding="utf-8")
    (folder / "2.yaml").write_text(
        "records: [{id: more, title: 补充, stage: start, questions: [{id: a, type: text, ask: 问？}]}]\n",
        encoding="utf-8",
    )
    assert [record.id for record in load_pack(folder).records] == ["opening", "ending", "more"]


def test_words_that_look_like_something_else_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(
        "a: [no, on, yes, 2023-05-01, 1.0.0, 0x1F, 1_000, '7', .inf]\nb: [7, 1.5, true, ~]\n", encoding="utf-8"
    )
    assert read_file(path).plain() == {
        "a": ["no", "on", "yes", "2023-05-01", "1.0.0", "0x1F", "1_000", "7", ".inf"],
        "b": [7, 1.5, True, None],
    }


def test_the_hash_names_the_content_not_the_writing(shelf: Path) -> None:
    records = "records: [{id: opening, basis: [TP-1]}]\n"
    first = load_pack(laid(shelf, records)).sha256
    assert len(first) == 64
    spread = "records:\n  - basis:\n      - TP-1   # 依据\n    id: opening\n"
    assert load_pack(laid(shelf, spread)).sha256 == first
    assert load_pack(laid(shelf, records.replace("opening", "opening, title: 案件登记"))).sha256 != first


def test_shipped_packs_load_quickly_and_frozen() -> None:
    began = time.perf_counter()
    packs = load_all()
    assert time.perf_counter() - began < 10
    assert set(packs) >= {"xigang-finance", "liaoyang-housing-fund"}
    assert "common" not in packs
    with pytest.raises(ValueError, match="frozen"):
        packs["xigang-finance"].title = "另一个"  # type: ignore[misc]


def test_paths_that_are_no_pack(tmp_path: Path) -> None:
    with pytest.raises(PackFaults):
        load_pack("no-such-pack")
    with pytest.raises(PackFaults):
        load_pack("../packs")
    with pytest.raises(PackFaults):
        resolve(tmp_path)
