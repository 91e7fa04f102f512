"""Rows under the question's columns: a list of evidence, of samples, of seized things.

Stored: list of {column id: text}, '' where a row leaves a column empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from dialogs.facts import Facts
from dialogs.packs.schema import Question
from dialogs.questions.base import EMPTY, NOT_THIS_KIND, Kind, Refused, Taken
from dialogs.questions.cleaning import clean
from dialogs.values import Done, Given, Input, ReplaceLine, Text

Row = dict[str, str]

# The first that occurs in a line parts its cells, so that weaker marks may stand inside one; 3,000 is one number.
_PARTINGS = tuple(re.compile(each) for each in (r"[\t|｜]", r"[；;]", r"，|,(?!\d{3}(?!\d))", r"、"))
_NUMBERED = re.compile(r"[（(]?\d{1,3}[)）.．、]\s*(?!\d)")


class TableKind(Kind):
    """A typed line is a row, several lines are several; `Done` closes. A row may be put right or removed later."""

    example = "记账凭证，3册，封面盖有公章，当事人提供"
    collects = True
    adds = (Text,)

    def parse(self, question: Question, given: Given | None, sent: Input, facts: Facts) -> Taken | Refused:
        rows = stored_rows(given.value if given else None)
        match sent:
            case Text(text):
                return _add(question, rows, text)
            case ReplaceLine():
                return _replace(question, rows, sent)
            case Done():
                return _close(question, rows)
        return NOT_THIS_KIND

    def adopt(self, question: Question, value: object, facts: Facts) -> Taken | Refused:
        """Rows of another table: columns that this one lacks are left out."""
        rows = [{column.id: row.get(column.id, "") for column in question.columns} for row in stored_rows(value)]
        if not rows or any(_lacking(question, row) for row in rows):
            return NOT_THIS_KIND
        return _close(question, rows)

    def show(self, question: Question, value: object, facts: Facts) -> str:
        return "\n".join(f"{n}. {text}" for n, text in enumerate(self.parts(question, value), start=1)) or "无"

    def parts(self, question: Question, value: object) -> tuple[str, ...]:
        return tuple(
            "，".join(text for column in question.columns if (text := row.get(column.id, "")))
            for row in stored_rows(value)
        )


def stored_rows(value: object) -> list[Row]:
    """The stored rows, or an empty list."""
    if not isinstance(value, list | tuple):
        return []
    return [cast(Row, dict(row)) for row in value if isinstance(row, Mapping)]


def _add(question: Question, rows: list[Row], text: str) -> Taken | Refused:
    added: list[Row] = []
    for line in clean(text, lines=True).split("\n"):
        if line.strip():
            row = _read(question, line)
            if isinstance(row, Refused):
                return row
            added.append(row)
    if not added:
        return EMPTY
    if len(rows) + len(added) > question.most:
        return Refused("answer.too_many", {"count": len(rows) + len(added), "most": question.most})
    return Taken([*rows, *added], "collecting")


def _replace(question: Question, rows: list[Row], sent: ReplaceLine) -> Taken | Refused:
    if not 0 <= sent.index < len(rows):
        return Refused("answer.no_such_line", {"line": sent.index + 1, "count": len(rows)})
    text = clean(sent.text)
    row = _read(question, text) if text else None
    if isinstance(row, Refused):
        return row
    return Taken([*rows[: sent.index], *([row] if row else []), *rows[sent.index + 1 :]], "collecting")


def _read(question: Question, line: str) -> Row | Refused:
    """One typed line as a row."""
    text = _NUMBERED.sub("", line.strip(), count=1) if _NUMBERED.match(line.strip()) else line.strip()
    parting = next((each for each in _PARTINGS if each.search(text)), None)
    cells = [cell.strip() for cell in parting.split(text)] if parting else [text]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    titles = [column.title for column in question.columns]
    if len(cells) > len(titles):
        return Refused("answer.row_too_wide", {"row": text[:60], "count": len(cells), "columns": "，".join(titles)})
    if too_long := next((len(cell) for cell in cells if len(cell) > question.longest), 0):
        return Refused("answer.too_long", {"length": too_long, "limit": question.longest})
    padded = [*cells, *[""] * (len(titles) - len(cells))]
    row = {column.id: cell for column, cell in zip(question.columns, padded, strict=True)}
    if missing := _lacking(question, row):
        return Refused("answer.row_incomplete", {"row": text[:60], "missing": missing, "columns": "，".join(titles)})
    return row


def _lacking(question: Question, row: Row) -> list[str]:
    return [column.title for column in question.columns if column.required and not row[column.id]]


def _close(question: Question, rows: list[Row]) -> Taken | Refused:
    if not rows and question.least:
        return EMPTY
    if len(rows) < question.least:
        return Refused("answer.too_few", {"count": len(rows), "least": question.least})
    if len(rows) > question.most:
        return Refused("answer.too_many", {"count": len(rows), "most": question.most})
    return Taken(rows)
