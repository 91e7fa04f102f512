"""Reading dates and times as officers type and say them. All in Asia/Shanghai; nothing here refuses the future."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from dialogs.questions.numerals import integer
from dialogs.zone import SHANGHAI

_N = r"[0-9零〇一二三四五六七八九十两]"
_DATE = re.compile(
    rf"(?:(?P<year>{_N}{{4}}|{_N}{{2}}(?=年))(?:年|[-/.]))?(?P<month>{_N}{{1,3}})(?:月|[-/.])(?P<day>{_N}{{1,3}})[日号]?"
)
_COMPACT = re.compile(r"(?P<year>[12][0-9]{3})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_RELATIVE = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2}
_PART = "凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|夜里|今晚|昨晚"
_TIME = re.compile(
    rf"(?P<part>{_PART})?(?P<hour>{_N}{{1,3}})"
    rf"(?:[:：](?P<colon>[0-9]{{1,2}})(?:[:：][0-9]{{2}}(?:\.[0-9]+)?)?|[点时](?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N}{{1,3}})分?|整|钟)?)"
)
_AFTERNOON = frozenset({"下午", "午后", "傍晚", "晚上", "夜里", "今晚", "昨晚"})
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}.*")
_LAST_YEAR = timedelta(days=60)  # 12月30日 typed in January; anything older must name its year


def read_date(text: str, now: datetime, *, past: bool) -> date | None:
    """The date `text` (folded by `plain`) names; None when it names none. A date without year is this year's,
    or the year's before when `past` and this year's still lies ahead and last year's is recent."""
    today = now.astimezone(SHANGHAI).date()
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    match = _COMPACT.fullmatch(text) or _DATE.fullmatch(text)
    if not match:
        return None
    month, day = integer(match["month"]), integer(match["day"])
    year = integer(match["year"]) if match["year"] else None
    if month is None or day is None or (match["year"] and year is None):
        return None
    if year is not None:
        return _date(year if year > 99 else 2000 + year, month, day)
    found, before = _date(today.year, month, day), _date(today.year - 1, month, day)
    if past and found and found > today and before and today - before <= _LAST_YEAR:
        return before
    return found


def read_datetime(text: str, now: datetime, *, past: bool) -> datetime | None:
    """The moment `text` (folded by `plain`) names, to the minute; a time alone is today's. None when it is none."""
    if _ISO.fullmatch(text):
        return _iso(text)
    for match in _TIME.finditer(text):
        if match.end() == len(text):
            break
    else:
        return None
    head = text[: match.start()].rstrip("t,，的")
    clock, part = _clock(match), match["part"]
    local = now.astimezone(SHANGHAI)
    if clock is None:
        return None
    day = read_date(head, now, past=past) if head else local.date() - timedelta(days=part == "昨晚")
    return datetime.combine(day, clock, SHANGHAI) if day else None


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.upper())
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None


def _clock(match: re.Match[str]) -> time | None:
    hour = integer(match["hour"])
    if match["half"]:
        minute: int | None = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    else:
        minute = integer(match["colon"] or match["minute"] or "0")
    if hour is None or minute is None or minute > 59 or hour > 23:
        return None
    part = match["part"]
    if (part in _AFTERNOON and 1 <= hour < 12) or (part == "中午" and 1 <= hour < 3):
        hour += 12
    elif part in ("凌晨", "晚上", "夜里") and hour == 12:
        return None  # 晚上12点 is tomorrow for some and today for others
    return time(hour, minute)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
