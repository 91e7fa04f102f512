"""Outlines of questions for a dialogue."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from dialogs.packs.schema import Question

_MOST = 20
_LINE = 90


def prompts_text(t: Translator, lines: Sequence[str], titles: Sequence[str]) -> str | None:
    """What an officer may ask, under the outlines' names; a long list is counted."""
    if not lines:
        return None
    head = t("You may ask ({outlines}):", outlines=plain("、".join(titles))) if titles else t("You may ask:")
    more = len(lines) - _MOST
    return join(
        [
            head,
            *(f"· {plain(shorten(line, _LINE))}" for line in lines[:_MOST]),
            t.plural("and {n} more", "and {n} more", more) if more > 0 else None,
        ]
    )


def outlines_screen(t: Translator, question: Question, titles: Sequence[str], prefix: str) -> Screen:
    rows = Rows()
    for n, title in enumerate(titles):
        rows.row(Button(shorten(title, 40), f"{prefix}g{n}"))
    rows.row(Button(t("Choose by the case"), f"{prefix}ga"))
    return Screen(join([bold(question.ask), t("Which outline shall prompt you?")]), rows.done())
