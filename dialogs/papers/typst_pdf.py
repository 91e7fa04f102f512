"""Print a paper as PDF/A-2u with typst.

Text reaches typst as JSON through `sys_inputs` and is never read as markup. PDF/A refuses a text that no font
can draw, which is how missing characters are noticed: they are printed as `〔U+2EBF0〕`, so that a rare
character in a name can neither vanish nor pass for another.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, fields, is_dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typst

from dialogs.papers.blocks import Paper
from dialogs.papers.fonts import LAST_RESORT, FontChoice, bundled_font, choose_fonts
from dialogs.papers.layout import arranged, map_text, printable
from dialogs.papers.pictures import prepared, qr_png
from models.errors import Unavailable

TEMPLATE = "paper.typ"
STANDARD: Final = "a-2u"
PROBE = b"#set text(font: json(bytes(sys.inputs.families)))\n#sys.inputs.text"


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF/A-2u; equal papers on equal fonts give equal bytes.

    Raises `InvalidInput` for a picture that cannot be read (see `pictures.prepared`) and `Unavailable`
    `paper.not_rendered` when typst refuses the paper. Blocks for some 20 ms a page: run it in a worker.
    """
    paper = map_text(printable(paper), _mark_private)
    fonts, choice = installed()
    try:
        return _compile(paper, fonts, choice)
    except typst.TypstError:
        absent = _undrawable("".join(sorted(_characters(paper))), fonts, choice)
        marks = {ord(character): _mark(character) for character in absent}
    try:
        return _compile(map_text(paper, lambda text: text.translate(marks)), fonts, choice)
    except typst.TypstError as error:
        raise Unavailable("paper.not_rendered") from error


@lru_cache(maxsize=1)
def installed() -> tuple[typst.Fonts, FontChoice]:
    """What the system has, and the PyPI face only when the system lacks it; read once per process."""
    fonts = typst.Fonts()
    if LAST_RESORT not in fonts.families():
        fonts = typst.Fonts(font_paths=[str(bundled_font().parent)])
    return fonts, choose_fonts(fonts.families())


def _compile(paper: Paper, fonts: typst.Fonts, choice: FontChoice) -> bytes:
    with TemporaryDirectory(prefix="zhilu-paper-") as folder:
        root = Path(folder)
        main = root / TEMPLATE
        main.write_bytes(files(__package__).joinpath(TEMPLATE).read_bytes())
        (root / "qr.png").write_bytes(qr_png(paper.qr_text))
        described = {
            **{field.name: _described(getattr(paper, field.name), root) for field in fields(paper)},
            "blocks": _described(arranged(paper.blocks), root),
            "hash_lines": paper.hash_lines,
        }
        return typst.compile(
            main,
            root=root,
            font_paths=fonts,
            sys_inputs={"paper": json.dumps(described, default=str), "fonts": json.dumps(families(choice))},
            pdf_standards=[STANDARD],
            timestamp=int(paper.made_at.timestamp()),
        )


def _described(value: object, root: Path) -> object:
    """Plain JSON values: a dataclass becomes its fields and a `kind`, a picture the name of its file."""
    if isinstance(value, bytes):
        picture = prepared(value)
        path = root / f"picture-{sum(1 for _ in root.iterdir())}.{picture.suffix}"
        path.write_bytes(picture.data)
        return path.name
    if isinstance(value, tuple):
        return [_described(item, root) for item in value]
    if is_dataclass(value):
        described = {field.name: _described(getattr(value, field.name), root) for field in fields(value)}
        return {"kind": type(value).__name__, **described}
    return value


def families(choice: FontChoice) -> dict[str, list[object]]:
    """The faces of each role as typst takes them."""
    latin = [] if choice.latin is None else [{"name": choice.latin, "covers": "latin-in-cjk"}]
    roles = asdict(choice)
    return {role: [*latin, *roles[role]] for role in ("title", "body", "heading")}


def _characters(paper: Paper) -> set[str]:
    seen: set[str] = set()

    def note(text: str) -> str:
        seen.update(text)
        return text

    map_text(paper, note)
    return seen


def _undrawable(text: str, fonts: typst.Fonts, choice: FontChoice) -> str:
    """The characters of `text` that no font has, found by halving: most halves are drawn at once."""
    try:
        inputs = {"text": text, "families": json.dumps(families(choice)["body"])}
        typst.compile(PROBE, font_paths=fonts, sys_inputs=inputs, pdf_standards=[STANDARD], timestamp=0)
    except typst.TypstError:
        if len(text) == 1:
            return text
        half = len(text) // 2
        return _undrawable(text[:half], fonts, choice) + _undrawable(text[half:], fonts, choice)
    return ""


def _mark_private(text: str) -> str:
    """Private use characters mean something else in every font: never draw them by chance."""
    return "".join(_mark(character) if unicodedata.category(character) == "Co" else character for character in text)


def _mark(character: str) -> str:
    return f"〔U+{ord(character):04X}〕"
