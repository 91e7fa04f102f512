"""Error codes become polite sentences: what was wrong, what is accepted, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.i18n import Translator


def fault_text(t: Translator, code: str, params: Mapping[str, object]) -> str:
    """The sentence for a code; an unknown code gets a general one, and the log has the cause."""
    sentences = _sentences(t)
    template = sentences.get(code)
    if template is None:
        return t("This could not be done ({code}). Nothing was changed.", code=code)
    safe = {name: escape(_shown(value), quote=False) for name, value in params.items()}
    return template.format_map(_Lenient(safe))


class _Lenient(dict[str, str]):
    """A sentence never fails over a missing detail."""

    def __missing__(self, key: str) -> str:
        return "—"


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return str(value)
