"""The list of what waits for a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import case_name
from bot.views.moments import moment
from dialogs.packs.schema import ReviewStep
from models.tables import Case

PAGE = 8


@dataclass(frozen=True)
class Listed:
    """One request. `title`, `number`: the record's. `stands_for`: the absent person's name."""

    opinion_id: int
    title: str
    number: str | None
    case: Case
    step: ReviewStep
    asked_at: datetime
    stands_for: str | None = None


def waiting_page(t: Translator, items: Sequence[Listed], *, page: int, total: int, stamp: str) -> Screen:
    """One page, longest waiting first; a button opens each. `stamp`: so that paging edits the right list."""
    slot = f"pending:{stamp}"
    if not items:
        menu = ((Button(t("Menu"), "menu"),),)
        return Screen(t("Nothing waits for your decision."), menu, slot=slot)
    blocks = [bold(t("Waiting for my decision ({n})", n=total))]
    rows = Rows()
    for number, item in enumerate(items, start=page * PAGE + 1):
        name = f"{item.title} {item.number}" if item.number else item.title
        whose = plain(case_name(t, item.case))
        since = t("asked {at}", at=moment(t, item.asked_at))
        instead = t("You decide in the stead of {name}.", name=plain(item.stands_for)) if item.stands_for else None
        blocks.append(join([f"{number}. {bold(name)}", f"{whose} · {plain(item.step.title)} · {since}", instead]))
        rows.row(Button(shorten(f"{number}. {item.title} {case_name(t, item.case)}", 48), f"op:{item.opinion_id}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"pending:{page - 1}:{stamp}") if page else None,
        Button(t("Later") + " ›", f"pending:{page + 1}:{stamp}") if (page + 1) * PAGE < total else None,
    )
    return Screen("\n\n".join(blocks), rows.row(Button(t("Menu"), "menu")).done(), slot=slot)
