"""How a term was reckoned, step by step (`dialogs.deadlines.Due.working`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.i18n import Translator
from bot.views.moments import day, moment

Working = tuple[tuple[str, Mapping[str, object]], ...]


def working_text(t: Translator, working: Working) -> str:
    return t("Reckoned: {working}", working=t("; ").join(_step(t, *step) for step in working))


def free_days_text(t: Translator, working: Working) -> str:
    """The days left out of a count of working days, in spans; '' when there are none."""
    stated = {str(day) for _, params in working for day in _list(params.get("free"))}
    days = sorted(date.fromisoformat(text) for text in stated)
    spans: list[list[date]] = []
    for each in days:
        if spans and each - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(each)
        else:
            spans.append([each])
    shown = [
        day(t, span[0]) if len(span) == 1 else t("{first} to {last}", first=day(t, span[0]), last=day(t, span[-1]))
        for span in spans
    ]
    return t("Days off left out: {days}", days=t(", ").join(shown)) if shown else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _step(t: Translator, code: str, params: Mapping[str, object]) -> str:
    """One step of how a term was reckoned (`dialogs.deadlines.Due.working`)."""

    def dated(name: str) -> str:
        return day(t, date.fromisoformat(str(params[name])))

    def timed(name: str) -> str:
        return moment(t, datetime.fromisoformat(str(params[name])))

    match code:
        case "deadline.hours":
            hours = int(str(params["hours"]))
            return t.plural("{n} hour from {start}", "{n} hours from {start}", hours, start=timed("from"))
        case "deadline.opening_day_excluded":
            return t("the day it begins, {day}, does not count", day=dated("date"))
        case "deadline.opening_day_counts":
            return t("the day it begins, {day}, counts", day=dated("date"))
        case "deadline.days":
            days = int(str(params["days"]))
            return t.plural("{n} day, the last is {last}", "{n} days, the last is {last}", days, last=dated("last"))
        case "deadline.workdays":
            days = int(str(params["workdays"]))
            return t.plural(
                "{n} working day, the last is {last}", "{n} working days, the last is {last}", days, last=dated("last")
            )
        case "deadline.rolled":
            return t("{day} is free, so it moves to {next}", day=dated("from"), next=dated("to"))
        case "deadline.until":
            return t("it ends at the time set for it, {moment}", moment=timed("to"))
        case "deadline.ends_at_24":
            return t("it ends on {day} at 24:00", day=dated("date"))
        case "deadline.provisional":
            return t("holidays of that year are not yet published")
        case "deadline.extended_after":
            return t("extended after {day}", day=dated("date"))
        case "deadline.extended_hours":
            hours = int(str(params["hours"]))
            return t.plural("extended by {n} hour", "extended by {n} hours", hours)
    raise ValueError(f"no text for {code}")
