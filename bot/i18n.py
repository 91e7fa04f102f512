"""Translations. English sentences in code are the message ids; all `locales/<locale>/*.po` are merged and read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import locales

LANGUAGES = ("zh_Hans_CN", "en")
DEFAULT_LANGUAGE = "zh_Hans_CN"


class Translator:
    """Callable: `t("Saved: {name}", name=…)`. A text without a translation is shown in English, never lost."""

    def __init__(self, language: str, messages: Mapping[str, str], plurals: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._messages = messages
        self._plurals = plurals

    def __call__(self, message: str, **params: object) -> str:
        text = self._messages.get(message, message)
        return text.format(**params) if params else text

    def plural(self, one: str, many: str, n: int, **params: object) -> str:
        forms = self._plurals.get(one)
        if forms is None:
            text = one if n == 1 else many
        else:
            # Chinese has one form, English two; a language with more needs its catalogue's own rule here.
            text = forms[0 if len(forms) == 1 or n == 1 else 1]
        return text.format(n=n, **params)


def catalogue(language: str) -> Catalog:
    """All of a language's catalogues in one. `en` may hold none: its texts are the message ids."""
    merged = Catalog(locale=language)
    for file in sorted((Path(locales.__file__).parent / language).glob("*.po")):
        with file.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id and message.string and not message.fuzzy:
                    merged[message.id] = message
    return merged


@cache
def translator(language: str) -> Translator:
    """The translator for a language; an unknown one gets the default."""
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message in catalogue(language):
        if isinstance(message.id, str) and message.id and isinstance(message.string, str):
            messages[message.id] = message.string
        elif isinstance(message.id, tuple) and isinstance(message.string, tuple):
            plurals[message.id[0]] = tuple(message.string)
    return Translator(language, messages, plurals)
