from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import typst

from dialogs.papers import typst_pdf
from dialogs.papers.blocks import (
    Annex,
    Dialogue,
    Fields,
    Images,
    Opinion,
    Paragraph,
    Picture,
    Seal,
    SignatureSlot,
    SignOff,
    Table,
    Turn,
)
from dialogs.papers.docx_file import render_docx
from dialogs.papers.fonts import bundled_font, choose_fonts
from dialogs.papers.typst_pdf import render_pdf
from models.errors import InvalidInput
from tests.papers.hostile import HOSTILE
from tests.papers.reading import docx_text, pdf_facts, pdf_text, squeezed
from tests.papers.sample_papers import MADE_AT, RECORD_HASH, SAMPLES, approval, drawn_signature, interview, paper, photo


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_pdf_a_with_page_numbers_and_the_hash_on_each_page(name: str) -> None:
    data = render_pdf(SAMPLES[name]())
    assert data.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in data
    facts, text = pdf_facts(data), squeezed(pdf_text(data))
    pages = int(facts.split("Pages:")[1].split()[0])
    assert "A4" in facts
    for page in range(1, pages + 1):
        assert f"第{page}页共{pages}页" in text
    assert text.count(RECORD_HASH[:32]) == text.count(RECORD_HASH[32:]) == pages


def test_equal_papers_give_equal_bytes_and_the_date_inside_is_the_papers() -> None:
    assert render_pdf(approval()) == render_pdf(approval())
    assert b"2026-03-05T02:30:00" in render_pdf(approval())
    assert render_pdf(approval()) != render_pdf(replace(approval(), made_at=MADE_AT + timedelta(days=1)))


def test_a_draft_says_so() -> None:
    assert "草" in pdf_text(render_pdf(approval(draft=True)))
    assert "草" not in pdf_text(render_pdf(approval()))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_literally(text: str) -> None:
    data = render_pdf(
        paper(
            Fields(((text, text), (text[:40], text[:40], "标签", text))),
            Paragraph(text, heading=text[:80]),
            Dialogue((Turn("问", text), Turn("答", text))),
            Table(("甲", text[:20]), ((text, "乙"),), (1, 3)),
            SignOff((SignatureSlot("签名", text[:60], None, None, text),)),
            title=text[:40],
            agency=text,
            number=text,
            footer_note=text[:60],
        )
    )
    printed = squeezed(pdf_text(data))
    for word in re.findall(r"[!-~]+", text)[:6]:
        assert word[:20] in printed


def test_a_character_no_font_has_is_named_and_never_dropped() -> None:
    text = squeezed(pdf_text(render_pdf(paper(Fields((("姓名", "张\U0010fffd\ue123某"), ("别名", "李\u1fff二")))))))
    assert "张〔U+E123〕某" in text.replace("〔U+10FFFD〕", "")
    assert "李〔U+1FFF〕二" in text


def test_long_numbers_wrap_inside_their_cells_and_come_out_whole() -> None:
    number = "9" * 200
    text = pdf_text(render_pdf(paper(Table(("甲", "乙"), ((number, "丙"),), (1, 1)))))
    assert max(map(len, re.findall("9+", text))) < 60
    assert squeezed(text).replace("丙", "").count(number) == 1


def test_signatures_stay_with_their_heading_and_statement() -> None:
    data = render_pdf(interview())
    page = next(page for page in pdf_text(data).split("\f") if "签名确认" in page)
    assert "以上笔录我已看过" in page
    assert all(label in page for label in ("被询问人", "见证人", "询问人", "记录人", "拒绝"))


def test_signatures_and_photos_are_embedded() -> None:
    bare = render_pdf(paper(SignOff((SignatureSlot("当事人", "王某"),))))
    signed = render_pdf(paper(SignOff((SignatureSlot("当事人", "王某", drawn_signature()),))))
    assert signed.count(b"/Subtype /Image") + signed.count(b"/Subtype/Image") > bare.count(
        b"/Subtype /Image"
    ) + bare.count(b"/Subtype/Image")
    photos = tuple(Picture(photo(image_format=name), f"{name} 照片") for name in ("JPEG", "PNG", "WEBP"))
    assert "WEBP照片" in squeezed(pdf_text(render_pdf(paper(Images(photos)))))


@pytest.mark.parametrize("data", [b"", b"no picture", photo()[:2000]], ids=["empty", "text", "truncated"])
def test_a_broken_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        render_pdf(paper(Images((Picture(data, "照片"),))))
    assert refusal.value.code == "paper.picture_broken"


def test_the_bundled_font_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(bundled_font().parent)])
    monkeypatch.setattr(typst_pdf, "installed", lambda: (fonts, choose_fonts(fonts.families())))
    text = squeezed(pdf_text(render_pdf(approval())))
    assert "承办人意见" in text
    assert "〔U+" not in text


def pages(data: bytes) -> list[str]:
    return pdf_text(data).split("\f")[:-1]


def test_questions_without_answers_fill_their_page() -> None:
    turns = tuple(Turn("问", "请再说一遍事情发生的时间、地点和经过。") for _ in range(40))
    first, *_ = pages(render_pdf(paper(Dialogue(turns))))
    assert first.count("问：") > 15


@pytest.mark.parametrize("count", range(17, 24))
def test_signatures_never_stand_on_a_page_without_what_is_signed(count: int) -> None:
    form = Fields((("询问地点", "某路1号"),) * count)
    slots = tuple(SignatureSlot(f"当事人{n}签名") for n in range(3))
    for closing in ((), (Paragraph("以上属实。"),)):
        *_, last = pages(render_pdf(paper(form, *closing, SignOff(slots))))
        assert "询问地点" in last
        assert "当事人0签名" in last


def test_a_paper_that_goes_out_ends_with_the_seal_and_its_approval_stands_apart() -> None:
    made = paper(
        Fields((("当事人", "某公司"),)),
        Seal("某某市某某区财政局", "2026年3月9日"),
        Annex("内部审批页", "不随文书送达。"),
        Opinion("负责人意见", "同意。"),
        case_number="某财执〔2026〕12号",
    )
    first, second = pages(render_pdf(made))
    assert (
        "2026年3月9日" in squeezed(first) and "（印章）" in first and "案件编号：某财执〔2026〕12号" in squeezed(first)
    )
    assert "负责人意见" not in first and "负责人意见" in second
    written = squeezed(docx_text(render_docx(made)))
    for text in ("（印章）", "2026年3月9日", "内部审批页", "案件编号：某财执〔2026〕12号"):
        assert text in written
