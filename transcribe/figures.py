"""Figures as spoken, each with its written form beside it: dates, times of day, sums, numbers read digit by digit.

A record of questioning keeps the words as they were said; the written form is for reading and only where the words
leave no doubt: 三千多块, 二月三十号 and 三点半 (of which half of the day?) have none. Written forms follow
GB/T 7408.1 (2026-03-05, 15:30) and GB/T 15835-2011; identity numbers are checked after GB 11643-1999.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from transcribe.marks import Figure
from transcribe.numerals import NUMERAL, digit_string, parse
from transcribe.spoken import amounts_at

MEASURES = "个名位人元圆块毛角分年月日号点时天岁次件份条张米吨斤克台辆瓶箱袋盒座间户层页篇倍度周"
_D = "[零〇一二三四五六七八九幺0-9]"
_N = "[零〇一二两三四五六七八九十0-9]"
_DATE = re.compile(
    rf"(?:(?P<year>{_D}{{4}}(?=年)|{_D}{{2}}(?=年.{{1,3}}月))年(?:(?P<month>{_N}{{1,3}})月份?(?:(?P<day>{_N}{{1,3}})[日号])?)?"
    rf"|(?P<month_alone>{_N}{{1,3}})月份?(?P<day_alone>{_N}{{1,3}})[日号])"
)
_TIME = re.compile(
    rf"(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里)?(?:的)?(?P<hour>{_N}{{1,3}})(?:点|时)"
    rf"(?P<exact>(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N}{{1,3}})分?|钟|整)?(?![多来几])"
)
_BEFORE_NOON = {hour: hour for hour in range(1, 12)}
_AFTER_NOON = {hour: hour + 12 for hour in range(1, 12)}
_HOURS = {
    **dict.fromkeys(("凌晨", "早上", "早晨", "清晨", "上午"), _BEFORE_NOON),
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
    "下午": _AFTER_NOON,
    "傍晚": _AFTER_NOON,
    **{part: {hour: hour + 12 for hour in range(6, 12)} for part in ("晚上", "夜里")},
}
"""What an hour of twelve is on the clock after these words; 晚上一点 may be of either day and is left out."""
_PERCENT = re.compile(r"百分之(?P<whole>[零〇一二两三四五六七八九十百\d]+)(?:点(?P<part>[零〇一二三四五六七八九\d]+))?")
_DIGITS = re.compile(rf"{_D}(?:[，、, \-]?{_D}){{2,}}(?:[，、, ]?(?:[Xx叉]|埃克斯))?")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_RESIDENT = re.compile(r"\d{17}[\dX]")
_LANDLINE = re.compile(r"(?:010|02\d|0[3-9]\d{2})\d{7,8}|(?:400|800)\d{7}")
_COUNTED = re.compile(rf"(?<![几数多零〇一二两三四五六七八九十百千万亿.\d])(?P<number>{NUMERAL})(?=[{MEASURES}])")
_SEVERAL = re.compile("[零〇一二两三四五六七八九十百千万亿几幺]{2,}")
_SHORTEST_RUN = 5
"""Digits read out that are surely one number; shorter ones (三四五) may be a guess, unless they hold a 零 or 幺."""


def figures(text: str) -> list[Figure]:
    """The figures in `text` that can be written without doubt, in order and apart from one another."""
    return [each for each in _found(text) if each.written]


def figure_places(text: str) -> set[int]:
    """The characters of `text` that are part of a figure, in doubt or not: nothing may put others in their place."""
    spans = [(each.start, each.end) for each in _found(text)]
    spans += [match.span() for pattern in (_COUNTED, _SEVERAL) for match in pattern.finditer(text)]
    return {place for start, end in spans for place in range(start, end)}


def _found(text: str) -> list[Figure]:
    found: list[Figure] = []
    for each in (*_dates(text), *_times(text), *_amounts(text), *_percents(text), *_runs(text), *_numbers(text)):
        if all(each.end <= other.start or each.start >= other.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _figure(text: str, match: re.Match[str], written: str, kind: str, valid: bool | None = None) -> Figure:
    """`written` is '' for what is a figure in doubt: it has no written form, and nothing within it has one."""
    return Figure(match.start(), match.end(), match.group(), written, kind, valid)


def _dates(text: str) -> Iterator[Figure]:
    for match in _DATE.finditer(text):
        year = digit_string(match["year"]) if match["year"] else ""
        month, day = (
            parse(spoken) if spoken else None
            for spoken in (match["month"] or match["month_alone"], match["day"] or match["day_alone"])
        )
        yield _figure(text, match, _written_date(year, month, day), "date")


def _written_date(year: str, month: int | None, day: int | None) -> str:
    try:
        # A leap year where none was said, so that 二月二十九号 is a day.
        date(int(year) if len(year) == 4 else 2000, month or 1, day or 1)
    except ValueError:
        return ""
    if len(year) == 4 and month and day:
        return f"{year}-{month:02}-{day:02}"
    return "".join(f"{part}{unit}" for part, unit in ((year, "年"), (month, "月"), (day, "日")) if part)


def _times(text: str) -> Iterator[Figure]:
    for match in _TIME.finditer(text):
        hour = parse(match["hour"])
        minute = 30 if match["half"] else 15 * int(digit_string(match["quarter"] or "0")) or _minute(match["minute"])
        if hour is None or minute is None:
            continue
        if match["part"] and hour <= 12:
            clock = _HOURS[match["part"]].get(hour)
        else:  # 十五点 alone may count points
            clock = hour if hour > 12 and (match["part"] or match["exact"]) else None
        if clock is not None and clock < 24 and minute < 60:
            yield _figure(text, match, f"{clock:02}:{minute:02}", "time")
        elif match["part"]:
            yield _figure(text, match, "", "time")


def _minute(spoken: str | None) -> int | None:
    return parse(spoken) if spoken else 0


def _amounts(text: str) -> Iterator[Figure]:
    for start, end, value in amounts_at(text):
        spoken = text[start:end]
        # 一块去, 两块地: a piece as well as a yuan.
        doubtful = re.fullmatch("[一二两三四五六七八九]块", spoken)
        yield Figure(start, end, spoken, "" if doubtful else f"{value:,.2f}元", "amount")


def _percents(text: str) -> Iterator[Figure]:
    for match in _PERCENT.finditer(text):
        whole = parse(match["whole"])
        part = f".{digit_string(match['part'])}" if match["part"] else ""
        yield _figure(text, match, "" if whole is None else f"{whole}{part}%", "percent")


def _runs(text: str) -> Iterator[Figure]:
    for match in _DIGITS.finditer(text):
        joined = match.group().replace("埃克斯", "X").replace("叉", "X").upper()
        number = digit_string(re.sub("[，、, -]", "", joined))
        if _RESIDENT.fullmatch(number):
            yield _figure(text, match, number, "resident_id", _checked(number))
        elif _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
            yield _figure(text, match, number, "phone")
        else:
            yield from _parts(text, match)


def _parts(text: str, match: re.Match[str]) -> Iterator[Figure]:
    """Digits between pauses that are no known number together."""
    for part in re.finditer(rf"{_D}+", match.group()):
        spoken, start, end = part.group(), match.start() + part.start(), match.start() + part.end()
        if spoken.isascii() or len(spoken) < 3 or (end < len(text) and text[end] in "十百千万亿点"):
            continue
        sure = len(spoken) >= _SHORTEST_RUN or re.search("[零〇幺]", spoken)
        yield Figure(start, end, spoken, digit_string(spoken) if sure else "", "digits")


def _checked(number: str) -> bool:
    """Whether the last character is right (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - index) % 11) for index, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def _numbers(text: str) -> Iterator[Figure]:
    for match in _COUNTED.finditer(text):
        value = parse(match["number"])
        if value is not None and len(match["number"]) > 1 and not match["number"].isascii():
            in_doubt = not re.search("[十拾百佰千仟万亿]", match["number"])
            yield _figure(text, match, "" if in_doubt else str(value), "number")
