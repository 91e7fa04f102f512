"""Bordered tables of a DOCX paper: approval forms, lists, and photos beside each other."""

from __future__ import annotations

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Mm, Pt
from docx.table import _Cell, _Row

from dialogs.papers import blocks
from dialogs.papers.docx_parts import (
    BODY,
    FORM_SIZE,
    HEADING,
    SMALL_SIZE,
    add_picture,
    add_signature,
    keep_whole,
    repeat_header,
    set_grid,
    write,
)
from dialogs.papers.layout import SHORT_TEXT, Form, lines

TEXT_WIDTH = Mm(157)
LABEL_WIDTH = Mm(31)  # six characters and the margins of a cell
VALUE_WIDTH = Emu((TEXT_WIDTH - 2 * LABEL_WIDTH) // 2)
OPINION_HEIGHT = Mm(32)
PICTURE_BOX, WIDE_BOX = (Mm(74), Mm(62)), (TEXT_WIDTH, Mm(125))
SHORT_CELL = 12


def add_form(document: Document, form: Form) -> None:
    """Fields and opinions as one table of four columns; a single value spans the last three."""
    rows: list[tuple[str, ...] | blocks.Opinion] = []
    for part in form.parts:
        rows.extend(part.rows if isinstance(part, blocks.Fields) else (part,))
    table = document.add_table(len(rows), 4, style="Table Grid")
    set_grid(table, (LABEL_WIDTH, VALUE_WIDTH, LABEL_WIDTH, VALUE_WIDTH))
    for row, content in zip(table.rows, rows, strict=True):
        if isinstance(content, blocks.Opinion):
            _fill_opinion(row, content)
        else:
            _fill_fields(row, content)
    if not form.goes_on:  # tables that touch are one
        _add_gap(document)


def keep_with_next(document: Document, since: int) -> None:
    """Everything in the tables from number `since` on stays with what follows it."""
    for table in document.tables[since:]:
        for row in table.rows:
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def _fill_fields(row: _Row, texts: tuple[str, ...]) -> None:
    cells = list(row.cells)
    if len(texts) == 2:
        cells[1:] = [cells[1].merge(cells[3])]
    for position, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        _fill(cell, text, centred=position % 2 == 0)


def _fill_opinion(row: _Row, opinion: blocks.Opinion) -> None:
    row.height, row.height_rule = OPINION_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
    if len(opinion.text) <= SHORT_TEXT:
        keep_whole(row)
    heading, first, _, last = row.cells
    cell = first.merge(last)
    _fill(heading, opinion.heading, centred=True)
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = Pt(3)
    for line in lines(opinion.text) or [""]:
        paragraph.paragraph_format.first_line_indent = Pt(2 * FORM_SIZE)
        paragraph.paragraph_format.keep_with_next = True
        write(paragraph, line, FORM_SIZE)
        paragraph = cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_before = Mm(17 if opinion.image is None else 9)
    write(paragraph, "签名：", FORM_SIZE)
    add_signature(paragraph, opinion.name, opinion.image, opinion.date, FORM_SIZE)


def add_list(document: Document, block: blocks.Table) -> None:
    """A list whose header is repeated on every page."""
    table = document.add_table(len(block.rows) + 1, len(block.headers), style="Table Grid")
    total = sum(block.widths)
    set_grid(table, [Emu(int(TEXT_WIDTH * width / total)) for width in block.widths])
    for row, texts in zip(table.rows, (block.headers, *block.rows), strict=True):
        is_header = texts is block.headers
        for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            centred = is_header or (len(text) <= SHORT_CELL and n not in block.left)
            _fill(cell, text, SMALL_SIZE, centred=centred, bold=is_header)
        if all(len(text) <= SHORT_TEXT for text in texts):
            keep_whole(row)
    repeat_header(table.rows[0])
    _add_gap(document)


def add_images(document: Document, block: blocks.Images) -> None:
    """Photos two to a row in a table without borders; an odd last one spans the row."""
    columns = 1 if block.wide else 2
    table = document.add_table((len(block.items) + columns - 1) // columns, columns)
    set_grid(table, (Emu(TEXT_WIDTH // columns),) * columns)
    cells = [cell for row in table.rows for cell in row.cells]
    if len(block.items) % columns:
        cells[-2:] = [cells[-2].merge(cells[-1])]
    for row in table.rows:
        keep_whole(row)
    for cell, item in zip(cells, block.items, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Pt(8)
        add_picture(paragraph, item.data, WIDE_BOX if block.wide else PICTURE_BOX)
        caption = cell.add_paragraph()
        write(caption, item.caption, SMALL_SIZE)
        paragraph.alignment = caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_gap(document)


def _fill(cell: _Cell, text: str, size: float = FORM_SIZE, *, centred: bool, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = 1.15
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    write(paragraph, text, size, HEADING if bold else BODY, bold=bold)


def _add_gap(document: Document) -> None:
    """Word joins tables that touch: an empty small line keeps them apart."""
    write(document.add_paragraph(), " ", 5)
