"""Spoken answers as values: dates, amounts, digits read aloud, and choices matched by sound.

Everything here is a proposal that a person confirms; nothing is guessed where the words do not say it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher

from transcribe.numerals import NUMERAL, digit_string, parse, to_arabic
from transcribe.sounds import sounds, toned

MATCH = 0.75
MARGIN = 0.08

_DATE = re.compile(
    r"(?:(?P<year>\d{4}|\d{2})年|(?P<which>今年|去年|前年|明年))?(?P<month>\d{1,2})月份?(?P<day>\d{1,2})[日号]?"
)
_ISO_DATE = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_YEARS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3, "琴日": -1, "夜个": -1}
_MONEY = re.compile(
    rf"(?P<yuan>{NUMERAL}|\d[\d,]*(?:\.\d+)?)\s*(?P<half>多|来)?(?:块钱?|元|圆|蚊)"
    rf"(?:(?P<jiao>[零〇一二两三四五六七八九\d])(?:[毛角](?P<fen>[一二两三四五六七八九\d])?分?|(?![\d十百千万年月日号个]))|(?P<bare>半))?"
)
_SMALL_MONEY = re.compile(r"(?P<jiao>[一二两三四五六七八九\d])[毛角]钱?(?:(?P<fen>[一二两三四五六七八九\d])分)?")
_INEXACT = re.compile(r"[几数多][十百千万]*$")
_CHOICE = re.compile("[一二两三四五六七八九]{2}")
"""三五块 is from three to five."""
_FILLERS = re.compile(r"[\s，。、,.\-—·:：;；]|嗯|啊|呃|然后|是|就")
_DIGIT_RUN = re.compile(r"[零〇一二三四五六七八九幺\dXx]{3,}")
_NEGATION = re.compile(r"[不没未无非否别勿莫冇唔]")
_MERGED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("h", "f"))


def dates(text: str, today: date) -> list[date]:
    """Days that `text` names, in order: 二零二六年三月五号, 三月五号 (this year), 昨天 (seen from `today`).

    A year of two digits is in the century of `today`. Impossible days are left out.
    """
    arabic = to_arabic(text)
    found: list[tuple[int, date]] = []
    for pattern in (_ISO_DATE, _DATE):
        for match in pattern.finditer(arabic):
            parts = match.groupdict()
            year = _year(parts.get("year"), parts.get("which"), today)
            try:
                found.append((match.start(), date(year, int(match["month"]), int(match["day"]))))
            except ValueError:
                # 二月三十号 is no day: nothing to propose.
                continue
    taken: list[tuple[int, int]] = []
    for word in sorted(_DAYS, key=len, reverse=True):
        for match in re.finditer(word, arabic):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), today + timedelta(days=_DAYS[word])))
    return list(dict.fromkeys(day for _, day in sorted(found)))


def _year(written: str | None, word: str | None, today: date) -> int:
    if written is None:
        return today.year + _YEARS.get(word or "今年", 0)
    return int(written) if len(written) == 4 else today.year // 100 * 100 + int(written)


def amounts(text: str) -> list[Decimal]:
    """Sums of money in yuan that `text` names, in order, with two places: 三千五百块 is 3500.00.

    An inexact sum (三千多块) is left out: a record must not make it exact.
    """
    return [value for _, _, value in amounts_at(text)]


def amounts_at(text: str) -> list[tuple[int, int, Decimal]]:
    """As `amounts`, each with its characters (from, to) of `text`."""
    found: list[tuple[int, int, Decimal]] = []
    covered: list[tuple[int, int]] = []
    for match in _MONEY.finditer(text):
        covered.append(match.span())
        yuan = _number(match["yuan"])
        if yuan is None or match["half"] or _INEXACT.search(text[: match.start()]) or _CHOICE.fullmatch(match["yuan"]):
            continue
        jiao, fen = _digit(match["jiao"]), _digit(match["fen"])
        cents = 50 if match["bare"] else jiao * 10 + fen
        found.append((*match.span(), yuan + Decimal(cents) / 100))
    for match in _SMALL_MONEY.finditer(text):
        if all(match.end() <= start or match.start() >= end for start, end in covered):
            found.append((*match.span(), Decimal(_digit(match["jiao"]) * 10 + _digit(match["fen"])) / 100))
    return [(start, end, value.quantize(Decimal("0.01"))) for start, end, value in sorted(found)]


def _number(written: str) -> Decimal | None:
    plain = written.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    value = parse(plain)
    return None if value is None else Decimal(value)


def _digit(written: str | None) -> int:
    return int(digit_string(written)) if written else 0


def digits(text: str) -> str:
    """The digits of a number read aloud (identity card, phone, code): 二幺零… is 210…, with X kept as X.

    Pauses, punctuation and fillers between digits are dropped; empty when no run of three digits is heard.
    """
    joined = _FILLERS.sub("", text)
    runs = _DIGIT_RUN.findall(joined.replace("叉", "X").replace("埃克斯", "X"))
    return max((digit_string(run).upper() for run in runs), key=len, default="")


def grouped(number: str) -> str:
    """`number` in the groups people read it in: phone 3-4-4, identity card 6-4-4-4, else by four."""
    sizes = {11: (3, 4, 4), 18: (6, 4, 4, 4)}.get(len(number))
    if sizes is None:
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    groups, position = [], 0
    for size in sizes:
        groups.append(number[position : position + size])
        position += size
    return " ".join(groups)


def match_choice(text: str, choices: Sequence[str]) -> tuple[int, float] | None:
    """The index of the choice that sounds most like `text`, and its score in 0..1; None when none is clear.

    Compares syllables without tones, blind to the pairs dialects merge (zh/z, ch/c, sh/s, n/l, f/h, -ng/-n).
    A choice said within a longer answer counts. Two choices equally near are no match.
    """
    heard = _sounds(text)
    # 不同意 contains 同意: a choice without a negation never answers a text that has one, nor the reverse.
    scores = {
        index: _likeness(heard, _sounds(choice))
        for index, choice in enumerate(choices)
        if heard and bool(_NEGATION.search(choice)) == bool(_NEGATION.search(text))
    }
    best = max(scores.values(), default=0.0)
    if best < MATCH:
        return None
    near = [index for index, score in scores.items() if best - score < MARGIN]
    # One choice may contain another (罚款, 没收并罚款): the one that holds all the others is meant.
    for index in near:
        own = _sounds(choices[index])
        others = [_sounds(choices[other]) for other in near if other != index]
        if all(other != own and _contains(own, other) for other in others):
            return index, round(scores[index], 3)
    return None


def _sounds(text: str) -> list[str]:
    spoken = "".join(character for character in text.lower() if character.isalnum())
    folded_syllables = []
    for syllable, _ in map(toned, sounds(spoken)):
        folded = syllable
        for sound, merged in _MERGED_SOUNDS:
            if sound == "ng":
                folded = folded[:-1] if folded.endswith("ng") else folded
            elif folded.startswith(sound):
                folded = merged + folded[len(sound) :]
        folded_syllables.append(folded)
    return folded_syllables


def _contains(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    width = len(shorter)
    return any(list(longer[at : at + width]) == list(shorter) for at in range(len(longer) - width + 1))


def _likeness(heard: list[str], wanted: list[str]) -> float:
    """1.0 when `wanted` is said in full, else the best ratio over windows of its length."""
    if not wanted:
        return 0.0
    if _contains(heard, wanted):
        # Said in full; a long answer around a short choice makes it a little less sure.
        return 1.0 if len(heard) <= 2 * len(wanted) + 2 else 0.9
    width = len(wanted)
    windows = [heard[at : at + width] for at in range(max(1, len(heard) - width + 1))]
    return max(_ratio(window, wanted) for window in windows)


def _ratio(heard: list[str], wanted: list[str]) -> float:
    if len(heard) == len(wanted):
        return sum(SequenceMatcher(None, a, b).ratio() for a, b in zip(heard, wanted, strict=True)) / len(wanted)
    return SequenceMatcher(None, heard, wanted).ratio()
