"""The pieces of WordprocessingML (ECMA-376 Part 1) that python-docx has no call for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from dialogs.papers.pictures import prepared

BODY, TITLE, HEADING, LATIN = "仿宋", "宋体", "黑体", "Times New Roman"
BODY_SIZE, FORM_SIZE, SMALL_SIZE = 14.0, 12.0, 10.5
SIGNATURE_BOX = Mm(42), Mm(11)
BLANK_NAME, BLANK_DATE = "＿" * 8, "　　年　　月　　日"
LONGEST_PROPERTY = 255  # ECMA-376 limits core properties, and python-docx refuses longer ones


def set_fonts(target: Run | ParagraphStyle, east_asian: str, size: float) -> None:
    """Set both the Latin and the Chinese family; `font.name` alone leaves Chinese text to the theme."""
    target.font.name = LATIN
    target.font.size = Pt(size)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), east_asian)
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)


def write(paragraph: Paragraph, text: str, size: float, family: str = BODY, *, bold: bool = False) -> Run:
    """Add `text` (line breaks kept) in points of `size`."""
    run = paragraph.add_run(text)
    set_fonts(run, family, size)
    run.font.bold = bold
    return run


def set_close_numbers(style: ParagraphStyle) -> None:
    """No gap between Chinese and Latin characters or digits: a date keeps its width, as in the PDF."""
    form = style.element.get_or_add_pPr()
    following = ("w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        form.insert_element_before(off, *following)


def add_field(paragraph: Paragraph, instruction: str, size: float) -> None:
    """A field such as PAGE that the reading program counts; `1` shows until it has."""
    run = write(paragraph, "1", size)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.replace(run._r, field)
    field.append(run._r)


def add_picture(paragraph: Paragraph, data: bytes, box: tuple[Length, Length]) -> None:
    """Put a picture in `paragraph`, as large as `box` (width, height) allows."""
    picture = prepared(data)
    scale = min(box[0] / picture.width, box[1] / picture.height)
    paragraph.add_run().add_picture(BytesIO(picture.data), width=int(picture.width * scale))


def add_signature(
    paragraph: Paragraph, name: str | None, image: bytes | None, date: str | None, size: float, gap: str = "　"
) -> None:
    """The drawn signature or a line to sign on, the printed name, and, after `gap`, the date or room for one."""
    if image is None:
        write(paragraph, BLANK_NAME, size)
    else:
        add_picture(paragraph, image, SIGNATURE_BOX)
    if name:
        write(paragraph, f"（{name}）", size)
    write(paragraph, gap + (BLANK_DATE if date is None else date), size)


def set_grid(table: Table, widths: Sequence[Length]) -> None:
    """Fix the column widths (EMU), the grid for LibreOffice and each cell for Word, and fit the margins."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def repeat_header(row: _Row) -> None:
    """Print `row` again at the top of each page the table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: _Row) -> None:
    """Never break `row` across pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def top_border_only(cell: _Cell) -> None:
    """A thin line above `cell`, as above a footer."""
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:tcBorders {nsdecls("w")}><w:top w:val="single" w:sz="4" w:color="auto"/></w:tcBorders>')
    )


def add_watermark(paragraph: Paragraph, text: str) -> None:
    """Light diagonal text behind each page, as a VML text path: the form Word itself writes."""
    spaces = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    shape = (
        f"<w:pict {nsdecls('w')} {spaces}>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="draft" type="#_x0000_t136" fillcolor="#e4e4e4" stroked="f" '
        'style="position:absolute;width:260pt;height:105pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin">'
        f'<v:textpath style="font-family:&quot;SimHei&quot;" string="{text}"/></v:shape></w:pict>'
    )
    paragraph.add_run()._r.append(parse_xml(shape))


def set_properties(document: Document, title: str, author: str, made_at: datetime) -> None:
    """Fix every core property, so that the file says nothing about who ran the program or when."""
    properties = document.core_properties
    properties.title = title[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = author[:LONGEST_PROPERTY]
    properties.created = properties.modified = made_at
    properties.language = "zh-CN"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.revision = 1


def saved(document: Document) -> bytes:
    """The document's bytes with fixed times in the archive: equal documents give equal bytes."""
    written, fixed = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return fixed.getvalue()
