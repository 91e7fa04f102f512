"""Moments and durations as people read them. Times are shown in Asia/Shanghai; durations are never rounded up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from bot.i18n import Translator

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    """`36小时`, `6天2小时`, `45分钟`: whole minutes that have passed; below a minute seconds.

    Days are used from 72 hours on, with the hours beside them, since a term of 36 hours is not one of two days.
    """
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return format_unit(seconds, "second", locale=t.locale)
    hours, minutes = divmod(seconds // 60, 60)
    days = 0
    if hours >= 72:
        days, hours = divmod(hours, 24)
    parts = [
        format_unit(amount, unit, locale=t.locale)
        for amount, unit in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if amount
    ]
    return format_list(parts, style="unit", locale=t.locale)
