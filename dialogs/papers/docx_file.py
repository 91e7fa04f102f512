"""Write a paper as DOCX: the same blocks as the PDF, for agencies that go on editing in a word processor.

Families are those Chinese Windows brings (宋体, 仿宋, 黑体); other systems put their own Chinese face instead.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.section import _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph

from dialogs.papers import blocks, docx_parts, docx_tables
from dialogs.papers.docx_parts import BODY, BODY_SIZE, FORM_SIZE, HEADING, SMALL_SIZE, TITLE, write
from dialogs.papers.layout import SHORT_TEXT, Form, LayoutBlock, Lead, arranged, lines, printable
from dialogs.papers.pictures import qr_png

FOOTER_SIZE, HASH_SIZE = 9.0, 6.5
FOOTER_WIDTHS = [Mm(58), Mm(41), Mm(58)]
GREY = RGBColor(0x3C, 0x3C, 0x3C)


def render_docx(paper: blocks.Paper) -> bytes:
    """The paper as DOCX; equal papers give equal bytes. Raises as `pictures.prepared` does."""
    paper = printable(paper)
    document = Document()
    _set_up(document, paper)
    _add_titles(document, paper)
    for block in arranged(paper.blocks):
        _add_block(document, block)
    docx_parts.set_properties(document, paper.title, paper.agency, paper.made_at.astimezone(UTC))
    return docx_parts.saved(document)


def _set_up(document: DocumentObject, paper: blocks.Paper) -> None:
    normal = document.styles["Normal"]
    docx_parts.set_fonts(normal, BODY, BODY_SIZE)
    docx_parts.set_close_numbers(normal)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.25
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(26), Mm(32)
    section.left_margin, section.right_margin = Mm(28), Mm(25)
    section.footer_distance = Mm(8)
    if paper.draft:
        docx_parts.add_watermark(section.header.paragraphs[0], "草稿")
    _set_up_footer(section.footer, paper)


def _set_up_footer(footer: _Footer, paper: blocks.Paper) -> None:
    note = footer.paragraphs[0]
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(note, paper.footer_note or "", FOOTER_SIZE)
    table = footer.add_table(1, 3, docx_tables.TEXT_WIDTH)
    docx_parts.set_grid(table, FOOTER_WIDTHS)
    for cell in table.rows[0].cells:
        docx_parts.top_border_only(cell)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        cell.paragraphs[0].paragraph_format.space_before = Pt(4)
    hashes, pages, code = (cell.paragraphs[0] for cell in table.rows[0].cells)
    write(hashes, "\n".join(("电子记录摘要（SHA-256）", *paper.hash_lines)), HASH_SIZE)
    _write_page_numbers(pages)
    code.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    code.add_run().add_picture(BytesIO(qr_png(paper.qr_text)), height=Mm(15))


def _write_page_numbers(paragraph: DocxParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(paragraph, "第 ", FOOTER_SIZE)
    docx_parts.add_field(paragraph, "PAGE", FOOTER_SIZE)
    write(paragraph, " 页 共 ", FOOTER_SIZE)
    docx_parts.add_field(paragraph, "NUMPAGES", FOOTER_SIZE)
    write(paragraph, " 页", FOOTER_SIZE)


def _add_titles(document: DocumentObject, paper: blocks.Paper) -> None:
    for text, size, after in ((paper.agency, 18, 6), (paper.title, 24, 10)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(after)
        write(paragraph, text, size, TITLE, bold=True)
    if paper.number is not None or paper.case_number is not None:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.tab_stops.add_tab_stop(docx_tables.TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        case = "" if paper.case_number is None else f"案件编号：{paper.case_number}"
        write(paragraph, f"{case}\t{paper.number or ''}", FORM_SIZE)


def _add_block(document: DocumentObject, block: LayoutBlock) -> None:
    match block:
        case Form():
            docx_tables.add_form(document, block)
        case Lead():
            before, tables = len(document.paragraphs), len(document.tables)
            _add_block(document, block.block)
            for paragraph in document.paragraphs[before:]:
                paragraph.paragraph_format.keep_with_next = True
            docx_tables.keep_with_next(document, tables)
        case blocks.Paragraph():
            _add_paragraphs(document, block)
        case blocks.Dialogue():
            _add_dialogue(document, block)
        case blocks.Table():
            docx_tables.add_list(document, block)
        case blocks.SignOff():
            _add_sign_off(document, block)
        case blocks.Seal():
            _add_seal(document, block)
        case blocks.Annex():
            _add_annex(document, block)
        case blocks.Images():
            docx_tables.add_images(document, block)
        case blocks.Notice():
            for line in lines(block.text):
                write(document.add_paragraph(), line, SMALL_SIZE).font.color.rgb = GREY
        case _:
            raise TypeError(f"no way to print {type(block).__name__}")


def _add_paragraphs(document: DocumentObject, block: blocks.Paragraph) -> None:
    if block.heading is not None:
        _add_heading(document, block.heading)
    for line in lines(block.text):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if block.indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_SIZE)
        write(paragraph, line, BODY_SIZE)


def _add_heading(document: DocumentObject, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)
    write(paragraph, text, BODY_SIZE, HEADING, bold=True)


def _add_dialogue(document: DocumentObject, block: blocks.Dialogue) -> None:
    for turn, following in zip(block.turns, [*block.turns[1:], None], strict=True):
        asked = turn.role == "问"
        answered = following is not None and following.role == "答"
        paragraph = document.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent, form.first_line_indent = Pt(2 * BODY_SIZE), Pt(-2 * BODY_SIZE)
        form.keep_with_next = asked and answered and len(turn.text) <= SHORT_TEXT
        form.space_before = Pt(5 if asked else 0)
        write(paragraph, f"{turn.role}：", BODY_SIZE, HEADING, bold=True)
        write(paragraph, turn.text, BODY_SIZE)


def _add_sign_off(document: DocumentObject, block: blocks.SignOff) -> None:
    if block.heading is not None:
        _add_heading(document, block.heading)
    for position, slot in enumerate(block.slots, start=1):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.tab_stops.add_tab_stop(docx_tables.TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        write(paragraph, f"{slot.label}：", FORM_SIZE)
        docx_parts.add_signature(paragraph, slot.name, slot.image, slot.date, FORM_SIZE, gap="\t")
        note = None
        if slot.note is not None:
            note = document.add_paragraph()
            note.paragraph_format.left_indent = Pt(2 * BODY_SIZE)
            write(note, slot.note, SMALL_SIZE)
        paragraph.paragraph_format.keep_with_next = note is not None or position < len(block.slots)
        if note is not None:
            note.paragraph_format.keep_with_next = position < len(block.slots)


def _add_seal(document: DocumentObject, block: blocks.Seal) -> None:
    """The agency's name, room for its seal, and the date, centred in the right half of the page."""
    date = block.date or docx_parts.BLANK_DATE
    for position, (text, size) in enumerate(((block.agency, BODY_SIZE), ("（印章）", SMALL_SIZE), (date, BODY_SIZE))):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.left_indent = Mm(77)
        paragraph.paragraph_format.space_before = Mm(0 if position else 9)
        paragraph.paragraph_format.keep_with_next = position < 2
        write(paragraph, text, size)


def _add_annex(document: DocumentObject, block: blocks.Annex) -> None:
    for text, size, family in ((block.heading, 18, TITLE), (block.text, SMALL_SIZE, BODY)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(8)
        paragraph.paragraph_format.page_break_before = family == TITLE
        write(paragraph, text, size, family, bold=family == TITLE)
