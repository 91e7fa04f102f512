"""What a demand rests on, as people read it: 第八条第（二）项 for the pack's own articles.

What is not the regulation's own is never shown as if it were: it bears its label wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.i18n import Translator
from dialogs.packs.schema import Pack

SETTING = "setting"
_CITED = re.compile(r"(.+)-(\d+)(?:\.(\d+))?")
_DIGITS = "零一二三四五六七八九"


def basis_text(t: Translator, pack: Pack, basis: Sequence[str]) -> str:
    """Every article named, then the labels of what is not the regulation's own; '' for nothing."""
    own = [_own(t, pack, cited) for cited in basis if is_own(pack, cited)]
    return t(", ").join([*own, *(_foreign(t, cited) for cited in basis if not is_own(pack, cited))])


def label_text(t: Translator, pack: Pack, basis: Sequence[str]) -> str | None:
    """What stands beside a question, term or finding that does not rest on the regulation alone; None when it does."""
    foreign = [_foreign(t, cited) for cited in basis if not is_own(pack, cited)]
    return t(", ").join(foreign) if foreign else None


def is_own(pack: Pack, cited: str) -> bool:
    """Whether an article of this regulation, or of one it extends, is meant."""
    source, _ = _parts(cited)
    return source.isascii() and cited != SETTING


def _own(t: Translator, pack: Pack, cited: str) -> str:
    source, place = _parts(cited)
    article = _article(t, place)
    if source == pack.short:
        return article
    return t("{article} of the regulation above this one ({short})", article=article, short=source)


def _foreign(t: Translator, cited: str) -> str:
    if cited == SETTING:
        return t("set by the agency, not stated by the regulation")
    law, place = _parts(cited)
    name = law if law.startswith("《") else f"《{law}》"
    return t("{law} {article} (general law, not this regulation)", law=name, article=_article(t, place))


def _parts(cited: str) -> tuple[str, tuple[int, int]]:
    """`XG-8.2` as its source and (article, item); item 0 when none is named, article 0 when nothing is."""
    match = _CITED.fullmatch(cited)
    return (match[1], (int(match[2]), int(match[3] or 0))) if match else (cited, (0, 0))


def _article(t: Translator, place: tuple[int, int]) -> str:
    article, item = (_numeral(t, n) if n else "" for n in place)
    if not item:
        return t("article {n}", n=article)
    return t("article {n}, item {item}", n=article, item=item)


def _numeral(t: Translator, n: int) -> str:
    """Articles are numbered in Chinese numerals by Chinese readers; below a thousand."""
    if t.locale.language != "zh" or n > 999:
        return str(n)
    hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
    text = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
