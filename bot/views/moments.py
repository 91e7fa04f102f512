"""Moments and durations as people read them. Times are shown in Asia/Shanghai; durations are never rounded up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date

from bot.i18n import Translator
from dialogs.zone import SHANGHAI


def day(t: Translator, when: date) -> str:
    """`2026年3月3日`."""
    return format_date(when, format="long", locale=t.locale)


def moment(t: Translator, when: datetime) -> str:
    """`2026年3月3日 09:05`, to the minute begun."""
    local = when.astimezone(SHANGHAI)
    return f"{day(t, local.date())} {local:%H:%M}"


def end(t: Translator, when: datetime) -> str:
    """The end of a term: an end at midnight is 24:00 of the day before, as the law counts."""
    local = when.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"{day(t, local.date() - timedelta(days=1))} 24:00"
    return moment(t, when)


def duration(t: Translator, length: timedelta) -> str:
    """`36 小时`, `6 天 2 小时`, `45 分钟`: whole minutes that have passed; below a minute seconds.

    Days are used from 72 hours on, with the hours beside them, since a term of 36 hours is not one of two days.
    Babel's own duration texts round, and its unit texts lack Chinese hours.
    """
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return t.plural("{n} second", "{n} seconds", seconds)
    hours, minutes = divmod(seconds // 60, 60)
    days = 0
    if hours >= 72:
        days, hours = divmod(hours, 24)
    parts = (
        t.plural("{n} day", "{n} days", days) if days else "",
        t.plural("{n} hour", "{n} hours", hours) if hours else "",
        t.plural("{n} minute", "{n} minutes", minutes) if minutes else "",
    )
    return " ".join(part for part in parts if part)


def countdown(t: Translator, due_at: datetime, now: datetime) -> str:
    """How long is left until the end of a term, or how long it is overdue."""
    if now >= due_at:
        return t("Overdue by {duration}", duration=duration(t, now - due_at))
    return t("Time left: {duration}", duration=duration(t, due_at - now))
