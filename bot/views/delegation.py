"""Going away: who decides meanwhile, until when, and coming back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.moments import day, end
from bot.views.roles import role_names
from dialogs.zone import SHANGHAI
from models.tables import Delegation, Officer

_SPANS = (0, 1, 3, 7, 14)  # days from today offered as buttons


def deputies_screen(t: Translator, people: Sequence[Officer], *, page: int, more: bool, fresh: bool) -> Screen:
    rows = Rows()
    for each in people:
        rows.row(Button(shorten(f"{each.name}（{role_names(t, each.roles)}）", 40), f"awd:{each.id}"))
    rows.row(
        Button("‹ " + t("Earlier"), f"away:{page - 1}") if page else None,
        Button(t("Later") + " ›", f"away:{page + 1}") if more else None,
    )
    rows.row(Button(t("Menu"), "menu"))
    lead = t("Who decides while you are away? What is asked of you is asked of them too.")
    return Screen(
        lead if people else t("There is nobody who could stand in for you."), rows.done(), slot="away", fresh=fresh
    )


def until_prompt(t: Translator, deputy: Officer, now: datetime) -> Screen:
    today = now.astimezone(SHANGHAI).date()
    buttons = [Button(day(t, today + timedelta(days=span)), f"awu:{deputy.id}:{span}") for span in _SPANS]
    text = t("{name} stands in for you. Until which day? Tap it or write it; that day is included.", name=deputy.name)
    return Screen(plain(text), Rows().flow(buttons, widest=24, most=2).row(_rather_not(t)).done())


def reason_prompt(t: Translator, deputy: Officer, last: date) -> Screen:
    text = t("{name}, until {day} 24:00. Why are you away?", name=deputy.name, day=day(t, last))
    return Screen(plain(text), ((_rather_not(t),),))


def away_screen(t: Translator, delegation: Delegation, deputy: str) -> Screen:
    lines = [
        bold(t("You are away")),
        t("In your stead: {name}, until {moment}", name=plain(deputy), moment=end(t, delegation.until)),
        t("Reason: {reason}", reason=plain(delegation.reason)),
    ]
    rows = Rows().row(Button(t("I am back"), f"awb:{delegation.id}"), Button(t("Menu"), "menu"))
    return Screen(join(lines), rows.done(), slot=f"absence:{delegation.id}", fresh=True)


def deputy_notice(t: Translator, delegation: Delegation, absent: str) -> Screen:
    lines = [
        bold(t("You stand in for {name}", name=absent)),
        t("Until {moment}. What is asked of {name} meanwhile is asked of you too; you decide in their stead.",
          name=plain(absent), moment=end(t, delegation.until)),
    ]  # fmt: skip
    return Screen(join(lines), ((Button(t("Menu"), "menu"),),))


def back_screen(t: Translator, delegation: Delegation) -> Screen:
    return Screen("✓ " + t("Welcome back. Nobody stands in for you any more."), slot=f"absence:{delegation.id}")


def back_notice(t: Translator, absent: str) -> Screen:
    return Screen(t("{name} is back; you no longer stand in for them.", name=plain(absent)))


def not_away(t: Translator) -> Screen:
    return Screen(t("Nothing was changed."), ((Button(t("Menu"), "menu"),),))


def _rather_not(t: Translator) -> Button:
    return Button(t("Rather not"), "awn")
