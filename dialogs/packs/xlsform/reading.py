"""An XLSForm workbook as a record of ours."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dialogs.packs.xlsform.layout import CHOICES, MULTILINE, REFUSAL, YES_NO
from dialogs.packs.xlsform.losses import Loss
from models.errors import InvalidInput

MAX_BYTES = 5 * 1024**2
MAX_UNPACKED = 50 * 1024**2
MAX_ROWS = 2_000

Row = dict[str, str]
_LONGEST_TITLE = 120
_ID = re.compile(r"[a-z][a-z0-9_]{0,47}")
_TYPES: dict[str, tuple[str, bool]] = {  # form -> question, and whether that says all of it
    "text": ("text", True), "decimal": ("number", True), "integer": ("number", False), "range": ("number", False),
    "date": ("date", True), "datetime": ("datetime", True), "time": ("text", False), "image": ("photo", True),
    "audio": ("recording", True), "video": ("recording", False), "background-audio": ("recording", False),
    "file": ("file", True), "barcode": ("text", False), "geopoint": ("place", True), "geotrace": ("place", False),
    "geoshape": ("place", False), "acknowledge": ("yes_no", False), "rank": ("choices", False),
}  # fmt: skip
_KNOWN_COLUMNS = frozenset(
    {"type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint", "constraint_message",
     "default", "appearance"}
)  # fmt: skip


@dataclass
class Form:
    """What the sheets say, row by row; `names`: a name of the form -> the id it has here."""

    title: str
    id: str
    survey: list[Row]
    options: dict[str, list[Row]]
    losses: list[Loss] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def lose(self, question: str, name: str, value: Any, became: str | None = None) -> None:
        self.losses.append(Loss(question, name, value, became))


def read_form(path: Path) -> Form:
    """The workbook's sheets. Raises InvalidInput `xlsform.unreadable`, `xlsform.too_large` (limit),
    `xlsform.no_survey`."""
    sheets = _sheets(path)
    if "survey" not in sheets:
        raise InvalidInput("xlsform.no_survey", path=str(path))
    settings = next(iter(sheets.get("settings", [])), {})
    options: dict[str, list[Row]] = {}
    for row in sheets.get("choices", []):
        options.setdefault(row.get("list_name") or row.get("list name", ""), []).append(row)
    form = Form(
        title=settings.get("form_title", "") or path.stem,
        id=settings.get("form_id", "") or path.stem,
        survey=[row for row in sheets["survey"] if row.get("type")],
        options=options,
    )
    for name, value in settings.items():
        if name not in ("form_title", "form_id", "version"):
            form.lose("", name, value)
    _lose_columns(form)
    return form


def _sheets(path: Path) -> dict[str, list[Row]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput("xlsform.too_large", limit=MAX_BYTES // 1024**2)
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise InvalidInput("xlsform.too_large", limit=MAX_UNPACKED // 1024**2)
        workbook = load_workbook(path, read_only=True, data_only=True)
        try:
            return {str(sheet.title).strip().lower(): list(_rows(sheet)) for sheet in workbook.worksheets}
        finally:
            workbook.close()
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as cause:
        raise InvalidInput("xlsform.unreadable", path=str(path)) from cause


def _rows(sheet: Any) -> Iterator[Row]:
    rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1)
    heads = [str(head or "").strip().lower() for head in next(rows, ())]
    for cells in rows:
        row = {head: _text(cell) for head, cell in zip(heads, cells, strict=False) if head and cell is not None}
        if row:
            yield _in_one_language(row)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _in_one_language(row: Row) -> Row:
    """Texts given in languages: Chinese where there is one, else the first; the others stay for the report."""
    for name in ("label", "hint", "guidance_hint", "constraint_message"):
        given = [head for head in row if head.startswith(f"{name}::")]
        if name not in row and given:
            chosen = next((head for head in given if "zh" in head or "chinese" in head or "中" in head), given[0])
            row[name] = row.pop(chosen)
    return row


def _lose_columns(form: Form) -> None:
    for row in form.survey:
        for head, value in row.items():
            if head not in _KNOWN_COLUMNS and value:
                form.lose(row.get("name", ""), head, value)
    for name, rows in form.options.items():
        for row in rows:
            for head, value in row.items():
                if head not in (*CHOICES, "list name") and value:
                    form.lose("", f"choices.{name}.{row.get('name', '')}.{head}", value)


def named(form: Form, name: str, taken: set[str], stem: str) -> str:
    """An id for a name of the form; a changed one is told."""
    found = name if _ID.fullmatch(name) else re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:48]
    if not _ID.fullmatch(found):
        found = stem
    while found in taken:
        base, _, count = found.rpartition("_")
        found = f"{base}_{int(count) + 1}" if base and count.isdecimal() else f"{found[:44]}_2"
    taken.add(found)
    if found != name:
        form.lose(found, "name", name, found)
    return found


def type_of(form: Form, row: Row, question: str) -> str | None:
    """The question's type, or None for a row that asks nothing here; what it does not say is told."""
    written, _, of = row["type"].strip().partition(" ")
    kind, appearance = written.lower(), row.get("appearance", "")
    if appearance and (kind, appearance) != ("text", MULTILINE):
        form.lose(question, "appearance", appearance)
    if kind in ("select_one", "select_multiple", "rank"):
        name = of.strip().partition(" ")[0]
        own = {"select_one": "choice"}.get(kind, "choices")
        listed = [option.get("name") for option in form.options.get(name, [])]
        if kind == "rank":
            form.lose(question, "type", row["type"], own)
        if name == YES_NO and listed == ["yes", "no"] and own == "choice":
            return "yes_no"
        return "refusal" if name == REFUSAL and own == "choice" else own
    if kind not in _TYPES:
        form.lose(question, "type", row["type"])
        return None
    found, whole = _TYPES[kind]
    if not whole or of:
        form.lose(question, "type", row["type"], found)
    return "long_text" if found == "text" and row.get("appearance") == MULTILINE else found


def title_of(form: Form, row: Row, question: str, name: str = "label", limit: int = _LONGEST_TITLE) -> str:
    """A text of the row in one line, cut where it is too long; the whole is told then."""
    text = " ".join(row.get(name, "").split())
    if len(text) <= limit:
        return text or (question if name == "label" else "")
    form.lose(question, name, text, text[: limit - 1] + "…")
    return text[: limit - 1] + "…"
