"""A record as an XLSForm workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dialogs.packs.known import REFUSALS
from dialogs.packs.schema import Pack, Question, Record
from dialogs.packs.xlsform.layout import (
    CHOICES,
    KEPT,
    MULTILINE,
    REFUSAL,
    SETTINGS,
    SURVEY,
    TYPES,
    YES_NO,
    YES_NO_CHOICES,
)
from dialogs.packs.xlsform.losses import Loss, stated
from dialogs.packs.xlsform.to_xpath import to_xpath
from dialogs.questions.refusal import RefusalKind

Row = dict[str, str]

_CARRIED = frozenset({"id", "type", "ask", "help", "example", "required", "when", "check", "check_message", "offer",
                      "options", "columns", "group", "origin"})  # fmt: skip
_OF_RECORD = frozenset({"id", "title", "questions", "origin"})


@dataclass
class _Sheets:
    pack: Pack
    record: Record
    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


def write_xlsform(pack: Pack, record: Record, path: Path) -> tuple[Loss, ...]:
    """Write the workbook to `path`; what it could not hold, in the record's order."""
    sheets = _Sheets(pack, record)
    sheets.losses += [Loss("", name, value) for name, value in stated(record, but=_OF_RECORD)]
    asked = {question.id: question for question in record.questions}
    group: str | None = None
    number = 0
    for question in record.questions:
        if question.group != group:
            if group:
                sheets.survey.append({"type": "end_group"})
            if question.group:
                number += 1
                name = _free(f"group_{number}", asked)
                sheets.survey.append({"type": "begin_group", "name": name, "label": question.group})
            group = question.group
        _question(question, asked, sheets)
    if group:
        sheets.survey.append({"type": "end_group"})
    _save(sheets, path)
    return tuple(sheets.losses)


def _question(question: Question, asked: dict[str, Question], sheets: _Sheets) -> None:
    row = {"type": _type(question), "name": question.id, "label": question.ask}
    row |= {"hint": question.help or "", "guidance_hint": question.example or ""}
    row["required"] = "yes" if question.required and question.type != "table" else ""
    row["appearance"] = MULTILINE if question.type == "long_text" else ""
    row["relevant"] = _condition(question, "when", asked, sheets)
    row["constraint"] = _condition(question, "check", asked, sheets)
    row["constraint_message"] = (question.check_message or "") if row["constraint"] else ""
    row["default"] = _default(question, sheets)
    sheets.survey.append(row)
    sheets.losses += _lost(question, row)
    if question.type == "table":
        _columns(question, sheets)
    _options(question, sheets)


def _type(question: Question) -> str:
    match question.type:
        case "choice":
            return f"select_one {_list(question)}"
        case "choices":
            return f"select_multiple {_list(question)}"
    return TYPES[question.type]


def _list(question: Question) -> str:
    """The list of a question's options; never one that means a type of ours."""
    return f"{question.id}_options" if question.id in (YES_NO, REFUSAL) else question.id


def _condition(question: Question, name: str, asked: dict[str, Question], sheets: _Sheets) -> str:
    text = getattr(question, name)
    if text is None:
        return ""
    written = to_xpath(text, asked, question.id if name == "check" else None)
    if written is None:
        sheets.losses.append(Loss(question.id, name, text))
    return written or ""


def _default(question: Question, sheets: _Sheets) -> str:
    offer = question.offer
    if offer is None:
        return ""
    if offer == "now" and question.type in ("date", "datetime"):
        return "today()" if question.type == "date" else "now()"
    if offer.startswith("answers."):
        return f"${{{offer.removeprefix('answers.')}}}"
    text = offer.removeprefix("text:")
    if offer.startswith("text:") and not text.startswith("$") and "(" not in text:
        return text
    sheets.losses.append(Loss(question.id, "offer", offer))
    return ""


def _lost(question: Question, row: Row) -> Iterator[Loss]:
    if question.type not in KEPT:
        yield Loss(question.id, "type", question.type, became=row["type"])
    if question.type == "table" and question.required:
        yield Loss(question.id, "required", True)
    if question.check_message and not row["constraint_message"]:
        yield Loss(question.id, "check_message", question.check_message)
    for name, value in stated(question, but=_CARRIED):
        yield Loss(question.id, name, value)
    for option in question.options:
        if option.sounds:
            yield Loss(question.id, f"options.{option.id}.sounds", list(option.sounds))


def _columns(question: Question, sheets: _Sheets) -> None:
    for column in question.columns:
        required = "yes" if column.required else ""
        name = f"{question.id}_{column.id}"
        sheets.survey.append({"type": "text", "name": name, "label": column.title, "required": required})
    sheets.survey.append({"type": "end_repeat"})


def _options(question: Question, sheets: _Sheets) -> None:
    if question.type == "yes_no":
        listed = [(YES_NO, name, title) for name, title in YES_NO_CHOICES]
    elif question.type == "refusal":
        titles = {option.id: option.title for option in RefusalKind().options(question)}
        listed = [(REFUSAL, name, titles[name]) for name in REFUSALS]
    else:
        listed = [(_list(question), option.id, option.title) for option in question.options]
    if not any(row["list_name"] == name for row in sheets.choices for name, *_ in listed[:1]):
        sheets.choices += [dict(zip(CHOICES, one, strict=True)) for one in listed]


def _free(name: str, asked: dict[str, Question]) -> str:
    return name if name not in asked else _free(f"{name}_", asked)


def _save(sheets: _Sheets, path: Path) -> None:
    workbook = Workbook()
    survey = workbook.active
    assert isinstance(survey, Worksheet)
    survey.title = "survey"
    _fill(survey, SURVEY, sheets.survey)
    _fill(workbook.create_sheet("choices"), CHOICES, sheets.choices)
    settings = {"form_title": sheets.record.title, "form_id": sheets.record.id, "version": sheets.pack.version}
    _fill(workbook.create_sheet("settings"), SETTINGS, [settings])
    workbook.save(path)


def _fill(sheet: Worksheet, heads: tuple[str, ...], rows: list[Row]) -> None:
    sheet.append(list(heads))
    for row in rows:
        sheet.append([row.get(head) or None for head in heads])
        for cell in sheet[sheet.max_row]:
            if cell.value is not None:
                cell.data_type = "s"  # a text that begins with = is no formula
    for number, head in enumerate(sheet[1], start=1):
        head.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 24
    sheet.freeze_panes = "A2"
