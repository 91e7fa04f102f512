"""A report's figures, beside those of the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.i18n import Translator
from bot.shelf import Shelf
from bot.use_cases.figures import STATES, AgencyFigures, Counts, figures
from bot.use_cases.periods import Kind, period
from bot.views.basis import basis_text
from bot.work import Work
from models.errors import Missing
from models.tables import Agency

_TREND = 6  # periods, the report's own the last


@dataclass(frozen=True)
class Ran:
    """How timely a period of the trend was."""

    text: str
    in_time: int
    late: int
    overdue: int

    @property
    def timeliness(self) -> float | None:
        total = self.in_time + self.late + self.overdue
        return self.in_time / total if total else None


@dataclass(frozen=True)
class Kept:
    """A kind of deadline the figures name, and what it rests on."""

    pack: str
    title: str
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """`at`: as of when. `deadlines`: by the key of `Figures.by_deadline`. `fault_kinds`: id -> title."""

    agency: str
    pack: str
    kind: Kind
    text: str
    before_text: str
    at: datetime
    now: AgencyFigures
    before: AgencyFigures
    trend: tuple[Ran, ...]
    deadlines: dict[str, Kept]
    fault_kinds: dict[str, str]
    fault_basis: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found


_ADAPTER = TypeAdapter(Report)


def report_from_json(stored: dict[str, Any]) -> Report:
    return _ADAPTER.validate_python(stored)


async def gather(work: Work, agency: Agency, text: str) -> Report:
    """The report of a period as of `work.now`. Raises InvalidInput `period.unreadable`, Missing `pack.unknown`."""
    periods = [period(text)]
    while len(periods) < _TREND:
        periods.append(periods[-1].before)
    found = await figures(work, agency, periods)
    pack = work.shelf.newest(agency.pack)
    order = next((each for each in pack.records if each.finds_fault), None)
    asked = (
        next((each for each in order.questions if f"answers.{each.id}" == order.finds_fault), None) if order else None
    )
    keys = {key for each in found for key in each.whole.by_deadline}
    return Report(
        agency=agency.name,
        pack=f"{pack.id}@{pack.version}",
        kind=periods[0].kind,
        text=periods[0].text,
        before_text=periods[1].text,
        at=min(periods[0].until, work.now),
        now=found[0],
        before=found[1],
        trend=tuple(
            Ran(each.text, one.whole.terms_in_time, one.whole.terms_late, one.whole.terms_overdue)
            for each, one in reversed([*zip(periods, found, strict=True)])
        ),
        deadlines={key: _kept(work, key) for key in sorted(keys)},
        fault_kinds={each.id: each.title for each in asked.options} if asked else {},
        fault_basis=order.basis if order else (),
    )


def _kept(work: Work, key: str) -> Kept:
    pack, _, deadline = key.partition("#")
    try:
        known = {each.id: each for each in work.shelf.get(pack).deadlines}
    except Missing:
        known = {}
    return Kept(pack, known[deadline].title, known[deadline].basis) if deadline in known else Kept(pack, deadline, ())


@dataclass(frozen=True)
class ByArticle:
    """How a deadline was kept in this period and the one before; versions of one regulation are taken together."""

    article: str
    title: str
    now: Counts
    before: Counts


def by_article(shelf: Shelf, t: Translator, report: Report) -> list[ByArticle]:
    """Every kind of deadline counted, by article."""
    found: dict[tuple[str, str], ByArticle] = {}
    for key, kept in report.deadlines.items():
        article = basis_of(shelf, t, kept.pack, kept.basis)
        one = found.setdefault((article, kept.title), ByArticle(article, kept.title, {}, {}))
        for counts, figures_ in ((one.now, report.now), (one.before, report.before)):
            for state, n in figures_.whole.by_deadline.get(key, {}).items():
                counts[state] = counts.get(state, 0) + n
    order = {kept.title: n for n, kept in enumerate(report.deadlines.values())}
    shown = [each for each in found.values() if any((each.now, each.before))]
    return sorted(shown, key=lambda each: (-_missed(each.now), order[each.title]))


def basis_of(shelf: Shelf, t: Translator, pack: str, basis: tuple[str, ...]) -> str:
    """Articles as the reader's language names them; '—' without any."""
    try:
        return basis_text(t, shelf.get(pack), basis) or "—"
    except Missing:
        return "—"


def _missed(counts: Counts) -> int:
    return sum(counts.get(state, 0) for state in STATES[1:])
