"""A record goes out as XLSForm and comes back; what does not come back is on the list. pyxform reads along."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from dialogs.packs.expression import Call, Expression, Items, parse
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_all, load_pack
from dialogs.packs.schema import Pack, Question, Record
from dialogs.packs.source import read_file
from dialogs.packs.xlsform import reading
from dialogs.packs.xlsform.from_xpath import from_xpath
from dialogs.packs.xlsform.importing import import_xlsform, record_yaml
from dialogs.packs.xlsform.losses import Loss
from dialogs.packs.xlsform.to_xpath import to_xpath
from dialogs.packs.xlsform.writing import write_xlsform
from models.errors import InvalidInput
from tests.packs.test_lint import HERE

SHIPPED = [(pack, record) for pack in load_all().values() for record in pack.records]
CONDITIONS = frozenset({"when", "check"})


def plainly(expression: Expression) -> Expression:
    """`x in ['a', 'b']` and `x == 'a' || x == 'b'` are one, and so are `x` and `x == true`."""
    match expression:
        case Call("in", (name, Items(items))):
            return plainly(Call("||", tuple(Call("==", (name, item)) for item in items)))
        case Call("||" | "&&" as operator, args):
            inner = tuple(plainly(each) for each in args)
            return inner[0] if len(inner) == 1 else Call(operator, inner)
        case Call(function, args):
            return Call(function, tuple(plainly(each) for each in args))
    return expression


def same(name: str, before: Any, after: Any) -> bool:
    if name in CONDITIONS and before and after:
        return plainly(parse(before)) == plainly(parse(after))
    return bool(before == after)


def unreported(record: Record, back: dict[str, Any], losses: list[Loss]) -> list[str]:
    """What differs between a record and the one that came back, without a word in the report."""
    told = {(loss.question, loss.field.partition(".")[0]) for loss in losses}
    fields = {loss.field for loss in losses}
    after = Record.model_validate(back)
    found = []
    if [question.id for question in after.questions] != [question.id for question in record.questions]:
        found.append("the questions")
    for name in Record.model_fields:
        if name not in ("questions", "origin") and getattr(after, name) != getattr(record, name):
            found += [] if ("", name) in told else [name]
    for question, returned in zip(record.questions, after.questions, strict=False):
        for name in Question.model_fields:
            before, now = getattr(question, name), getattr(returned, name)
            if name == "options":
                for one, other in zip(before, now, strict=True):
                    assert (one.id, one.title) == (other.id, other.title)
                    if one.sounds != other.sounds and f"options.{one.id}.sounds" not in fields:
                        found.append(f"{question.id}.options.{one.id}")
            elif name != "origin" and not same(name, before, now) and (question.id, name) not in told:
                found.append(f"{question.id}.{name}: {before!r} -> {now!r}")
    return found


@pytest.mark.parametrize(("pack", "record"), SHIPPED, ids=[f"{p.id}-{r.id}" for p, r in SHIPPED])
def test_a_shipped_record_comes_back_but_for_what_is_reported(pack: Pack, record: Record, tmp_path: Path) -> None:
    lost = write_xlsform(pack, record, tmp_path / "form.xlsx")
    back, lost_again = import_xlsform(tmp_path / "form.xlsx", stage=record.stage)
    assert unreported(record, back, [*lost, *lost_again]) == []
    assert lost_again == (), "what a record of ours becomes, is read without loss"


@pytest.mark.parametrize("name", sorted({record.id for _, record in SHIPPED}))
def test_an_independent_reader_accepts_the_workbook(name: str, tmp_path: Path) -> None:
    """Of each record the longest of its variants."""
    variants = [each for each in SHIPPED if each[1].id == name]
    pack, record = max(variants, key=lambda each: len(each[1].questions))
    write_xlsform(pack, record, tmp_path / "form.xlsx")
    form = convert(io.BytesIO((tmp_path / "form.xlsx").read_bytes()), file_type=".xlsx", validate=False)
    assert f"<h:title>{record.title}</h:title>" in form.xform
    assert all(f'/{question.id}"' in form.xform for question in record.questions)


def test_the_report_is_needed() -> None:
    """Without it the comparison above would find much."""
    record = next(record for _, record in SHIPPED if record.id == "interview")
    assert len(unreported(record, record.model_dump(by_alias=True, exclude={"origin"}) | {"numbering": "x"}, [])) == 1


def test_what_comes_back_is_a_pack_file_that_lint_reads(tmp_path: Path) -> None:
    pack = load_pack(HERE / "complete.yaml")
    write_xlsform(pack, pack.record("delivery"), tmp_path / "form.xlsx")
    back, _ = import_xlsform(tmp_path / "form.xlsx", stage="inquiry")
    text = record_yaml(back)
    (tmp_path / "imported.yaml").write_text(text, encoding="utf-8")
    assert read_file(tmp_path / "imported.yaml").plain() == {"records": [back]}
    whole = (HERE / "complete.yaml").read_text(encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(whole.replace("records:\n", text.replace("delivery", "sent"), 1))
    assert {fault.code for fault in lint(tmp_path / "whole.yaml")} == {"basis.missing"}


QUESTIONS = {
    question.id: question
    for question in Record.model_validate(
        {
            "id": "r", "title": "r", "stage": "s",
            "questions": [
                {"id": "way", "type": "choice", "ask": "?", "options": [{"id": id, "title": id} for id in "ab"]},
                {"id": "shots", "type": "choices", "ask": "?", "options": [{"id": "a", "title": "a"}]},
                {"id": "told", "type": "yes_no", "ask": "?"},
                {"id": "name", "type": "text", "ask": "?"},
                {"id": "count", "type": "number", "ask": "?"},
                {"id": "since", "type": "datetime", "ask": "?"},
                {"id": "until", "type": "datetime", "ask": "?"},
                {"id": "film", "type": "recording", "ask": "?"},
                {"id": "who", "type": "officers", "ask": "?"},
            ],
        }
    ).questions
}  # fmt: skip
TYPES: dict[str, str] = {name: question.type for name, question in QUESTIONS.items()}
NAMES = {name: name for name in QUESTIONS}


@pytest.mark.parametrize(
    ("condition", "xpath"),
    [
        ("answers.way == 'a'", "${way} = 'a'"),
        ("answers.way != 'a'", "${way} != 'a'"),
        ("answers.way in ['a', 'b']", "(${way} = 'a' or ${way} = 'b')"),
        ("'a' in answers.shots", "selected(${shots}, 'a')"),
        ("!('a' in answers.shots)", "not(selected(${shots}, 'a'))"),
        ("answers.told", "${told} = 'yes'"),
        ("answers.told == false", "${told} = 'no'"),
        ("!answers.told", "not(${told} = 'yes')"),
        ("answers.name != null", "${name} != ''"),
        ("answers.count >= 3 && answers.told", "${count} >= 3 and ${told} = 'yes'"),
        ("answers.told && (answers.told || answers.count < 1)",
         "${told} = 'yes' and (${told} = 'yes' or ${count} < 1)"),
        ("answers.until >= answers.since", "${until} >= ${since}"),
        ("answers.since <= now", "${since} <= now()"),
        ("size(answers.film) > 0", "string-length(${film}) > 0"),
        ("size(answers.shots) > 1", "count-selected(${shots}) > 1"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_both_languages(condition: str, xpath: str) -> None:
    assert to_xpath(condition, QUESTIONS) == xpath
    back = from_xpath(xpath, NAMES, TYPES)
    assert back is not None
    assert plainly(parse(back)) == plainly(parse(condition))


def test_a_check_speaks_of_its_own_answer_by_a_dot() -> None:
    assert to_xpath("answers.until >= answers.since", QUESTIONS, "until") == ". >= ${since}"
    assert from_xpath(". >= ${since}", NAMES, TYPES, "until") == "answers.until >= answers.since"


@pytest.mark.parametrize(
    "condition",
    [
        "case.urgent", "records.exists(r, r.form == 'x')", "answers.name.matches('a')", "size(answers.who) > 1",
        "answers.way == \"it's\"", "settings.strict && answers.told", "answers.since < now - duration('24h')",
    ],
)  # fmt: skip
def test_what_forms_cannot_say_is_not_half_said(condition: str) -> None:
    assert to_xpath(condition, QUESTIONS) is None


@pytest.mark.parametrize(
    "xpath",
    [
        "regex(${name}, '[a-z]+')", "${name} = 'a' or", "${absent} = 'a'", "pulldata('a', 'b')", "${count} + 1 > 2",
        "${shots} = 'a'", "${told} = 'maybe'", "(" * 60 + "${told} = 'yes'" + ")" * 60, "", "'a", "${way} = 'a' )",
    ],
)  # fmt: skip
def test_xpath_that_conditions_cannot_say_is_refused_whole(xpath: str) -> None:
    assert from_xpath(xpath, NAMES, TYPES) is None


# --- forms made elsewhere ------------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_form_made_elsewhere_is_read_and_its_rest_reported(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "inspection.xlsx",
        survey=[
            ["type", "name", "label::English (en)", "label::中文 (zh)",
             "required", "relevant", "constraint", "appearance"],
            ["start", "start", None, None, None, None, None, None],
            ["begin group", "site", "Site", "现场", None, "${open} = 'yes'", None, None],
            ["text", "Shop-Name", "Shop?", "店名？", "true", None, None, None],
            ["integer", "staff", "Staff?", "几个人？", None, None, ". > 0", None],
            ["end group", None, None, None, None, None, None, None],
            ["select_one yn", "open", "Open?", "营业吗？", "yes", None, None, "minimal"],
            ["select_multiple wares", "wares", "Wares?", "卖什么？",
             None, "${open} = 'y' and regex(${staff}, '1')", None, None],
            ["begin repeat", "goods", "Goods", "物品", None, None, None, None],
            ["text", "title", "Name", "名称", "yes", None, None, None],
            ["end repeat", None, None, None, None, None, None, None],
            ["note", "thanks", "Thank you", "谢谢", None, None, None, None],
        ],
        choices=[
            ["list_name", "name", "label::English (en)", "label::中文 (zh)"],
            ["yn", "y", "Yes", "是"], ["yn", "n", "No", "否"],
            ["wares", 1, "Food", "食品"], ["wares", "drug", "Drugs", "药品"],
        ],
        settings=[["form_title", "form_id"], ["检查表", "Inspection 2024"]],
    )  # fmt: skip
    record, losses = import_xlsform(path, stage="start")
    assert (record["id"], record["title"]) == ("inspection_2024", "检查表")
    questions = {question["id"]: question for question in record["questions"]}
    assert list(questions) == ["shop_name", "staff", "open", "wares", "goods"]
    assert questions["shop_name"] == {"id": "shop_name", "type": "text", "ask": "店名？", "group": "现场"}
    assert questions["staff"]["check"] == "answers.staff > 0" and questions["staff"]["required"] is False
    assert questions["wares"]["options"] == [{"id": "o1", "title": "食品"}, {"id": "drug", "title": "药品"}]
    assert questions["goods"]["columns"] == [{"id": "title", "title": "名称"}]
    told = {(loss.question, loss.field, loss.value, loss.became) for loss in losses}
    assert {
        ("start", "type", "start", None), ("thanks", "type", "note", None),
        ("staff", "type", "integer", "number"), ("open", "appearance", "minimal", None),
        ("site", "relevant", "${open} = 'yes'", None),  # of a question that comes later: never asked here
        ("wares", "relevant", "${open} = 'y' and regex(${staff}, '1')", None),
        ("shop_name", "name", "Shop-Name", "shop_name"), ("Shop-Name", "label::english (en)", "Shop?", None),
        ("o1", "name", "1", "o1"),
    } <= told  # fmt: skip
    Record.model_validate(record)


def test_a_heading_with_a_condition_gives_it_to_its_questions(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "f.xlsx",
        survey=[
            ["type", "name", "label", "relevant"],
            ["select_one yes_no", "told", "有人举报吗？", None],
            ["begin_group", "who", "举报人", "${told} = 'yes'"],
            ["text", "name", "姓名？", None],
            ["text", "phone", "电话？", "${name} != '' or ${name} = 'x'"],
            ["end_group", None, None, None],
        ],
        choices=[["list_name", "name", "label"], ["yes_no", "yes", "是"], ["yes_no", "no", "否"]],
    )
    record, losses = import_xlsform(path, stage="start")
    assert losses == ()
    assert [question.get("when") for question in record["questions"]] == [
        None, "answers.told", "answers.told && (answers.name != null || answers.name == 'x')",
    ]  # fmt: skip
    assert [question["type"] for question in record["questions"]] == ["yes_no", "text", "text"]


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    pack = load_pack(HERE / "complete.yaml")
    record = pack.record("delivery")
    question = record.questions[0].model_copy(update={"ask": "=HYPERLINK(1)"})
    write_xlsform(pack, record.model_copy(update={"questions": (question,)}), tmp_path / "f.xlsx")
    cell = load_workbook(tmp_path / "f.xlsx")["survey"]["C2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_what_is_no_form_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(path: Path) -> str:
        with pytest.raises(InvalidInput) as refused:
            import_xlsform(path, stage="start")
        return refused.value.code

    (tmp_path / "text.xlsx").write_text("no workbook")
    assert code(tmp_path / "text.xlsx") == "xlsform.unreadable"
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as packed:
        packed.writestr("a", "b")
    assert code(tmp_path / "empty.xlsx") == "xlsform.unreadable"
    assert code(workbook(tmp_path / "other.xlsx", numbers=[[1, 2]])) == "xlsform.no_survey"
    monkeypatch.setattr(reading, "MAX_UNPACKED", 100)
    assert code(tmp_path / "other.xlsx") == "xlsform.too_large"
