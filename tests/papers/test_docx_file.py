from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm

from dialogs.papers.blocks import (
    Dialogue,
    Fields,
    Images,
    Opinion,
    Paragraph,
    Picture,
    SignatureSlot,
    SignOff,
    Table,
    Turn,
)
from dialogs.papers.docx_file import render_docx
from dialogs.papers.layout import literal
from models.errors import InvalidInput
from tests.papers.hostile import HOSTILE
from tests.papers.reading import docx_text, squeezed
from tests.papers.sample_papers import (
    MADE_AT,
    RECORD_HASH,
    SAMPLES,
    approval,
    drawn_signature,
    evidence_list,
    paper,
    photo,
)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_hold_their_texts_the_hash_and_page_fields(name: str) -> None:
    sample = SAMPLES[name]()
    data = render_docx(sample)
    text = squeezed(docx_text(data))
    for expected in (sample.agency, sample.title, sample.number, RECORD_HASH, "第1页共1页"):
        assert squeezed(expected or "") in text
    footer = Document(BytesIO(data)).sections[0].footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    assert "a:blip" in footer


def test_the_page_is_a4_and_properties_come_from_the_paper_alone() -> None:
    document = Document(BytesIO(render_docx(approval())))
    section = document.sections[0]
    assert abs(section.page_width - Mm(210)) < Mm(1)
    assert abs(section.page_height - Mm(297)) < Mm(1)
    properties = document.core_properties
    assert (properties.title, properties.author) == ("立案审批表", "某某市某某区财政局")
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.replace(tzinfo=MADE_AT.tzinfo) == MADE_AT


def test_equal_papers_give_equal_bytes() -> None:
    assert render_docx(evidence_list()) == render_docx(evidence_list())


def test_chinese_text_names_a_chinese_family() -> None:
    document = Document(BytesIO(render_docx(paper(Paragraph("正文", heading="标题")))))
    families = {
        run.text: run._r.rPr.rFonts.get(f"{{{run._r.nsmap['w']}}}eastAsia")
        for p in document.paragraphs
        for run in p.runs
    }
    assert families["正文"] == "仿宋"
    assert families["标题"] == "黑体"


def test_list_headers_repeat_and_forms_are_one_table() -> None:
    data = render_docx(
        paper(
            Fields((("甲", "乙"), ("丙", "丁", "戊", "己"))), Opinion("意见", "同意"), Table(("列",), (("值",),), (1,))
        )
    )
    form, listed = Document(BytesIO(data)).tables
    assert len(form.rows) == 3
    assert [cell.text for cell in form.rows[1].cells] == ["丙", "丁", "戊", "己"]
    assert "w:tblHeader" in listed.rows[0]._tr.xml
    assert "w:tblHeader" not in listed.rows[1]._tr.xml


def test_signatures_and_photos_are_embedded_without_exif() -> None:
    data = render_docx(
        paper(
            SignOff((SignatureSlot("当事人", "王某", drawn_signature(), "2026年3月5日"),)),
            Images((Picture(photo(image_format="WEBP"), "照片一"),)),
        )
    )
    with ZipFile(BytesIO(data)) as archive:
        media = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert sorted(name.rsplit(".", 1)[1] for name in media) == ["jpg", "png", "png"]
    assert "照片一" in docx_text(data)


def test_a_draft_carries_a_watermark() -> None:
    def header(draft: bool) -> str:
        return Document(BytesIO(render_docx(approval(draft=draft)))).sections[0].header._element.xml

    assert 'string="草稿"' in header(True)
    assert "草稿" not in header(False)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_literally(text: str) -> None:
    data = render_docx(
        paper(
            Fields(((text, text), ("标签", text, "标签", text))),
            Opinion(text[:20], text, text[:40]),
            Paragraph(text, heading=text[:80]),
            Dialogue((Turn("问", text), Turn("答", text))),
            Table(("甲", text[:20]), ((text, "乙"),), (1, 3)),
            SignOff((SignatureSlot("签名", text[:60], None, None, text),)),
            title=text,
            agency=text,
            footer_note=text,
        )
    )
    assert squeezed(literal(text)) in squeezed(docx_text(data))


def test_a_broken_picture_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        render_docx(paper(Images((Picture(b"GIF89a", "照片"),))))
    assert refusal.value.code == "paper.picture_broken"
