"""A report as XLSX: one sheet a table, numbers as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.reports.gathering import Report
from bot.views.report_tables import Cell, Share, Spoken, Table

_FONT = "宋体"
_HEAD = PatternFill("solid", fgColor="1F3B57")
_LINE = Side(style="thin", color="B5BEC8")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NARROWEST, _WIDEST = 9, 60


def render_xlsx(report: Report, said: Spoken, tables: Sequence[Table]) -> bytes:
    """The workbook; its first sheet says what it is about."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"{report.agency} {said.title} {said.days}"
    book.properties.creator = report.agency
    book.properties.created = book.properties.modified = report.at.astimezone(UTC).replace(tzinfo=None)
    for number, table in enumerate(tables):
        sheet = book.create_sheet(table.name)
        _fill(sheet, table)
        if number == 0:
            _explain(sheet, report, said)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    for column, head in enumerate(table.heads, start=1):
        cell = sheet.cell(1, column)
        _put(cell, head)
        cell.font, cell.fill = Font(name=_FONT, bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row, values in enumerate(table.rows, start=2):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            _put(cell, value)
            cell.font, cell.border = Font(name=_FONT), _BORDER
            cell.alignment = Alignment(vertical="center", wrap_text=isinstance(value, str))
    if table.note:
        _put(sheet.cell(2, 1), table.note)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32
    for column, head in enumerate(table.heads):
        texts = [head, *(each[column] for each in table.rows)]
        width = max(_width(each) for each in texts) + 2
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(width, _NARROWEST), _WIDEST)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _explain(sheet: Worksheet, report: Report, said: Spoken) -> None:
    """Below the figures: whose they are, of when."""
    rows = (
        ("机关", report.agency),
        ("报表", said.title),
        ("本期", said.days),
        ("上期", said.before),
        ("统计截至", said.at),
    )
    for row, (name, value) in enumerate(rows, start=sheet.max_row + 2):
        _put(sheet.cell(row, 1), name)
        _put(sheet.cell(row, 2), value)


def _put(cell: SheetCell | MergedCell, value: Cell) -> None:
    """Texts stay texts, whatever they begin with: people's names must not become formulas."""
    assert isinstance(cell, SheetCell)  # nothing is merged
    if isinstance(value, Share):
        cell.value, cell.number_format = value.value, "0.0%"
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _width(value: Cell) -> int:
    """In columns, a Chinese character taking two."""
    text = "100.0%" if isinstance(value, Share) else str(value)
    return sum(1 if character.isascii() else 2 for character in text)
