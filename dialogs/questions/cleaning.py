"""Text as it may be stored: no control or direction-changing characters, no lone surrogates, trimmed."""

from __future__ import annotations

import re
import unicodedata

_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean(text: str, *, lines: bool = False) -> str:
    """`text` without what a paper cannot show; line breaks are kept only with `lines`, else become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(character for character in text if character in "\n\t" or _printable(character))
    if not lines:
        return re.sub(r"\s*[\n\t]\s*", " ", kept).strip()
    return "\n".join(line.rstrip() for line in kept.replace("\t", " ").split("\n")).strip()


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn") and character not in _DIRECTION


def plain(text: str) -> str:
    """For comparing and reading values: compatibility forms folded (１２ → 12), case and spaces ignored."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", clean(text))).casefold()
