"""The list of what is overdue with its filters, and one term's card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain, shorten
from bot.views.basis import basis_text
from bot.views.deadlines import PAGE, Listed, Secret, case_name, due_text, listed_text
from bot.views.findings import MARKS, finding_text, standing_line
from bot.views.moments import countdown, moment
from bot.views.moved import change_lines
from dialogs.compliance import Compliance
from models.tables import TermChange

_CHOICES = 8
_FINDINGS = 6
_LONGEST = 160
_LETTER = {"unit": "u", "kind": "k", "officer": "o"}  # a dimension in a button


@dataclass(frozen=True)
class Shown:
    """Which part of the list is shown. `word`: the filter in a button; `names`: what it narrows to, for people."""

    page: int
    total: int
    stamp: str
    word: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choice:
    word: str
    name: str
    count: int


@dataclass(frozen=True)
class Told:
    name: str
    times: int
    last: datetime


@dataclass(frozen=True)
class Urged:
    by: str
    at: datetime
    message: str


@dataclass(frozen=True)
class TermCard:
    listed: Listed
    officers: tuple[str, ...]
    reminded: tuple[Told, ...]
    changes: Sequence[TermChange]
    urged: tuple[Urged, ...]
    found: Compliance
    names: Mapping[str, str]


def no_unit(t: Translator) -> str:
    return t("no unit")


def dimension_name(t: Translator, dimension: str) -> str:
    return {"unit": t("Unit"), "kind": t("Kind of deadline"), "officer": t("Officer")}[dimension]


def overdue_page(t: Translator, items: Sequence[Listed | Secret], shown: Shown, now: datetime) -> Screen:
    """One page of what is overdue, longest first. `stamp` tells lists apart, so that paging edits the right one."""
    blocks = [_head(t, shown)]
    rows = Rows()
    for number, item in enumerate(items, start=shown.page * PAGE + 1):
        blocks.append(listed_text(t, number, item, now))
        if isinstance(item, Listed):
            rows.row(Button(shorten(f"{number}. {case_name(t, item.case)}", 40), data=f"odt:{item.term.id}"))
    here = f"{shown.stamp}:{shown.word}"
    rows.row(
        Button(t("Earlier"), data=f"overdue:{shown.page - 1}:{here}") if shown.page else None,
        Button(t("Later"), data=f"overdue:{shown.page + 1}:{here}") if (shown.page + 1) * PAGE < shown.total else None,
    )
    narrowed = dict(shown.names)
    if items or narrowed:
        rows.flow(
            (
                Button(
                    ("● " if each in narrowed else "") + dimension_name(t, each) + " ▾", f"odf:{_LETTER[each]}:0:{here}"
                )
                for each in _LETTER
            ),
            widest=24,
        )
    if narrowed:
        rows.row(Button("✕ " + t("Show all"), data=f"overdue:0:{shown.stamp}:-"))
    return Screen("\n\n".join(blocks), rows.done(), slot=f"overdue:{shown.stamp}")


def _head(t: Translator, shown: Shown) -> str:
    head = t("Overdue ({total})", total=shown.total) if shown.total else t("Nothing is overdue.")
    if not shown.names:
        return bold(head) if shown.total else plain(head)
    only = t("Only: {filters}", filters=" · ".join(f"{dimension_name(t, each)} {name}" for each, name in shown.names))
    return join([bold(head), plain(only)])


def filter_page(
    t: Translator, dimension: str, choices: Sequence[Choice], *, page: int, stamp: str, back: str
) -> Screen:
    """What to narrow the list to. `back`: the filter without this dimension."""
    page = max(0, min(page, (len(choices) - 1) // _CHOICES))
    rows = Rows()
    for each in choices[page * _CHOICES : (page + 1) * _CHOICES]:
        rows.row(Button(shorten(f"{each.name}（{each.count}）", 40), data=f"overdue:0:{stamp}:{each.word}"))
    letter = _LETTER[dimension]
    more = (page + 1) * _CHOICES < len(choices)
    rows.row(
        Button(t("Earlier"), data=f"odf:{letter}:{page - 1}:{stamp}:{back}") if page else None,
        Button(t("Later"), data=f"odf:{letter}:{page + 1}:{stamp}:{back}") if more else None,
    )
    rows.row(Button(t("Any"), data=f"overdue:0:{stamp}:{back}"))
    text = t("Show what is overdue by: {dimension}", dimension=dimension_name(t, dimension))
    return Screen(plain(text), rows.done(), slot=f"overdue:{stamp}")


def dimension_of(letter: str) -> str | None:
    """The dimension a button means."""
    return next((each for each, known in _LETTER.items() if known == letter), None)


def term_screen(t: Translator, card: TermCard, now: datetime) -> Screen:
    """What is owed and by whom, what was done about it, and how the case stands."""
    told, term = card.listed, card.listed.term
    running = term.state == "open"
    lines = [
        bold(told.deadline.owed),
        plain(f"{case_name(t, told.case)} · {told.deadline.title}"),
        plain(t("Officers: {names}", names="、".join(card.officers))),
        plain(t("Running since: {moment}", moment=moment(t, term.opened_at))),
        due_text(t, told),
        *(plain(line) for change in card.changes for line in change_lines(t, change)),
        plain(countdown(t, term.due_at, now) if running else t("This deadline no longer runs.")),
        *(plain(line) for line in _done_about(t, card)),
        "",
        plain(standing_line(t, card.found)),
        *_gravest(t, card),
    ]
    rows = Rows()
    if running:
        rows.row(
            Button("📣 " + t("Urge"), f"urg:{term.id}"), Button("💬 " + t("Urge with a message"), f"urm:{term.id}")
        )
    rows.row(Button("⇄ " + t("Reassign"), f"rea:{told.case.id}") if told.case.state in ("open", "archived") else None)
    rows.row(
        Button("⚖ " + t("Compliance check"), f"check:{told.case.id}"), Button(t("To the case"), f"case:{told.case.id}")
    )
    rows.row(Button(t("This deadline"), f"term:{term.id}"))
    rows.row(Button(t("To the overdue list"), "overdue:0"))
    return Screen(join(lines), rows.done(), slot=f"term:{term.id}", fresh=True)


def _done_about(t: Translator, card: TermCard) -> Iterator[str]:
    for told in card.reminded:
        yield t.plural(
            "Reminded {n} time: {name}, last {moment}",
            "Reminded {n} times: {name}, last {moment}",
            told.times,
            name=told.name,
            moment=moment(t, told.last),
        )
    for each in card.urged:
        said = t("Urged by {name}, {moment}", name=each.by, moment=moment(t, each.at))
        yield f"{said}：{each.message}" if each.message else said


def _gravest(t: Translator, card: TermCard) -> Iterator[str]:
    """What is missing, late or departed from; the whole check is a tap away."""
    grave = card.found.of("missing", "late", "departed")
    pack = card.listed.pack
    for finding in grave[:_FINDINGS]:
        basis = shorten(basis_text(t, pack, finding.basis), 60)
        text = shorten(finding_text(t, finding, card.names, card.found.at), _LONGEST)
        yield f"{MARKS[finding.grade]} {plain(text)}" + (f"（{plain(basis)}）" if basis else "")
    if len(grave) > _FINDINGS:
        yield plain(t.plural("and {n} more", "and {n} more", len(grave) - _FINDINGS))
