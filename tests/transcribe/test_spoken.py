"""Spoken dates, amounts, digits and choices as values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from transcribe.numerals import parse, to_arabic
from transcribe.spoken import amounts, dates, digits, grouped, match_choice

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三千五", 3500),
        ("三千零五", 3005),
        ("两万三", 23000),
        ("一百零五", 105),
        ("十七", 17),
        ("二十", 20),
        ("一亿三千万", 130_000_000),
        ("4000万", 40_000_000),
        ("1.5万", 15_000),
        ("二零二六", 2026),
        ("一二百", None),
        ("千万", None),
    ],
)
def test_numerals(numeral: str, value: int | None) -> None:
    assert parse(numeral) == value


def test_numerals_within_text() -> None:
    assert to_arabic("二零一六年罚了三千五百元") == "2016年罚了3500元"
    assert to_arabic("千万别去万和堂") == "千万别去万和堂"
    assert to_arabic("3,000元") == "3000元"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二零二六年三月五号", [date(2026, 3, 5)]),
        ("二六年十二月三十一日晚上", [date(2026, 12, 31)]),
        ("三月五号到三月八号", [date(2026, 3, 5), date(2026, 3, 8)]),
        ("去年十月一号", [date(2025, 10, 1)]),
        ("2026-03-05", [date(2026, 3, 5)]),
        ("昨天晚上", [date(2026, 3, 9)]),
        ("大前天", [date(2026, 3, 7)]),
        ("二月三十号", []),
        ("记不清了", []),
    ],
)
def test_dates(text: str, expected: list[date]) -> None:
    assert dates(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三千五百块", ["3500.00"]),
        ("罚了两万三千块钱，先交五百元", ["23000.00", "500.00"]),
        ("三块五", ["3.50"]),
        ("三块五毛五", ["3.55"]),
        ("两块半", ["2.50"]),
        ("五毛", ["0.50"]),
        ("1,200元", ["1200.00"]),
        ("三千多块", []),
        ("十来块", []),
        ("三千五", []),
    ],
)
def test_amounts(text: str, expected: list[str]) -> None:
    assert amounts(text) == [Decimal(value) for value in expected]


def test_digits_read_aloud() -> None:
    assert digits("二幺零 一零二 一九八八 零五 零七 三三 一叉") == "21010219880507331X"
    assert digits("我电话是幺三八，五四九六，四零六九") == "13854964069"
    assert digits("没有号码") == ""
    assert grouped("13854964069") == "138 5496 4069"
    assert grouped("21010219880507331X") == "210102 1988 0507 331X"


@pytest.mark.parametrize(
    ("text", "choices", "index"),
    [
        ("我同意", ["同意", "不同意", "其他"], 0),
        ("我不同意", ["同意", "不同意", "其他"], 1),
        ("童衣", ["同意", "不同意", "其他"], 0),
        ("身份正", ["身份证", "护照"], 0),
        ("四的", ["是", "否"], 0),
        ("蓝的", ["男", "女"], 0),
        ("没收并罚款", ["没收", "罚款", "没收并罚款"], 2),
        ("不同意", ["同意", "拒绝"], None),
        ("随便", ["同意", "不同意"], None),
        ("", ["同意"], None),
        ("同意", [], None),
    ],
)
def test_choices_by_sound(text: str, choices: list[str], index: int | None) -> None:
    matched = match_choice(text, choices)
    assert (matched[0] if matched else None) == index
    assert matched is None or 0.0 < matched[1] <= 1.0
