"""Chinese numerals as numbers: 三千五 is 3500, 二零二六 is 2026, 幺 is the telephone's 1.

The reading follows GB/T 15835-2011 (numerals in publications) and everyday speech, where the digit after the
last unit may drop its own unit (三千五, 两万三).
"""

from __future__ import annotations

import re

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
    "俩": 2,
    "幺": 1,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG_UNITS = {"万": 10**4, "亿": 10**8}

_DIGIT_CLASS = "".join(set(DIGITS) - {"俩"})
_UNIT_CLASS = "".join([*UNITS, *BIG_UNITS])
NUMERAL = rf"(?:[{_DIGIT_CLASS}十拾]|\d+(?:\.\d+)?(?=[{_UNIT_CLASS}]))[{_DIGIT_CLASS}{_UNIT_CLASS}0-9]*"
_TOKENS = re.compile(rf"\d+(?:\.\d+)?|[{_DIGIT_CLASS}{_UNIT_CLASS}]")


def digit_string(text: str) -> str:
    """`text` with each Chinese digit as one Arabic digit; every other character stays as it is."""
    return "".join(str(DIGITS[character]) if character in DIGITS else character for character in text)


def parse(numeral: str) -> int | None:
    """The value of a Chinese or mixed numeral (三千五, 4000万, 二零二六); None when it is not one number.

    Approximate counts (一二百, 三五千) are not one number.
    """
    if not any(character in UNITS or character in BIG_UNITS for character in numeral):
        digits = digit_string(numeral)
        return int(digits) if digits.isascii() and digits.isdigit() else None
    total = section = 0.0
    pending: float | None = None
    after_zero = False
    last_unit = 1
    for part in _TOKENS.findall(numeral):
        if part in UNITS:
            if pending is None and (section or part not in "十拾"):
                return None
            section += (1 if pending is None else pending) * UNITS[part]
            pending, after_zero, last_unit = None, False, UNITS[part]
        elif part in BIG_UNITS:
            section += pending or 0
            if not (section or total):
                return None
            # 亿 multiplies everything before it (三万亿), 万 only its own section (三亿五千万).
            total = (total + section) * 10**8 if part == "亿" else total + section * 10**4
            section, pending, after_zero, last_unit = 0.0, None, False, BIG_UNITS[part]
        elif DIGITS.get(part) == 0 and pending is None:
            after_zero = True
        elif pending is None:
            pending = float(DIGITS[part]) if part in DIGITS else float(part)
        else:
            return None
    if pending is not None:
        section += pending * last_unit / 10 if last_unit >= 100 and not after_zero else pending
    value = total + section
    return int(value) if value == int(value) else None


def to_arabic(text: str) -> str:
    """`text` with every numeral in Arabic digits; a numeral that is not one number changes digit by digit."""

    def replace(match: re.Match[str]) -> str:
        numeral = match.group()
        if not any(character in UNITS or character in BIG_UNITS for character in numeral):
            return digit_string(numeral)
        value = parse(numeral)
        return digit_string(numeral) if value is None else str(value)

    without_grouping = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.sub(NUMERAL, replace, without_grouping)
