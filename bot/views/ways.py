"""What ends a term, in words, and the button that goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.i18n import Translator
from bot.screen import Button, shorten
from bot.views.roles import role_names
from dialogs.deadlines.closing import Closer

_NAMED = 3


@dataclass(frozen=True)
class Way:
    """`title`: of the record. `data`: of the button that goes there."""

    kind: Literal["begin", "resume", "open", "evidence"]
    title: str
    data: str


@dataclass(frozen=True)
class Ending:
    """recording: receiving a recording ends it. others: the roles whose task it is, where it is not the reader's."""

    closers: tuple[Closer, ...]
    recording: bool = False
    way: Way | None = None
    others: tuple[str, ...] = ()


def ending_text(t: Translator, ending: Ending) -> str:
    """One sentence for each way in which the term may end."""
    plain = {
        at: [each.form.title for each in ending.closers if each.at == at and not each.on_condition]
        for at in ("submitted", "approved", "sealed")
    }
    said = [each.form.title for each in ending.closers if each.on_condition]
    sentences = [
        t("Ends once {records} is completed", records=_names(t, plain["submitted"])) if plain["submitted"] else "",
        t("Ends once {records} is approved", records=_names(t, plain["approved"])) if plain["approved"] else "",
        t("Ends once {records} is signed, approved and sealed", records=_names(t, plain["sealed"]))
        if plain["sealed"]
        else "",
        t("Ends once {records} says that it was done", records=_names(t, said)) if said else "",
        t("Ends once the recording is received") if ending.recording else "",
    ]
    text = t("; ").join(each for each in sentences if each)
    return text + t(" (to be done by: {roles})", roles=role_names(t, ending.others)) if ending.others else text


def way_button(t: Translator, number: int, way: Way) -> Button:
    """Goes to what ends the term of this number in its list."""
    texts = {
        "begin": t("Do it: {title}", title=way.title),
        "resume": t("Go on: {title}", title=way.title),
        "open": t("See it through: {title}", title=way.title),
        "evidence": t("To the recordings"),
    }
    return Button(shorten(f"▶ {number}. {texts[way.kind]}", 40), way.data)


def _names(t: Translator, titles: Sequence[str]) -> str:
    shown = [t("“{title}”", title=each) for each in titles[:_NAMED]]
    joined = t(" or ").join(shown)
    return joined if len(titles) <= _NAMED else t("{records} or another such record", records=joined)
