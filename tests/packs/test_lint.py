"""Every fault of the catalogue is found at its line and says what to do. `# !code text` marks the line at fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.packs.catalogue import CATALOGUE
from dialogs.packs.faults import Fault, PackFaults
from dialogs.packs.lint import lint
from dialogs.packs.loader import SHIPPED, load_pack, pack_folders
from dialogs.packs.source import MAX_BYTES

HERE = Path(__file__).parent
BROKEN = sorted(path for path in (HERE / "broken").glob("*.yaml") if path.name != "base.yaml")
MARK = re.compile(r"# !(?P<code>[a-z_]+\.[a-z_]+) (?P<text>.*)$")


def marked(path: Path) -> list[tuple[int, str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = ((number, MARK.search(line)) for number, line in enumerate(lines, start=1))
    return [(number, match["code"], match["text"]) for number, match in found if match]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_fault_is_found_where_it_is(path: Path) -> None:
    expected = marked(path)
    faults = lint(path)
    assert expected, "a broken pack marks its fault"
    assert [(fault.line, fault.code) for fault in faults] == [(line, code) for line, code, _ in expected]
    for fault, (_, _, text) in zip(faults, expected, strict=True):
        assert fault.text().startswith(text), fault.text()
        assert fault.file == str(path)
        assert fault.text("en").isascii() or any(str(value) in fault.text("en") for value in fault.params.values())


def test_a_broken_pack_is_not_loaded() -> None:
    with pytest.raises(PackFaults) as refusal:
        load_pack(HERE / "broken" / "omit_unknown.yaml")
    assert refusal.value.code == "pack.invalid"
    assert [fault.code for fault in refusal.value.faults] == ["merge.omit_unknown"]


@pytest.mark.parametrize("name", ["sound", "complete"])
def test_a_sound_pack_has_no_faults(name: str) -> None:
    assert lint(HERE / f"{name}.yaml") == []
    assert load_pack(HERE / f"{name}.yaml").short == "DM"


@pytest.mark.parametrize("pack", [folder.name for folder in pack_folders(SHIPPED)])
def test_shipped_packs_are_sound(pack: str) -> None:
    assert [fault.line_text() for fault in lint(pack)] == []


def test_a_fault_in_a_base_tells_whose_files_to_leave_alone(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text((HERE / "broken" / "base.yaml").read_text("utf-8"), encoding="utf-8")
    top = tmp_path / "top.yaml"
    text = (HERE / "broken" / "nothing_emptied.yaml").read_text("utf-8").replace("        help:", "        # ")
    top.write_text(text.replace("id: nothing-emptied", "id: top").replace("{id: start,", "{id: begin,"), "utf-8")
    [fault] = lint(top)
    assert (fault.code, fault.base, Path(fault.file).name) == ("record.stage_unknown", "base", "base.yaml")
    assert fault.text().endswith(
        "（这一处来自引用的包“base”，不要改那里的文件：请在本包同一个 id 之下改写，或者用 omit 去掉。）"
    )
    assert "Leave its files alone" in fault.text("en")


def test_what_a_base_asks_because_of_an_omitted_option_goes_with_it(tmp_path: Path) -> None:
    identity = "short: DM\ntitle: 示范\nversion: 1.0.0\neffective: {from: unknown}\n"
    stages = "stages: [{id: start, title: 启动, basis: [setting]}]\n"
    (tmp_path / "ground.yaml").write_text(
        """id: ground
fragment: true
title: 基础
records:
  - id: opening
    title: 登记
    stage: start
    opens_case: true
    questions:
      - id: way
        type: choice
        ask: 怎样？
        options: [{id: own, title: 自办}, {id: told, title: 交办}, {id: sent, title: 移送}]
      - {id: by_phone, type: yes_no, ask: 电话交办？, when: answers.way == 'told'}
      - {id: number, type: text, ask: 号码？, when: answers.by_phone}
      - {id: letter, type: text, ask: 函号？, when: "answers.way in ['told', 'sent']"}
""",
        encoding="utf-8",
    )
    way = "{id: way, options: [{omit: told, basis: [setting]}]}"
    top = tmp_path / "top.yaml"

    def codes(more: str = "") -> list[str]:
        records = f"records: [{{id: opening, basis: [setting], questions: [{way}{more}]}}]\n"
        top.write_text(f"id: top\n{identity}extends: ground\n{stages}{records}", encoding="utf-8")
        return [fault.code for fault in lint(top)]

    assert codes() == []
    assert codes(", {id: own, type: text, ask: 谁？, when: answers.way == 'told'}") == ["condition.unknown_option"]


def test_a_folder_of_packs_is_linted_whole(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text("- nothing\n", encoding="utf-8")
    assert [Path(fault.file).parent.name for fault in lint(tmp_path)] == ["one", "two"]


def test_unreadable_files_are_faults(tmp_path: Path) -> None:
    def only(path: Path) -> Fault:
        (fault,) = lint(path)
        return fault

    assert only(tmp_path / "absent.yaml").code == "file.unreadable"
    assert only(tmp_path).code == "file.none"
    large = tmp_path / "large.yaml"
    large.write_text("id: x\n" + "#" * MAX_BYTES, encoding="utf-8")
    assert only(large).code == "file.too_large"
    large.write_bytes("id: 示范\n".encode("gb18030"))
    assert only(large).code == "file.encoding"
    large.write_text("a: " + "[" * 5000, encoding="utf-8")
    assert only(large).code == "yaml.too_deep"


def test_folder_and_files_agree(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    text = (HERE / "sound.yaml").read_text(encoding="utf-8")
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    assert [fault.code for fault in lint(folder)] == ["pack.folder_name"]
    (folder / "more.yaml").write_text("title: 又一个名称\n", encoding="utf-8")
    assert [fault.code for fault in lint(folder)] == ["pack.key_twice"]


def test_a_fragment_cannot_be_used_alone() -> None:
    with pytest.raises(PackFaults) as refusal:
        load_pack("common")
    assert [fault.code for fault in refusal.value.faults] == ["pack.fragment"]


def test_the_catalogue_is_whole() -> None:
    for code, message in CATALOGUE.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", code)
        assert all((message.zh, message.zh_remedy, message.en, message.en_remedy)), code
        assert not re.search(r"[\u4e00-\u9fff]", message.en + message.en_remedy), code
        names = [set(re.findall(r"{(\w+)}", text)) for text in (message.zh, message.en)]
        assert names[0] == names[1] or code in ("schema.wrong_type",), code


def test_a_place_reads_as_one_line() -> None:
    fault = Fault("pack.yaml", 7, "records.opening", "record.no_questions", {"id": "opening"})
    assert fault.line_text("en").startswith("pack.yaml:7: records.opening: Record 'opening' has no questions.")
    with pytest.raises(ValueError, match="no such language"):
        fault.text("fr")
