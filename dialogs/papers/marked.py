"""A copy of a paper that says, across every page, for whom and when it was made. The paper itself stays as it is."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from dialogs.papers.layout import literal
from dialogs.papers.typst_pdf import families, installed
from models.errors import Unavailable

_TEMPLATE = "marked.typ"
_PROBE, _ASKS = "probe.typ", '#image("copy.pdf", page: int(sys.inputs.page), width: 1mm)'
_MOST_PAGES = 4096


def mark_pdf(pdf: bytes, text: str) -> bytes:
    """The PDF with `text` (one line) over each A4 page. Blocking, some 100 ms and more.

    Raises Unavailable `paper.not_rendered` for what is no PDF that can be read.
    """
    fonts, choice = installed()
    with TemporaryDirectory(prefix="zhilu-copy-") as folder:
        root = Path(folder)
        (root / "copy.pdf").write_bytes(pdf)
        (root / _PROBE).write_text(_ASKS)
        (root / _TEMPLATE).write_bytes(files(__package__).joinpath(_TEMPLATE).read_bytes())
        inputs = {
            "text": literal(text).replace("\n", " "),
            "fonts": json.dumps(families(choice)),
            "pages": str(_page_count(root)),
        }
        try:
            return typst.compile(root / _TEMPLATE, root=root, font_paths=fonts, sys_inputs=inputs)
        except typst.TypstError as error:
            raise Unavailable("paper.not_rendered") from error


def _page_count(root: Path) -> int:
    """By asking for pages until there is none: twice as far each time, then in between."""
    if not _has_page(root, 1):
        raise Unavailable("paper.not_rendered")
    there, absent = 1, 2
    while absent < _MOST_PAGES and _has_page(root, absent):
        there, absent = absent, absent * 2
    while absent - there > 1:
        middle = (there + absent) // 2
        there, absent = (middle, absent) if _has_page(root, middle) else (there, middle)
    return there


def _has_page(root: Path, number: int) -> bool:
    try:
        typst.compile(root / _PROBE, root=root, sys_inputs={"page": str(number)})
    except typst.TypstError:
        return False
    return True
