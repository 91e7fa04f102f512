"""Chinese numerals as people type and speak them: 三千五百, 十二, 两万, 二〇二六."""

from __future__ import annotations

_DIGITS = {character: index for index, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
CHARACTERS = "".join((*_DIGITS, *_UNITS, *_GROUPS))


def integer(text: str) -> int | None:
    """The whole number `text` names, in Arabic digits or Chinese numerals; None when it is none."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 18 else None
    if not text or any(character not in CHARACTERS for character in text) or len(text) > 24:
        return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _composed(text)


def _composed(text: str) -> int | None:
    total = group = digit = 0
    pending = False
    for character in text:
        if character in _DIGITS:
            if pending and digit:
                return None  # two digits without a unit between them: 三五百
            digit, pending = _DIGITS[character], True
        elif character in _UNITS:
            group += (digit if pending else 1) * _UNITS[character]
            digit, pending = 0, False
        else:
            total = (total + group + digit) * _GROUPS[character]
            group, digit, pending = 0, 0, False
    return total + group + digit
