"""The questions of a form, in the pack's words, as YAML to go on from."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialogs.packs.known import REFUSALS
from dialogs.packs.xlsform.from_xpath import from_xpath
from dialogs.packs.xlsform.layout import REFUSAL
from dialogs.packs.xlsform.losses import Loss
from dialogs.packs.xlsform.reading import Form, Row, named, read_form, title_of, type_of

_YES = frozenset({"yes", "true", "true()", "1", "是"})


def import_xlsform(path: Path, *, stage: str) -> tuple[dict[str, Any], tuple[Loss, ...]]:
    """The record as it would be written in a pack, and what of the form it does not hold.

    Raises InvalidInput `xlsform.unreadable`, `xlsform.too_large`, `xlsform.no_survey`.
    """
    form = read_form(path)
    record: dict[str, Any] = {
        "id": named(form, form.id, set(), "record"),
        "title": title_of(form, {"label": form.title}, ""),
        "stage": stage,
        "questions": _Questions(form).all(),
    }
    return record, tuple(form.losses)


def record_yaml(record: dict[str, Any]) -> str:
    """A file of a pack that holds this one record."""
    writer = YAML()
    writer.width = 200
    writer.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    writer.dump({"records": [record]}, text)
    return text.getvalue()


class _Questions:
    """Reads the rows in order; groups give headings and conditions to what is in them, repeats become tables."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._found: list[dict[str, Any]] = []
        self._taken: set[str] = set()
        self._types: dict[str, str] = {}
        self._groups: list[tuple[Row, str | None]] = []  # each with its condition
        self._table: dict[str, Any] | None = None

    def all(self) -> list[dict[str, Any]]:
        for row in self._form.survey:
            match row["type"].strip().lower().replace(" ", "_"):
                case "begin_group":
                    self._begin_group(row)
                case "end_group":
                    self._groups = self._groups[:-1]
                case "begin_repeat":
                    self._begin_table(row)
                case "end_repeat":
                    self._table = None
                case _ if self._table is not None:
                    self._column(self._table, row)
                case _:
                    self._question(row)
        return self._found

    def _begin_group(self, row: Row) -> None:
        name = row.get("name", "")
        for field in ("appearance", "hint"):
            if row.get(field):
                self._form.lose(name, field, row[field])
        if self._groups and row.get("label"):
            self._form.lose(name, "group", row["label"])
        self._groups.append((row, self._condition(row, name)))

    def _begin_table(self, row: Row) -> None:
        if self._table is not None:
            self._form.lose(row.get("name", ""), "type", row["type"])
            return
        self._table = self._begin(row, "table")
        self._table |= {"columns": [], "required": False}  # a form lets every repeat stay empty

    def _column(self, table: dict[str, Any], row: Row) -> None:
        name = row.get("name", "").removeprefix(f"{table['id']}_")
        taken = {column["id"] for column in table["columns"]}
        if len(table["columns"]) == 8:
            self._form.lose(table["id"], f"columns.{name}", row.get("label", ""))
            return
        column = {"id": named(self._form, name, taken, f"c{len(taken) + 1}")}
        place = f"{table['id']}.{column['id']}"
        if row["type"].strip() != "text":
            self._form.lose(place, "type", row["type"], "text")
        for field in ("hint", "guidance_hint", "relevant", "constraint", "constraint_message", "default", "appearance"):
            if row.get(field):
                self._form.lose(place, field, row[field])
        required = {} if _yes(row) else {"required": False}
        table["columns"].append({**column, "title": title_of(self._form, row, place), **required})

    def _question(self, row: Row) -> None:
        kind = type_of(self._form, row, row.get("name", ""))
        if kind is None:
            return
        question = self._begin(row, kind)
        if kind in ("choice", "choices"):
            question["options"] = self._options(row, question["id"])
        elif kind == "refusal":
            self._refusals(question["id"])
        if not _yes(row):
            question["required"] = False
        self._check(row, question)
        self._offer(row, question)

    def _begin(self, row: Row, kind: str) -> dict[str, Any]:
        """A question with what every type has."""
        name = row.get("name", "")
        identity = named(self._form, name, self._taken, f"q{len(self._found) + 1}")
        question: dict[str, Any] = {"id": identity, "type": kind, "ask": title_of(self._form, row, identity)}
        for field, own, limit in (("hint", "help", 300), ("guidance_hint", "example", 120)):
            if text := title_of(self._form, row, identity, field, limit):
                question[own] = text
        heading = next((group["label"] for group, _ in self._groups if group.get("label")), "")
        if heading:
            question["group"] = heading[:60]
        conditions = [when for _, when in self._groups if when] + [self._condition(row, identity)]
        if whole := _together([when for when in conditions if when]):
            question["when"] = whole
        self._found.append(question)
        self._types[identity] = kind
        self._form.names.setdefault(name, identity)
        return question

    def _condition(self, row: Row, place: str) -> str | None:
        text = row.get("relevant", "")
        if not text:
            return None
        found = from_xpath(text, self._form.names, self._types)
        if found is None:
            self._form.lose(place, "relevant", text)
        return found

    def _check(self, row: Row, question: dict[str, Any]) -> None:
        text, message = row.get("constraint", ""), row.get("constraint_message", "")
        found = from_xpath(text, self._form.names, self._types, question["id"]) if text else None
        if found is None:
            for name, value in (("constraint", text), ("constraint_message", message)):
                if value:
                    self._form.lose(question["id"], name, value)
            return
        question["check"] = found
        question["check_message"] = message[:120] or "请检查这个答案。"

    def _offer(self, row: Row, question: dict[str, Any]) -> None:
        text = row.get("default", "")
        if not text:
            return
        name = text[2:-1] if text.startswith("${") and text.endswith("}") else ""
        if text in ("now()", "today()") and question["type"] in ("date", "datetime"):
            question["offer"] = "now"
        elif name in self._form.names:
            question["offer"] = f"answers.{self._form.names[name]}"
        elif "$" in text or "(" in text or len(text) > 75:
            self._form.lose(question["id"], "default", text)
        else:
            question["offer"] = f"text:{text}"

    def _options(self, row: Row, question: str) -> list[dict[str, str]]:
        name = row["type"].split()[1] if len(row["type"].split()) > 1 else ""
        taken: set[str] = set()
        return [
            {"id": named(self._form, option.get("name", ""), taken, f"o{n}"), "title": self._titled(option, question)}
            for n, option in enumerate(self._form.options.get(name, []), start=1)
        ]

    def _titled(self, option: Row, question: str) -> str:
        return title_of(self._form, {"label": option.get("label", "") or option.get("name", "")}, question)

    def _refusals(self, question: str) -> None:
        listed = [option.get("name") for option in self._form.options.get(REFUSAL, [])]
        if listed != list(REFUSALS):
            self._form.lose(question, "options", listed)


def _yes(row: Row) -> bool:
    return row.get("required", "").lower() in _YES


def _together(conditions: list[str]) -> str:
    if len(conditions) < 2:
        return "".join(conditions)
    return " && ".join(f"({each})" if " || " in each else each for each in conditions)
