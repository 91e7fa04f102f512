from __future__ import annotations

from datetime import datetime

import pytest

from dialogs.papers.blocks import Dialogue, Fields, Notice, Opinion, Paragraph, Seal, SignOff, Table, Turn
from dialogs.papers.fonts import LAST_RESORT, bundled_font, choose_fonts
from dialogs.papers.labels import broken
from dialogs.papers.layout import Form, Lead, arranged, literal, map_text, printable
from tests.papers.sample_papers import interview, paper


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="one or two"):
        Fields((("标签", "值", "标签"),))
    with pytest.raises(ValueError, match="as many cells"):
        Table(("甲", "乙"), (("一",),), (1, 1))
    with pytest.raises(ValueError, match="positive"):
        Table(("甲",), (("一",),), (0,))
    with pytest.raises(ValueError, match="aware"):
        paper(made_at=datetime(2026, 3, 5))
    with pytest.raises(ValueError, match="64"):
        paper(record_hash="ABC")
    for qr_text in ("", "长" * 70):
        with pytest.raises(ValueError, match="qr_text"):
            paper(qr_text=qr_text)


def test_control_characters_and_direction_marks_go_and_everything_else_stays() -> None:
    assert literal("甲\x00乙\x1b[31m\u202e丙\ud800\uffff") == "甲乙[31m丙"
    assert literal("一\r\n二\u2028三\t四") == "一\n二\n三 四"
    assert literal("\\#$ <b>😀 مرحبا 𬭛") == "\\#$ <b>😀 مرحبا 𬭛"


def test_cleaning_reaches_every_text_of_a_paper() -> None:
    blocks = interview().blocks
    dirty = map_text(blocks, lambda text: f"\x07{text}\x00")
    assert dirty != blocks
    assert printable(paper(*dirty)) == paper(*blocks)


def test_form_parts_are_joined_and_the_end_of_what_is_signed_stays_with_the_signatures() -> None:
    fields, opinion, text, signatures = Fields((("甲", "乙"),)), Opinion("意见", ""), Paragraph("属实。"), SignOff(())
    assert arranged((fields, opinion, text, signatures)) == (
        Form((fields,), goes_on=True),
        Lead(Form((opinion,))),
        Lead(text),
        signatures,
    )
    assert arranged((text, fields, Notice("注"), opinion)) == (text, Form((fields,)), Notice("注"), Form((opinion,)))
    long_text = Paragraph("字" * 301)
    assert arranged((long_text, signatures)) == (long_text, signatures)
    many_lines = Paragraph("字" * 301 + "\n二")
    assert arranged((many_lines, signatures)) == (Paragraph("字" * 301), Lead(Paragraph("二")), signatures)
    assert arranged((fields, Seal("某局"), text, signatures)) == (
        Lead(Form((fields,))),
        Lead(Seal("某局")),
        Lead(text),
        signatures,
    )


def test_the_last_question_and_its_answer_stay_with_the_closing_text() -> None:
    turns = (Turn("问", "一"), Turn("答", "二"), Turn("问", "三"), Turn("答", "四"))
    closing, signatures = Paragraph("属实。"), SignOff(())
    assert arranged((Dialogue(turns), closing, signatures)) == (
        Dialogue(turns[:2]),
        Lead(Dialogue(turns[2:])),
        Lead(closing),
        signatures,
    )


def test_labels_break_between_words() -> None:
    assert broken("询问地点") == "询问地点"
    assert broken("当事人基本情况") == "当事人\n基本情况"
    assert broken("是否出示执法证件") == "是否出示\n执法证件"
    assert broken("保存地点及保管人") == "保存地点及\n保管人"
    assert broken("视听资料、电子数据的提取情况") == "视听资料、\n电子数据的\n提取情况"
    assert broken("Name of the company") == "Name of the company"
    assert broken("字" * 60) == "字" * 60


def test_fonts_prefer_official_faces_and_end_with_one_that_pypi_brings() -> None:
    windows = choose_fonts({"SimSun", "FangSong", "SimHei", "Times New Roman", "SimSun-ExtB", "方正小标宋简体"})
    assert windows.body == ("FangSong", "SimSun", "SimSun-ExtB", LAST_RESORT)
    assert windows.title[:2] == ("方正小标宋简体", "SimSun")
    assert windows.heading[0] == "SimHei"
    assert windows.latin == "Times New Roman"
    debian = choose_fonts({"Noto Serif CJK SC", "Noto Sans CJK SC", "Liberation Serif"})
    assert debian.body == ("Noto Serif CJK SC", LAST_RESORT)
    bare = choose_fonts(set())
    assert (bare.title, bare.body, bare.latin) == ((LAST_RESORT,), (LAST_RESORT,), None)
    assert bundled_font().is_file()
