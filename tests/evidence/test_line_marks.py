"""Marks that move with a corrected text, and differences as people read them."""

from __future__ import annotations

import pytest

from bot.i18n import translator
from bot.line_marks import carried, standing, stretches
from bot.views.transcript_text import difference, marked, notes
from models.tables import TranscriptLine


def line(draft: str, text: str | None = None, **more: object) -> TranscriptLine:
    text = draft if text is None else text
    given = {"transcript_id": 1, "position": 0, "start": 0.0, "end": 1.0, "draft_role": "answer", "role": "answer"}
    return TranscriptLine(**given, draft_text=draft, text=text, **more)


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ("我叫张三，住北京街", (2, 4)),
        ("其实我叫张三，住北京街", (4, 6)),
        ("我叫张三", (2, 4)),
        ("我叫章三，住北京街", None),
        ("我叫张，住北京街", None),
        ("", None),
    ],
)
def test_a_mark_stays_while_its_characters_do(after: str, where: tuple[int, int] | None) -> None:
    assert carried([(2, 4)], "我叫张三，住北京街", after) == [where]


def test_doubt_and_change_are_seen_without_colour() -> None:
    changed = line(
        "他<挪>用公款", uncertain=[[1, 3]], changes=[{"start": 2, "end": 4, "heard": "罗<", "by": "language"}]
    )
    assert marked(changed, 500) == "他<u>&lt;</u><i><u>挪</u></i><i>&gt;*</i>用公款"
    assert notes(translator("en"), changed) == ["“挪&gt;” was heard as “罗&lt;”"]
    changed.text = "他挪>用了公款"
    assert "*" in marked(changed, 500)
    changed.text = "他罗用公款"
    assert "*" not in marked(changed, 500) and not standing(changed, changed.changes)


def test_figures_and_terms_stand_beside_the_words() -> None:
    found = line(
        "王海罚了三千五百块",
        proposals=[{"start": 0, "end": 2, "term": "汪海", "likelihood": 0.4}],
        figures=[
            {"start": 4, "end": 9, "spoken": "三千五百块", "written": "3,500.00元", "kind": "amount", "valid": None},
            {"start": 4, "end": 9, "spoken": "一二三", "written": "123", "kind": "resident_id", "valid": False},
        ],
    )
    assert notes(translator("en"), found) == [
        "“王海” may be “汪海”",
        "三千五百块 = 3,500.00元",
        "一二三 = 123（wrong check digit）",
    ]


def test_a_marked_line_is_cut_with_its_marks_whole() -> None:
    found = line("<&>" * 400, uncertain=[[number, number + 1] for number in range(0, 1200, 2)])
    html = marked(found, 480)
    assert len(html) <= 480 and html.count("<u>") == html.count("</u>") > 3 and "…" in html


@pytest.mark.parametrize(
    ("before", "after", "html"),
    [
        ("我叫张三", "我叫章三", "我叫<s>张</s><u>章</u>三"),
        ("我叫三", "我叫张三", "我叫<u>张</u>三"),
        ("我叫张三啊", "我叫张三", "我叫张三<s>啊</s>"),
        ("聚焦停车费欧达保安", "拒交停车费殴打保安", "<s>聚焦</s><u>拒交</u>停车费<s>欧达</s><u>殴打</u>保安"),
        ("一甲二乙三丙丁戊", "四甲五乙六丙丁戊", "<s>一甲二乙三</s><u>四甲五乙六</u>丙丁戊"),
        ("今天天气很好", "账簿交给会计了", "<s>今天天气很好</s> <u>账簿交给会计了</u>"),
        ("a<b", "a<c", "a&lt;<s>b</s><u>c</u>"),
    ],
)
def test_each_characters_fate(before: str, after: str, html: str) -> None:
    assert difference(before, after, 400) == html
    assert "".join(part.text for part in stretches(before, after) if part.kind != "new") == before
    assert "".join(part.text for part in stretches(before, after) if part.kind != "gone") == after


def test_long_lines_are_shown_around_their_differences() -> None:
    same = "这是一段很长的话" * 20
    html = difference(same + "张三" + same, same + "章三" + same, 640)
    assert html.startswith("…") and html.endswith("…") and "<s>张</s><u>章</u>" in html and len(html) < 80
    assert len(difference("<" * 1500, "&" * 1500, 640)) <= 640
    assert len(difference("甲乙丙丁" * 500, "甲乙戊丁" * 500, 640)) <= 640
