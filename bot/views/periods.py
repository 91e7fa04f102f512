"""What periods of reports are called."""

from __future__ import annotations

from bot.i18n import Translator
from bot.use_cases.periods import period


def period_name(t: Translator, text: str) -> str:
    """`2026年11月`, `2026年第48周`; others as they are written."""
    named = period(text)
    if named.kind == "month":
        return t("{month}/{year}", month=named.first.month, year=named.first.year)
    if named.kind == "week":
        year, week, _ = named.first.isocalendar()
        return t("week {week} of {year}", week=week, year=year)
    return text
