"""Giving a case to another officer: whose place, to whom, why, and what everybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.deadlines import case_name, open_case_button
from bot.views.moments import end
from bot.views.roles import role_name
from models.tables import Case, Officer

PAGE = 8
_TERMS = 6
SEATS = {"1": "officer", "2": "second_officer"}  # as they stand in buttons
_LETTER = {name: letter for letter, name in SEATS.items()}


@dataclass(frozen=True)
class Page:
    people: tuple[Officer, ...]
    number: int
    more: bool


@dataclass(frozen=True)
class Candidate:
    officer: Officer
    unit: str
    cases: int


@dataclass(frozen=True)
class Given:
    """`terms`: what is owed in the case, and by when. `drafts`: id and title of the records handed on."""

    case: Case
    seat: str
    by: str
    former: str
    to: str
    other: str
    reason: str
    terms: tuple[tuple[str, datetime], ...]
    drafts: tuple[tuple[int, str], ...]


def page_of(people: Sequence[Officer], page: int) -> Page:
    page = max(0, min(page, (len(people) - 1) // PAGE))
    return Page(tuple(people[page * PAGE : (page + 1) * PAGE]), page, len(people) > (page + 1) * PAGE)


def seats_screen(t: Translator, case: Case, first: str, second: str) -> Screen:
    rows = Rows()
    for seat, name in (("officer", first), ("second_officer", second)):
        rows.row(Button(f"{role_name(t, seat)}：{name or '—'}", f"reo:{case.id}:{_LETTER[seat]}"))
    rows.row(_rather_not(t))
    text = t("Whose place in {case} shall somebody else take?", case=case_name(t, case))
    return Screen(plain(text), rows.done(), slot=f"reassign:{case.id}", fresh=True)


def officers_screen(
    t: Translator, case: Case, seat: str, people: Sequence[Candidate], page: Page, *, fresh: bool
) -> Screen:
    rows, letter = Rows(), _LETTER[seat]
    for each in people:
        cases = t.plural("{n} open case", "{n} open cases", each.cases)
        about = " · ".join(part for part in (each.unit, cases) if part)
        rows.row(Button(shorten(f"{each.officer.name}（{about}）", 44), f"rep:{case.id}:{letter}:{each.officer.id}"))
    rows.row(
        Button(t("Earlier"), f"reo:{case.id}:{letter}:{page.number - 1}") if page.number else None,
        Button(t("Later"), f"reo:{case.id}:{letter}:{page.number + 1}") if page.more else None,
    )
    rows.row(_rather_not(t))
    lead = t("Who becomes {seat} of {case}?", seat=role_name(t, seat), case=case_name(t, case))
    text = lead if people else t("There is no other officer who could take {case}.", case=case_name(t, case))
    return Screen(plain(text), rows.done(), slot=f"reassign:{case.id}", fresh=fresh)


def reason_prompt(t: Translator, case: Case, to: Officer) -> Screen:
    text = t("{case} goes to {name}. Why? Everybody concerned reads it.", case=case_name(t, case), name=to.name)
    return Screen(plain(text), ((_rather_not(t),),))


def given_screen(t: Translator, given: Given) -> Screen:
    """To whoever decided it."""
    lines = [
        "✓ " + bold(_headline(t, given)),
        plain(t("Reason: {reason}", reason=given.reason)),
        plain(t("Told: {names}", names="、".join(each for each in (given.to, given.former, given.other) if each))),
        *_drafts(t, given),
    ]
    return Screen(join(lines), Rows().row(open_case_button(t, given.case)).done())


def given_to_you(t: Translator, given: Given, now: datetime) -> Screen:
    """To the new officer: what comes with the case."""
    lines = [
        bold(t("{case} is yours now, as {seat}", case=case_name(t, given.case), seat=role_name(t, given.seat))),
        plain(t("Decided by {name}. Reason: {reason}", name=given.by, reason=given.reason)),
        plain(t("Until now: {name}", name=given.former or "—")),
        plain(t("The other officer: {name}", name=given.other or "—")),
        *_terms(t, given, now),
        *_drafts(t, given),
    ]
    rows = Rows()
    for record_id, title in given.drafts[:PAGE]:
        rows.row(Button("▶ " + t("Go on: {title}", title=shorten(title, 20)), f"rec:{record_id}"))
    return Screen(join(lines), rows.row(open_case_button(t, given.case)).done())


def given_notice(t: Translator, given: Given) -> Screen:
    """To the former and the other officer."""
    lines = [
        bold(_headline(t, given)),
        plain(t("Decided by {name}. Reason: {reason}", name=given.by, reason=given.reason)),
        *_drafts(t, given),
    ]
    return Screen(join(lines))


def bare_notice(t: Translator, case: Case) -> Screen:
    """For chats outside the agency's network."""
    text = t("Who works on {case} has changed.", case=case_name(t, case))
    return Screen(plain(text), Rows().row(open_case_button(t, case)).done())


def not_given(t: Translator) -> Screen:
    return Screen(t("Nothing was changed."), ((Button(t("Menu"), "menu"),),))


def _headline(t: Translator, given: Given) -> str:
    params = {"case": case_name(t, given.case), "seat": role_name(t, given.seat), "to": given.to}
    if given.former:
        return t("{case}: {to} takes the place of {former} as {seat}", former=given.former, **params)
    return t("{case}: {to} is {seat} from now on", **params)


def _terms(t: Translator, given: Given, now: datetime) -> list[str]:
    lines = [
        plain(
            ("⏰ " if due <= now else "⏳ ") + f"{owed} · {end(t, due)}" + (f" · {t('overdue')}" if due <= now else "")
        )
        for owed, due in given.terms[:_TERMS]
    ]
    if len(given.terms) > _TERMS:
        lines.append(plain(t.plural("and {n} more", "and {n} more", len(given.terms) - _TERMS)))
    return lines


def _drafts(t: Translator, given: Given) -> list[str]:
    if not given.drafts:
        return []
    titles = "、".join(title for _, title in given.drafts)
    return [plain(t("Drafts handed on to {name}: {titles}", name=given.to, titles=titles))]


def _rather_not(t: Translator) -> Button:
    return Button(t("Rather not"), "ren")
