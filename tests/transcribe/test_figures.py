"""Figures as spoken with their written form beside them, and none where the words leave a doubt."""

from __future__ import annotations

import pytest

from transcribe.dialects import lexicons
from transcribe.figures import figures
from transcribe.finishing import finish
from transcribe.question_answer import whole
from transcribe.transcript import Coverage, Segment, Transcript, Word


def read(text: str) -> list[tuple[str, str, str]]:
    found = figures(text)
    assert all(text[each.start : each.end] == each.spoken for each in found)
    return [(each.spoken, each.written, each.kind) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二〇二六年三月五号", [("二〇二六年三月五号", "2026-03-05", "date")]),
        ("是2026年3月5日的事", [("2026年3月5日", "2026-03-05", "date")]),
        ("三月五号到三月八号", [("三月五号", "3月5日", "date"), ("三月八号", "3月8日", "date")]),
        ("八八年十二月三十一号生的", [("八八年十二月三十一号", "88年12月31日", "date")]),
        ("二零零六年建立的", [("二零零六年", "2006年", "date")]),
        ("二月二十九号", [("二月二十九号", "2月29日", "date")]),
        ("二月三十号", []),
        ("三年以后", []),
        ("下午三点半", [("下午三点半", "15:30", "time")]),
        ("晚上八点一刻左右", [("晚上八点一刻", "20:15", "time")]),
        ("十五点三十分", [("十五点三十分", "15:30", "time")]),
        ("中午十二点", [("中午十二点", "12:00", "time")]),
        ("上午九点零五分", [("上午九点零五分", "09:05", "time")]),
        ("三点半", []),
        ("晚上一点", []),
        ("下午三点多", []),
        ("说了一点", []),
        ("三千五百块钱", [("三千五百块钱", "3,500.00元", "amount")]),
        ("三块五毛五", [("三块五毛五", "3.55元", "amount")]),
        ("4000万元", [("4000万元", "40,000,000.00元", "amount")]),
        ("三千多块", []),
        ("三千来块", []),
        ("几十块", []),
        ("三五块", []),
        ("一块去的", []),
        ("罚款一千多万元", []),
        ("百分之九十五", [("百分之九十五", "95%", "percent")]),
        ("百分之三点五", [("百分之三点五", "3.5%", "percent")]),
        ("打了幺幺零", [("幺幺零", "110", "digits")]),
        ("三四五个人", []),
        ("一三五一五零八二一九二", [("一三五一五零八二一九二", "13515082192", "phone")]),
        ("幺三八，五四九六，四零六九", [("幺三八，五四九六，四零六九", "13854964069", "phone")]),
        ("零四一一八二三四五六七八", [("零四一一八二三四五六七八", "041182345678", "phone")]),
        ("十七个人", [("十七", "17", "number")]),
        ("第二十三条", [("二十三", "23", "number")]),
        ("十几个人", []),
        ("二百来人", []),
        ("五个人", []),
        ("千万别去，十分危险，万一呢", []),
        ("三里屯一家珠宝店", []),
    ],
)
def test_figures(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("last", "valid"), [("二叉", True), ("三幺", False)])
def test_an_identity_number_is_checked(last: str, valid: bool) -> None:
    text = f"身份证号是幺幺零幺零五，一九四九一二三一，零零{last}"
    (found,) = figures(text)
    assert (found.kind, found.valid) == ("resident_id", valid)
    assert found.written == "11010519491231002X" if valid else "110105194912310031"
    assert found.spoken == text[5:]


def test_the_text_stays_as_spoken_and_a_line_reads_a_number_over_a_pause() -> None:
    heard = []
    for start, text in ((0.0, "电话是幺三八"), (3.0, "五四九六四零六九")):
        words = tuple(Word(start + n * 0.2, start + n * 0.2 + 0.2, each, 0.9) for n, each in enumerate(text))
        heard.append(Segment(start, words[-1].end, text, words))
    finished = finish(heard, [], None, lexicons(), respell=True)
    assert [segment.text for segment in finished] == ["电话是幺三八", "五四九六四零六九"]
    line = whole(Transcript("a.ogg", 9.0, "zh", "base", tuple(finished), Coverage(9.0, 9.0)))
    assert line is not None
    assert line.text == "电话是幺三八，五四九六四零六九"
    (found,) = line.figures
    assert (found.start, found.spoken, found.written) == (3, "幺三八，五四九六四零六九", "13854964069")
