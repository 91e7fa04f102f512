"""`zhilu packs`: versions, exchange and editors, in the language of the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.cli.console import Console
from bot.cli.play import Play
from bot.i18n import translator
from dialogs.packs.loader import load_pack
from tests.cli.conftest import Zhilu
from tests.packs.test_lint import HERE

CHINESE = "zh_CN.UTF-8"
COMPLETE = (HERE / "complete.yaml").read_text(encoding="utf-8")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "complete"
    folder.mkdir()
    (folder / "pack.yaml").write_text(COMPLETE, encoding="utf-8")
    return folder


def test_a_version_is_published_compared_and_then_refused_when_changed(zhilu: Zhilu, pack: Path) -> None:
    ran = zhilu("packs", "publish", pack)
    assert (ran.code, ran.out) == (0, f"Published: {pack}/published/complete@1.0.0.json\n")
    assert zhilu("packs", "diff", f"{pack}@1.0.0", pack).code == 0

    (pack / "pack.yaml").write_text(COMPLETE.replace("within: {days: 10", "within: {days: 7"), encoding="utf-8")
    ran = zhilu("packs", "diff", f"{pack}@1.0.0", pack, language=CHINESE)
    assert ran.code == 1
    assert "修改：期限“送达期限”（papers_owed）：期限 › 日：10 → 7\n" in ran.out
    assert ran.err == "1 处差别。\n"
    ran = zhilu("packs", "diff", f"{pack}@1.0.0", pack)
    assert "Changed: deadline papers_owed: within.days: 10 → 7\n" in ran.out

    assert zhilu("packs", "lint", pack).code == 1
    ran = zhilu("packs", "publish", pack, language=CHINESE)
    assert ran.code == 1 and "版本 1.0.0 已经发布，内容却改了。" in ran.out


def test_differences_as_json(zhilu: Zhilu, pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        COMPLETE.replace("{id: done_on, type: date, ask: 哪天送达？}", "{id: done, type: date, ask: 哪天？}")
    )
    ran = zhilu("packs", "diff", pack, other, "--json")
    assert ran.code == 1
    assert ran.json["packs"] == ["complete@1.0.0", "complete@1.0.0"]
    assert [(change["what"], change["at"][-1][:2]) for change in ran.json["changes"]] == [
        ("removed", ["questions", "done_on"]), ("added", ["questions", "done"]),
    ]  # fmt: skip
    assert zhilu("packs", "diff", pack, pack, "--json").json["ok"] is True


def test_comparing_what_is_no_pack_is_unusable_input(zhilu: Zhilu, pack: Path) -> None:
    for old in (f"{pack}@9.9.9", "/nowhere/at/all", "no-such-pack@1.0.0"):
        ran = zhilu("packs", "diff", old, pack)
        assert (ran.code, ran.out) == (2, "") and ran.err.count("\n") == 1


def test_the_schema_is_printed_or_written(zhilu: Zhilu, tmp_path: Path) -> None:
    file = tmp_path / "pack.schema.json"
    assert zhilu("packs", "schema", "-o", file).code == 0
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(zhilu("packs", "schema").out) == schema
    assert zhilu("packs", "schema", "-o", "/nowhere/at/all/x.json").code == 2


def test_a_record_goes_out_and_comes_back_with_a_report(zhilu: Zhilu, pack: Path, tmp_path: Path) -> None:
    form, back = tmp_path / "form.xlsx", tmp_path / "back.yaml"
    ran = zhilu("packs", "export", pack, "interview", "-o", form, language=CHINESE)
    assert ran.code == 0 and form.stat().st_size > 1000
    assert "people: 类型（type）：执法人员（选） → text\n" in ran.out
    assert "记录: 依据（basis）：DM-2.1\n" in ran.out
    report = zhilu("packs", "export", pack, "interview", "-o", form, "--json").json
    assert report["file"] == str(form)
    assert {"question": "people", "field": "type", "value": "officers", "became": "text"} in report["lost"]

    ran = zhilu("packs", "import", form, "-o", back, "--stage", "inquiry")
    assert (ran.code, ran.out) == (0, "") and "0 things not carried over." in ran.err
    assert "id: interview" in back.read_text(encoding="utf-8")


def test_unusable_workbooks_and_records_are_refused(zhilu: Zhilu, pack: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(b"no workbook")
    for arguments in (
        ("import", wrong, "-o", tmp_path / "x.yaml"),
        ("import", tmp_path / "absent.xlsx", "-o", tmp_path / "x.yaml"),
        ("export", pack, "nonsense", "-o", tmp_path / "x.xlsx"),
        ("export", pack, "interview", "-o", tmp_path / "absent" / "x.xlsx"),
    ):
        ran = zhilu("packs", *arguments)
        assert (ran.code, ran.out) == (2, "") and ran.err.count("\n") == 1, arguments
    assert not (tmp_path / "x.yaml").exists()


def test_coverage_speaks_one_language(zhilu: Zhilu, pack: Path) -> None:
    chinese = zhilu("packs", "coverage", pack, language=CHINESE).out
    assert "询问（" not in chinese and "询问、" in chinese and "record " not in chinese
    english = zhilu("packs", "coverage", pack).out
    assert "record interview" in english and "软件功能" not in english
    assert zhilu("packs", "coverage", pack).code == 0


def test_an_article_that_nothing_answers_is_a_gap(zhilu: Zhilu, pack: Path) -> None:
    text = COMPLETE.replace("  - {no: 4,", "  - {no: 5, about: 归档}\n  - {no: 4,")
    (pack / "pack.yaml").write_text(text, encoding="utf-8")
    ran = zhilu("packs", "coverage", pack, "--json")
    assert (ran.code, ran.json["packs"][0]["gaps"]) == (1, ["DM-5"])


def test_what_a_base_holds_is_shown_as_it_would_be_written(zhilu: Zhilu) -> None:
    listed = zhilu("packs", "show", "common", language=CHINESE)
    assert listed.code == 0 and "记录" in listed.out and "case_opening" in listed.out and "handover_hours" in listed.out
    shown = zhilu("packs", "show", "common", "interview")
    assert shown.out.startswith("records:\n  - id: interview\n    title: 询问笔录\n")
    assert "          - {id: recusal, title: 申请回避, sounds: [回避]}\n" in shown.out
    [record] = YAML(typ="safe").load(shown.out)["records"]
    assert [slot["id"] for slot in record["sign_off"]][:2] == ["party", "officer"]
    ran = zhilu("packs", "show", "common", "nothing_such")
    assert (ran.code, ran.out) == (2, "") and "case_opening" in ran.err


# --- play ----------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def lines(*given: str) -> None:
        left = iter(given)

        def read(_prompt: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    return lines


def test_playing_to_the_end_says_what_comes_of_it(zhilu: Zhilu, pack: Path, typed: Callable[..., None]) -> None:
    typed("", "2", "1", "张某", "2030年1月1日")
    ran = zhilu("packs", "play", pack, "opening", language=CHINESE)
    assert ran.code == 0
    assert "发生的事件：record.opening.submitted、case.begun\n" in ran.out
    assert "开始计算的期限：送达期限、办结期限\n" in ran.out
    typed("", "1", "2030年1月1日")
    assert "送达期限" not in zhilu("packs", "play", pack, "opening", language=CHINESE).out


def test_a_record_of_a_running_case_is_played_with_its_facts(
    zhilu: Zhilu, pack: Path, typed: Callable[..., None]
) -> None:
    typed()
    ran = zhilu("packs", "play", pack, "interview", language=CHINESE)
    assert "这样的案件里不会出现这个记录：!case.away && happened.case.begun != null\n" in ran.out
    assert "会要求说明原因：先登记。\n" in ran.out
    typed("2026年3月5日9时", "1", "/done", "1")
    ran = zhilu("packs", "play", pack, "interview", "--case", "procedure=short", language=CHINESE)
    assert "    · 姓名？\n" in ran.out
    ran = zhilu("packs", "play", pack, "interview", "--case", "colour=red")
    assert (ran.code, ran.out) == (2, "") and "procedure" in ran.err


def test_more_officers_than_the_case_has_can_be_picked_and_what_is_answered_counts_for_what_follows(
    zhilu: Zhilu, typed: Callable[..., None]
) -> None:
    city = HERE / "seventh-city"
    typed("", "某路", "", "3", "/done")
    told = zhilu("packs", "play", city, "inspection", language=CHINESE).out
    assert "丙某" in told.split("检查人：")[1].splitlines()[0]
    given = "张某 /unknown~无 /unknown~无 占道 1 占道 照片；占道；现场 /done 1 1 《甲》第三条 《甲》第五条 3 5 10"
    typed(*(each.replace("~", " ") for each in given.split()), "/done", "一般", "理由", "罚款", "3", "/done", "30000")
    ran = zhilu("packs", "play", city, "decision", "--case", "kind_of_act=penalty", "--json")
    assert ran.json["review"] == ["legal_opinion", "head_opinion", "chief_opinion"]


def test_a_transcript_is_one_object_and_the_questions_go_beside_it(
    zhilu: Zhilu, pack: Path, typed: Callable[..., None]
) -> None:
    typed("", "何时", "2", "1", "张某", "2030年1月1日")
    ran = zhilu("packs", "play", pack, "opening", "--json")
    assert ran.code == 0 and "何时启动？" in ran.err
    played = ran.json
    assert played["ready"] is True and played["lacking"] == []
    assert played["deadlines"] == ["papers_owed", "end"]
    assert [step["refused"] for step in played["steps"]] == [None, "answer.not_an_option", None, None, None, None]
    assert {answer["question"]: answer["value"] for answer in played["answers"]}["told_by"] == "张某"


def test_help_of_several_lines_is_shown_line_by_line(zhilu: Zhilu, pack: Path, typed: Callable[..., None]) -> None:
    text = COMPLETE.replace("ask: 哪天办完？", 'ask: 哪天办完？\n        help: "先看告知书。\\n再看决定书。"')
    (pack / "pack.yaml").write_text(text, encoding="utf-8")
    typed("", "1")
    assert "    先看告知书。\n    再看决定书。\n" in zhilu("packs", "play", pack, "opening").out


@pytest.mark.parametrize(
    ("language", "own", "other"),
    [
        ("en", ("Commands: ", "Still open: "), ("命令：", "尚缺：")),
        ("zh_Hans_CN", ("命令：", "尚缺："), ("Commands: ", "Still open: ")),
    ],
)  # fmt: skip
def test_every_shipped_record_is_played_in_one_language(
    typed: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    language: str,
    own: tuple[str, ...],
    other: tuple[str, ...],
) -> None:
    pack = load_pack("xigang-finance")
    for record in pack.records:
        typed("", "1", "/skip", "/unknown x", "/attach", "/done", "/back", "/place 1 2", "x")
        Play(Console(translator(language)), pack, record).run()
    told = capsys.readouterr().out
    assert all(word in told for word in own)
    assert not any(word in told for word in other)
