"""What the supervisor's board says: heads, cells, and what of an address could not be used."""

from __future__ import annotations

from datetime import datetime

from bot.i18n import Translator
from bot.use_cases.board import Row, Tally
from bot.use_cases.board_query import LATE, Choices, Complaint
from bot.views.basis import basis_text
from bot.views.moments import duration, end
from dialogs.packs.settings import settings_read
from dialogs.zone import SHANGHAI

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def case_text(t: Translator, row: Row) -> str:
    return row.number or t("Case {id} (no number yet)", id=row.case_id)


def due_text(t: Translator, row: Row) -> str:
    """When it is due; '' where nothing is owed."""
    if row.due_at is None:
        return ""
    provisional = t(" (provisional: holidays not yet published)") if row.provisional else ""
    return end(t, row.due_at) + provisional


def is_late(row: Row, now: datetime) -> bool:
    return row.due_at is not None and row.due_at <= now


def left_text(t: Translator, row: Row, now: datetime) -> str:
    """How late it is, or how long there still is."""
    if row.due_at is None:
        return ""
    if is_late(row, now):
        return t("Overdue by {duration}", duration=duration(t, now - row.due_at))
    return t("Time left: {duration}", duration=duration(t, row.due_at - now))


def article_text(t: Translator, row: Row) -> str:
    """The articles behind the deadline, and behind a number that the agency has set for it."""
    if row.pack is None or row.deadline is None:
        return ""
    chosen = (cited for setting in settings_read(row.pack, row.deadline) for cited in setting.basis)
    return basis_text(t, row.pack, tuple(dict.fromkeys((*row.deadline.basis, *chosen))))


def heads(t: Translator) -> dict[str, str]:
    """Heads of the list's columns; those named as an order of the list can be sorted by."""
    return {
        "case": t("Case"),
        "unit": t("Unit"),
        "officer": t("Officer in charge"),
        "stage": t("Stage"),
        "owed": t("Owed next"),
        "due": t("Due"),
        "basis": t("Basis"),
    }


def unit_name(t: Translator, tally: Tally) -> str:
    if tally.unit is None:
        return t("Secret cases")
    return tally.name or t("no unit")


def due_choices(t: Translator) -> dict[str, str]:
    return {LATE: t("overdue"), "24": t("due within 24 hours"), "72": t("due within 3 days")}


def officers_text(row: Row) -> str:
    return "、".join(row.officers)


def complaint_text(t: Translator, complaint: Complaint) -> str:
    value = complaint.value
    sentences = {
        "unit": t("There is no unit “{value}” here; the list is not filtered by it.", value=value),
        "officer": t("There is no officer “{value}” here; the list is not filtered by it.", value=value),
        "deadline": t("There is no deadline “{value}” here; the list is not filtered by it.", value=value),
        "stage": t("There is no stage “{value}” here; the list is not filtered by it.", value=value),
        "due": t("“{value}” does not say when something is due; the list is not filtered by it.", value=value),
        "sort": t("The list cannot be sorted by “{value}”; the most urgent comes first.", value=value),
        "page": t("“{value}” is not a page; the first one is shown.", value=value),
    }
    return sentences[complaint.name]


def unit_choices(t: Translator, choices: Choices) -> dict[str, str]:
    return {**choices.units, "0": t("no unit")}


def csv_heads(t: Translator) -> list[str]:
    named = heads(t)
    due = t("Due (Beijing time)")
    told = [named[name] for name in ("case", "unit", "officer", "stage", "owed")]
    return [*told, due, t("Hours overdue"), named["basis"]]


def csv_cells(t: Translator, row: Row, now: datetime) -> list[str]:
    """One line for a spreadsheet: the end as `2026-03-06 00:00`, whole hours overdue."""
    if row.secret:
        return [_defused(case_text(t, row)), *[""] * 3, t("secret"), "", "", ""]
    due = f"{row.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if row.due_at else ""
    late = str(int((now - row.due_at).total_seconds() // 3600)) if row.due_at and is_late(row, now) else ""
    told = (case_text(t, row), row.unit, officers_text(row), row.stage, row.deadline.owed if row.deadline else "")
    return [*map(_defused, told), due, late, _defused(article_text(t, row))]


def _defused(text: str) -> str:
    """Spreadsheets run what looks like a formula, whoever typed it as a name."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text
