"""The head of every card about a record."""

from __future__ import annotations

from bot.screen import bold, plain
from dialogs.packs.schema import Record as Form
from models.tables import Case, Record


def heading(record: Record, case: Case, form: Form) -> str:
    """The form's title, the record's number, and the case's below."""
    number = f" {plain(record.number)}" if record.number else ""
    return f"{bold(form.title)}{number}\n<i>{plain(case.number or '')}</i>"
