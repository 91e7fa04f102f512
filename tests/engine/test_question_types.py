"""What each question type takes, refuses and prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from dialogs.conditions import Scope, compile_condition
from dialogs.facts import EvidenceFact
from dialogs.packs.schema import Column, QuestionType
from dialogs.questions import KINDS, Refused, Taken
from dialogs.values import (
    AddLines,
    Attach,
    Choose,
    Done,
    Given,
    Input,
    Line,
    Place,
    ReplaceLine,
    Text,
)
from tests.engine.forms import FACTS, NOW, OPTIONS, question

FUTURE = {"check": "answers.q > now"}


def parse(type: str, sent: Input, value: object = None, facts: Any = FACTS, **stated: Any) -> Taken | Refused:
    given = None if value is None else Given(value, "collecting", 1, "1", NOW)
    return KINDS[type].parse(question("q", type, **stated), given, sent, facts)


def taken(type: str, sent: Input | str, value: object = None, **stated: Any) -> object:
    found = parse(type, Text(sent) if isinstance(sent, str) else sent, value, **stated)
    assert isinstance(found, Taken), found
    return found.value


def refused(type: str, sent: Input | str, value: object = None, **stated: Any) -> str:
    found = parse(type, Text(sent) if isinstance(sent, str) else sent, value, **stated)
    assert isinstance(found, Refused), found
    return found.code


def printed(type: str, value: object, facts: Any = FACTS, **stated: Any) -> str:
    return KINDS[type].show(question("q", type, **stated), value, facts)


def test_every_type_of_the_schema_is_there() -> None:
    assert set(KINDS) == set(get_args(QuestionType))


def test_text() -> None:
    assert taken("text", "  张\u0007三\u202e \n 男 ") == "张三 男"
    assert taken("long_text", "一\r\n二\t三\n") == "一\n二 三"
    assert refused("text", " \u0000 ") == "answer.empty"
    assert refused("text", "\ud800") == "answer.empty"
    assert refused("text", "一二三", longest=2) == "answer.too_long"
    assert refused("text", Choose("x")) == "answer.not_this_kind"


@pytest.mark.parametrize("sent", ["b", "乙类", " 乙 类 ", "第二种", "2", "２", "2.", Choose("b")])
def test_choice(sent: str | Input) -> None:
    assert taken("choice", sent, options=OPTIONS) == "b"


def test_choice_refuses_what_is_no_option() -> None:
    for sent in ("丁类", "0", "4", "甲", Choose("d")):
        assert refused("choice", sent, options=OPTIONS) == "answer.not_an_option"
    assert printed("choice", "c", options=OPTIONS) == "丙类"


def test_choices() -> None:
    assert taken("choices", Choose("b"), ["a"], options=OPTIONS) == ["a", "b"]
    assert taken("choices", Choose("a"), ["a", "b"], options=OPTIONS) == ["b"]
    assert taken("choices", "丙类、1", options=OPTIONS) == ["a", "c"]
    assert taken("choices", "全部", options=OPTIONS) == ["a", "b", "c"]
    assert refused("choices", "甲类、丁类", options=OPTIONS) == "answer.not_an_option"
    assert refused("choices", Done(), options=OPTIONS) == "answer.empty"
    assert refused("choices", Done(), ["a"], options=OPTIONS, must="all") == "answer.choose_all"
    assert refused("choices", Done(), ["a"], options=OPTIONS, least=2) == "answer.too_few"
    assert refused("choices", Choose("b"), ["a"], options=OPTIONS, most=1) == "answer.too_many"
    assert taken("choices", Done(), options=OPTIONS, least=0) == []
    assert printed("choices", ["a", "c"], options=OPTIONS) == "甲类、丙类"


def test_yes_no() -> None:
    assert taken("yes_no", "是的。") is True
    assert taken("yes_no", Choose("no")) is False
    assert refused("yes_no", "也许") == "answer.not_an_option"
    assert printed("yes_no", False) == "否"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-03-05 14:30", "2026-03-05T14:30"),
        ("2026年3月5日14时30分", "2026-03-05T14:30"),
        ("3月5日 14:30", "2026-03-05T14:30"),
        ("今天14:30", "2026-03-05T14:30"),
        ("昨天 下午3点", "2026-03-04T15:00"),
        ("14：30", "2026-03-05T14:30"),
        ("下午两点半", "2026-03-05T14:30"),
        ("上午十点一刻", "2026-03-05T10:15"),
        ("二〇二六年三月五日上午九点零五分", "2026-03-05T09:05"),
        ("20260305 09:00", "2026-03-05T09:00"),
        ("2026-03-05T06:30:00Z", "2026-03-05T14:30"),
        ("昨晚8点", "2026-03-04T20:00"),
    ],
)
def test_datetime(typed: str, stored: str) -> None:
    assert taken("datetime", typed) == f"{stored}:00+08:00"


def test_datetime_refuses_the_future_unless_the_question_judges_it() -> None:
    assert refused("datetime", "明天上午9点") == "answer.in_the_future"
    assert refused("datetime", "23:00") == "answer.in_the_future"
    assert taken("datetime", "15:33") == "2026-03-05T15:33:00+08:00"  # clocks differ by minutes
    assert taken("datetime", "明天上午9点", **FUTURE) == "2026-03-06T09:00:00+08:00"
    assert refused("datetime", "明天上午9点", check="answers.q > answers.begun") == "answer.in_the_future"
    for impossible in ("2026-02-30 10:00", "25:00", "10:61", "晚上12点", "三", "", "9999999999"):
        assert refused("datetime", impossible) in ("answer.not_a_datetime", "answer.empty")
    assert printed("datetime", "2026-03-05T14:05:00+08:00") == "2026年3月5日14时05分"


def test_date() -> None:
    assert taken("date", "2026年3月5日") == taken("date", "今天") == taken("date", "3/5") == "2026-03-05"
    assert refused("date", "2026-02-29") == "answer.not_a_date"
    assert taken("date", "2024-02-29") == "2024-02-29"
    assert refused("date", "明天") == "answer.in_the_future"
    assert taken("date", "2026年4月1日", **FUTURE) == "2026-04-01"
    assert printed("date", "2026-03-05") == "2026年3月5日"


def test_a_date_without_year_may_be_last_years_only_when_recent() -> None:
    january = replace(FACTS, now=datetime(2026, 1, 6, 2, 0, tzinfo=UTC))
    assert parse("date", Text("12月30日"), facts=january) == Taken("2025-12-30")
    assert parse("date", Text("6月1日"), facts=january).__class__ is Refused


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("3500", "3500.00"),
        ("3,500.50元", "3500.50"),
        ("￥3500", "3500.00"),
        ("3.5万元", "35000.00"),
        ("三千五百元整", "3500.00"),
        ("十块钱", "10.00"),
        ("壹万贰仟元", "12000.00"),
        ("0", "0.00"),
    ],
)
def test_amount(typed: str, stored: str) -> None:
    assert taken("amount", typed) == stored


def test_amount_refusals_and_print() -> None:
    assert refused("amount", "-5") == "answer.negative"
    assert refused("amount", "1.234") == "answer.finer_than_cent"
    for wrong in ("元", "NaN", "1e9", "inf", "三五百", "9" * 40):
        assert refused("amount", wrong) == "answer.not_an_amount"
    assert printed("amount", "1234567.80") == "1,234,567.80元"


def test_number() -> None:
    assert taken("number", "１２") == 12
    assert taken("number", "三十") == 30
    assert taken("number", "2.50") == 2.5
    assert refused("number", "十几") == "answer.not_a_number"


def test_phone() -> None:
    assert taken("phone", "+86 138-1234-5678") == "13812345678"
    assert taken("phone", "（0411）12345678") == "0411-12345678"
    assert taken("phone", "024 12345678") == "024-12345678"
    for wrong in ("12345", "23812345678", "1381234567八"):
        assert refused("phone", wrong) == "answer.not_a_phone"


def test_resident_id() -> None:
    assert taken("resident_id", "11010519491231002x") == "11010519491231002X"  # the standard's own example
    assert refused("resident_id", "110105194912310021") == "answer.check_digit"
    assert refused("resident_id", "110105491231002") == "answer.resident_id_old"
    assert refused("resident_id", "110105194913310020") == "answer.birth_date"
    assert refused("resident_id", "110105203012310026") == "answer.birth_date"
    assert refused("resident_id", "1101") == "answer.resident_id_shape"
    assert printed("resident_id", "11010519491231002X") == "11010519491231002X"


def test_organisation_code() -> None:
    assert taken("organisation_code", "91110000600037341l") == "91110000600037341L"
    assert refused("organisation_code", "911100006000373410") == "answer.check_digit"
    assert refused("organisation_code", "9111000060003734IO") == "answer.organisation_code_letter"
    assert refused("organisation_code", "9111") == "answer.organisation_code_shape"
    example = KINDS["organisation_code"].example
    assert example and taken("organisation_code", example) == example


def test_place() -> None:
    position = Place(38.9, 121.6, accuracy=12.0)
    assert taken("place", position) == {
        "text": "北纬38.90000°，东经121.60000°",
        "latitude": 38.9,
        "longitude": 121.6,
        "accuracy": 12.0,
    }
    assert taken("place", position, {"text": "北京街100号"}) == {
        "text": "北京街100号",
        "latitude": 38.9,
        "longitude": 121.6,
        "accuracy": 12.0,
    }
    assert taken("place", "门前", {"text": "x", "latitude": 38.9, "longitude": 121.6}) == {
        "text": "门前",
        "latitude": 38.9,
        "longitude": 121.6,
    }
    for wrong in (Place(91, 0), Place(0, 181), Place(float("nan"), 0)):
        assert refused("place", wrong) == "answer.place_invalid"


def test_officers() -> None:
    assert taken("officers", "李四、张三") == ["2", "1"]
    assert taken("officers", "LN003", ["1"]) == ["1", "3"]
    assert taken("officers", Choose("1"), ["1", "2"]) == ["2"]
    assert refused("officers", "赵六") == "answer.not_an_option"
    assert refused("officers", Done(), ["1"], least=2) == "answer.too_few"
    assert printed("officers", ["2", "1"]) == "李四（执法证号：LN002）、张三（执法证号：LN001）"
    namesake = replace(FACTS, register=(*FACTS.register, replace(FACTS.register[0], id="9", certificate="X9")))
    assert parse("officers", Text("张三"), facts=namesake) == Refused("answer.ambiguous", {"text": "张三", "count": 2})


def test_evidence() -> None:
    assert parse("photo", Attach("p1", "photo")) == Taken(["p1"], "collecting", ("p1",))
    assert parse("photo", Attach("p1", "photo"), most=1) == Taken(["p1"], "answered", ("p1",))
    assert refused("recording", Attach("p1", "photo")) == "answer.not_a_recording"
    assert refused("recording", Text("没有")) == "answer.not_a_recording"
    assert refused("recording", Attach("r", "recording", 0)) == "answer.no_sound"
    assert refused("photo", Attach("r", "recording", 3)) == "answer.not_a_photo"
    assert taken("file", Attach("p1", "photo")) == ["p1"]
    assert refused("photo", Done(), ["p1"], least=2) == "answer.too_few"
    assert refused("photo", Attach("p2", "photo"), ["p1"], most=1) == "answer.too_many"


def test_withdrawn_evidence_does_not_count() -> None:
    facts = replace(
        FACTS,
        evidence=(
            EvidenceFact("r1", "recording", "q", NOW, seconds=65.4),
            EvidenceFact("r2", "recording", "q", NOW, "withdrawn", seconds=9),
        ),
    )
    assert printed("recording", ["r1", "r2"], facts) == "1段，共1分5秒"
    assert parse("recording", Done(), ["r2"], facts) == Refused("answer.empty")


def test_dialogue() -> None:
    lines = taken("dialogue", "您的姓名？\n张三。\n问：年龄？\n答: 三十")
    assert isinstance(lines, list)
    assert [(line["role"], line["text"]) for line in lines] == [
        ("question", "您的姓名？"),
        ("answer", "张三。"),
        ("question", "年龄？"),
        ("answer", "三十"),
    ]
    spoken = Line("answer", "是我", "r1", 1.5, 2.5)
    more = parse("dialogue", AddLines((spoken,)), lines)
    assert isinstance(more, Taken) and more.evidence == ("r1",)
    fixed = taken("dialogue", ReplaceLine(3, "三十一", "question"), lines)
    assert isinstance(fixed, list) and fixed[3] == {**lines[3], "text": "三十一", "role": "question"}
    assert len(taken("dialogue", ReplaceLine(0, " "), lines)) == 3  # type: ignore[arg-type]
    assert refused("dialogue", ReplaceLine(4, "x"), lines) == "answer.no_such_line"
    assert refused("dialogue", ReplaceLine(-1, "x"), lines) == "answer.no_such_line"
    assert refused("dialogue", Done(), lines[:1]) == "answer.dialogue_one_sided"
    assert refused("dialogue", Done()) == "answer.empty"
    assert taken("dialogue", Done(), lines) == lines
    assert printed("dialogue", lines[:2]) == "问：您的姓名？\n答：张三。"


def test_refusal() -> None:
    assert taken("refusal", "拒签") == "signing"
    assert printed("refusal", "none") == "未拒绝"
    assert [choice.id for choice in KINDS["refusal"].choices(question("q", "refusal"), "none", FACTS)] == [
        "none", "questioning", "evidence", "signing", "other",
    ]  # fmt: skip


THINGS = (
    Column(id="name", title="名称"),
    Column(id="count", title="数量"),
    Column(id="look", title="特征", required=False),
    Column(id="source", title="来源", required=False),
)


def row(name: str, count: str, look: str = "", source: str = "") -> dict[str, str]:
    return {"name": name, "count": count, "look": look, "source": source}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("记账凭证，3册，蓝色封面，当事人提供", row("记账凭证", "3册", "蓝色封面", "当事人提供")),
        ("记账凭证,3册", row("记账凭证", "3册")),
        ("记账凭证、3册", row("记账凭证", "3册")),
        ("1. 记账凭证，3册，，当事人提供", row("记账凭证", "3册", "", "当事人提供")),
        ("现金,3,000元,百元面额", row("现金", "3,000元", "百元面额")),
        ("账页，12页，有涂改、缺角", row("账页", "12页", "有涂改、缺角")),
        ("账页；12页；盖章，有涂改；李某，会计", row("账页", "12页", "盖章，有涂改", "李某，会计")),
        ("2.5公斤装大米，2袋", row("2.5公斤装大米", "2袋")),
        ("工资表|1份", row("工资表", "1份")),
    ],
)
def test_a_line_of_a_table_is_a_row(typed: str, stored: dict[str, str]) -> None:
    assert taken("table", typed, columns=THINGS) == [stored]


def test_table() -> None:
    rows = [row("账簿", "1册"), row("印章", "2枚", "圆形")]
    assert taken("table", "账簿，1册\n\n印章，2枚，圆形\n", columns=THINGS) == rows
    assert taken("table", "光盘，1张", rows, columns=THINGS) == [*rows, row("光盘", "1张")]
    assert taken("table", ReplaceLine(1, "印章，3枚"), rows, columns=THINGS) == [rows[0], row("印章", "3枚")]
    assert taken("table", ReplaceLine(1, ""), rows, columns=THINGS) == [rows[0]]
    assert taken("table", Done(), rows, columns=THINGS) == rows
    assert printed("table", rows, columns=THINGS) == "1. 账簿，1册\n2. 印章，2枚，圆形"


def test_table_refuses_rows_that_do_not_fit_and_says_what_is_missing() -> None:
    assert refused("table", "账簿", columns=THINGS) == "answer.row_incomplete"
    assert refused("table", "，1册", columns=THINGS) == "answer.row_incomplete"
    assert refused("table", "账簿，1册\n印章", columns=THINGS) == "answer.row_incomplete"
    assert refused("table", "一，二，三，四，五", columns=THINGS) == "answer.row_too_wide"
    assert refused("table", "，，", columns=THINGS) == "answer.row_incomplete"
    assert refused("table", " \n ", columns=THINGS) == "answer.empty"
    assert refused("table", "一二三，1", columns=THINGS, longest=2) == "answer.too_long"
    assert refused("table", "账簿，1册", [row("印章", "1枚")], columns=THINGS, most=1) == "answer.too_many"
    assert refused("table", ReplaceLine(1, "印章，1枚"), [row("账簿", "1册")], columns=THINGS) == "answer.no_such_line"
    assert refused("table", ReplaceLine(0, "印章"), [row("账簿", "1册")], columns=THINGS) == "answer.row_incomplete"
    assert refused("table", Done(), columns=THINGS) == "answer.empty"
    assert taken("table", Done(), columns=THINGS, least=0) == []
    found = parse("table", Text("账簿"), columns=THINGS)
    assert isinstance(found, Refused) and found.params["missing"] == ["数量"]


def test_a_table_takes_the_rows_of_another_and_conditions_see_its_cells() -> None:
    asked = question("q", "table", columns=THINGS)
    known = [{"name": "账簿", "count": "1册", "place": "仓库"}]
    assert KINDS["table"].adopt(asked, known, FACTS) == Taken([row("账簿", "1册")])
    assert isinstance(KINDS["table"].adopt(asked, [{"name": "账簿"}], FACTS), Refused)
    assert isinstance(KINDS["table"].adopt(asked, "账簿，1册", FACTS), Refused)
    scope = Scope({"things": [row("账簿", "1册"), row("印章", "2枚")]}, FACTS)
    assert compile_condition("answers.things.exists(thing, thing.name == '印章')").holds(scope)
    assert not compile_condition("answers.things.exists(thing, thing.look != '')").holds(scope)
    assert compile_condition("size(answers.things) == 2").holds(scope)
