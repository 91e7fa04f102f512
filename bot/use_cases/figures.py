"""Figures of a period, per unit and per officer, counted from what is stored.

What a term counts for is settled by the period alone, not by when somebody asks: a report of last month says the same
next year. A case counts for whoever held it at that moment (see `Reassignment`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, or_, select

from bot.shelf import Shelf
from bot.use_cases.case_facts import agency_settings
from bot.use_cases.periods import Period
from bot.use_cases.supervision import handovers
from bot.work import Work
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from models.errors import Missing
from models.tables import Agency, Case, Departure, Officer, OpenTerm, Opinion, Reassignment, Record, Unit

PER_OFFICER = "figures_per_officer"  # the agency's setting
STATES = ("in_time", "late", "overdue")

Counts = dict[str, int]


@dataclass
class Figures:
    """What one officer, unit or agency did in a period.

    terms_*: those closed in it, in time or late, and those that fell due in it and were not met by its end (overdue).
    terms_left: fell due before it and were still not met at its end. handed_over: terms of handing recordings over
    among them, by state. by_deadline: `<pack>#<deadline>` -> the same by state. faults: found by supervisors, by kind.
    What archives a case, finds a fault or is a handover, the pack of the record or case says.
    """

    cases_opened: int = 0
    cases_archived: int = 0
    records_sealed: int = 0
    records_returned: int = 0
    departures: int = 0
    terms_in_time: int = 0
    terms_late: int = 0
    terms_overdue: int = 0
    terms_left: int = 0
    handed_over: Counts = field(default_factory=dict)
    by_deadline: dict[str, Counts] = field(default_factory=dict)
    faults: Counts = field(default_factory=dict)

    @property
    def terms(self) -> int:
        return self.terms_in_time + self.terms_late + self.terms_overdue

    @property
    def timeliness(self) -> float | None:
        """The share of terms met in time; None without terms."""
        return self.terms_in_time / self.terms if self.terms else None

    @property
    def handover_timeliness(self) -> float | None:
        total = sum(self.handed_over.values())
        return self.handed_over.get("in_time", 0) / total if total else None


@dataclass(frozen=True)
class AgencyFigures:
    """per_officer: whether the agency lets figures of each officer be shown; otherwise `officers` is empty.

    `units`, `officers`: by name, where two bear one name by what tells them apart besides; the unit '' is none.
    """

    agency: str
    whole: Figures
    units: dict[str, Figures]
    officers: dict[str, Figures]
    per_officer: bool


async def figures(work: Work, agency: Agency, periods: Sequence[Period]) -> list[AgencyFigures]:
    """Everything counted for one agency, of each period; `work.now` ends a period that still runs."""
    known = await _read(work, agency, periods)
    pack = work.shelf.newest(agency.pack)
    per_officer = (await agency_settings(work, agency, pack)).get(PER_OFFICER) is not False
    return [_gathered(agency, _count(work, known, each), known, per_officer) for each in periods]


@dataclass
class _Known:
    """Rows of the agency that any of the periods may count."""

    cases: dict[int | None, Case]
    former: dict[int, list[Reassignment]]
    records: Sequence[Record]
    faults: list[tuple[Case, datetime, str]]
    returned: list[tuple[int, datetime]]
    departed: set[tuple[int, str, datetime]]
    terms: Sequence[OpenTerm]
    people: dict[int | None, str]
    units: dict[int | None, str]

    def holder(self, case: Case, at: datetime) -> tuple[int | None, int]:
        """(unit, officer) the case belonged to at a moment."""
        former = self.former.get(case.id or 0, [])
        later = bisect_right(former, at, key=lambda each: each.at)
        if later < len(former):
            return former[later].unit_before_id, former[later].from_id or case.officer_id
        return case.unit_id, case.officer_id


async def _read(work: Work, agency: Agency, periods: Sequence[Period]) -> _Known:
    since, until = min(each.since for each in periods), max(each.until for each in periods)
    ask = work.session.exec
    mine = col(Record.agency_id) == agency.id
    cases = {each.id: each for each in (await ask(select(Case).where(col(Case.agency_id) == agency.id))).all()}
    former: dict[int, list[Reassignment]] = {}
    moved = select(Reassignment).join(Case, col(Case.id) == col(Reassignment.case_id))
    moved = moved.where(col(Case.agency_id) == agency.id, col(Reassignment.seat) == "officer")
    for each in (await ask(moved.order_by(col(Reassignment.at), col(Reassignment.id)))).all():
        former.setdefault(each.case_id, []).append(each)
    sealed = (mine, col(Record.state) == "sealed")
    records = await ask(select(Record).where(*sealed, col(Record.sealed_at) >= since, col(Record.sealed_at) < until))
    finding = {form.id for pack in _packs(work, cases.values()).values() for form in pack.records if form.finds_fault}
    found = await ask(select(Record).where(*sealed, col(Record.form).in_(finding)).order_by(col(Record.id)))
    returned = await ask(
        select(Record.case_id, Opinion.given_at)
        .join(Opinion, col(Opinion.record_id) == col(Record.id))
        .where(mine, col(Opinion.result) == "returned", col(Opinion.given_at) >= since, col(Opinion.given_at) < until)
    )
    departed = await ask(
        select(Record.case_id, Departure.need, Departure.at)
        .join(Departure, col(Departure.record_id) == col(Record.id))
        .where(mine, col(Record.state) != "cancelled", col(Departure.at) >= since, col(Departure.at) < until)
    )
    terms = await ask(
        select(OpenTerm).where(
            col(OpenTerm.agency_id) == agency.id,
            col(OpenTerm.state) != "replaced",
            or_(col(OpenTerm.closed_at).is_(None), col(OpenTerm.closed_at) >= since),
            or_(col(OpenTerm.due_at) <= until, col(OpenTerm.closed_at) < until),
        )
    )
    units = (await ask(select(Unit.id, Unit.name).where(col(Unit.agency_id) == agency.id))).all()
    people = (await ask(select(Officer).where(col(Officer.agency_id) == agency.id))).all()
    return _Known(
        cases,
        former,
        records.all(),
        _faults(work.shelf, cases, found.all()),
        [(case_id, at) for case_id, at in returned.all() if at is not None],
        set(departed.all()),  # a correction carries its former version's along, with their moments
        terms.all(),
        _told_apart([(each.id, each.name, each.certificate or "") for each in people]),
        _told_apart([(unit_id, name, "") for unit_id, name in units]),
    )


def _told_apart(named: Sequence[tuple[int | None, str, str]]) -> dict[int | None, str]:
    """By number a name of its own: with the mark (a certificate's number) or else the number where names clash."""
    times = Counter(name for _, name, _ in named)
    return {each: name if times[name] == 1 else f"{name}（{mark or f'#{each}'}）" for each, name, mark in named}


def _packs(work: Work, cases: Iterable[Case]) -> dict[str, Pack]:
    """The packs of the cases by reference, without those that were taken away."""
    found = {}
    for reference in {each.pack for each in cases}:
        with suppress(Missing):
            found[reference] = work.shelf.get(reference)
    return found


def _form(shelf: Shelf, record: Record) -> Form | None:
    try:
        return shelf.get(record.pack).record(record.form)
    except (KeyError, Missing):
        return None


def _faults(shelf: Shelf, cases: dict[int | None, Case], records: Sequence[Record]) -> list[tuple[Case, datetime, str]]:
    """Of each record that finds a fault its case, when it was first sealed, and the kind its newest version names."""
    first: dict[int | None, int | None] = {}
    found: dict[int | None, tuple[Case, datetime, str]] = {}
    for record in records:
        form = _form(shelf, record)
        if form is None or form.finds_fault is None:
            continue
        root = first[record.id] = first.get(record.corrects_id, record.corrects_id) or record.id
        assert record.sealed_at is not None
        at = found[root][1] if root in found else record.sealed_at
        found[root] = (cases[record.case_id], at, _sealed_value(record, form.finds_fault) or "other")
    return list(found.values())


def _sealed_value(record: Record, name: str) -> str:
    """The answer as it was sealed; what the draft holds besides counts for nothing."""
    answers = (record.content or {}).get("answers", ())
    return next((str(each["value"] or "") for each in answers if f"answers.{each['question']}" == name), "")


class _Count:
    def __init__(self, shelf: Shelf, known: _Known, within: Period, end: datetime) -> None:
        self.shelf, self.known, self.within, self.end = shelf, known, within, end
        self.found: dict[tuple[int | None, int], Figures] = {}  # (unit, officer)

    def of(self, case: Case, at: datetime) -> Figures:
        return self.found.setdefault(self.known.holder(case, at), Figures())

    def inside(self, moment: datetime | None) -> bool:
        return moment is not None and self.within.since <= moment < self.end

    def record(self, record: Record) -> None:
        if record.sealed_at is None or not self.inside(record.sealed_at):
            return
        mine = self.of(self.known.cases[record.case_id], record.sealed_at)
        mine.records_sealed += 1
        form = _form(self.shelf, record)
        if form is not None and form.archives_case and record.corrects_id is None:
            mine.cases_archived += 1

    def term(self, term: OpenTerm, handover: bool, key: str) -> None:
        met = term.closed_at is not None and term.closed_at < self.end
        # Whoever held the case when it was decided whether the term was kept answers for it.
        case, at = self.known.cases[term.case_id], min(term.closed_at or term.due_at, term.due_at)
        if met:
            if not self.inside(term.closed_at):
                return
            assert term.closed_at is not None
            state = "in_time" if term.closed_at <= term.due_at else "late"
        elif term.due_at <= self.within.since:
            self.of(case, at).terms_left += 1
            return
        elif term.due_at <= self.end:
            state = "overdue"
        else:
            return
        mine = self.of(case, at)
        setattr(mine, f"terms_{state}", getattr(mine, f"terms_{state}") + 1)
        _add(mine.by_deadline.setdefault(key, {}), state)
        if handover:
            _add(mine.handed_over, state)


def _count(work: Work, known: _Known, within: Period) -> dict[tuple[int | None, int], Figures]:
    # Of a period that still runs, this very moment counts too.
    count = _Count(work.shelf, known, within, min(within.until, work.now + timedelta.resolution))
    for case in known.cases.values():
        if case.state in ("open", "archived") and count.inside(case.opened_at):
            count.of(case, case.opened_at).cases_opened += 1
    for record in known.records:
        count.record(record)
    for case, at, kind in known.faults:
        if count.inside(at):
            _add(count.of(case, at).faults, kind)
    for case_id, at in known.returned:
        if count.inside(at):
            count.of(known.cases[case_id], at).records_returned += 1
    for case_id, _, at in known.departed:
        if count.inside(at):
            count.of(known.cases[case_id], at).departures += 1
    handing = {reference: handovers(pack) for reference, pack in _packs(work, known.cases.values()).items()}
    for term in known.terms:
        pack = known.cases[term.case_id].pack
        count.term(term, term.deadline in handing.get(pack, ()), f"{pack}#{term.deadline}")
    return count.found


def _gathered(
    agency: Agency, found: dict[tuple[int | None, int], Figures], known: _Known, per_officer: bool
) -> AgencyFigures:
    by_unit: dict[str, list[Figures]] = {}
    by_officer: dict[str, list[Figures]] = {}
    for (unit_id, officer_id), each in sorted(found.items(), key=lambda item: (item[0][0] or 0, item[0][1])):
        by_unit.setdefault(known.units.get(unit_id, ""), []).append(each)
        by_officer.setdefault(known.people[officer_id], []).append(each)
    return AgencyFigures(
        agency=agency.name,
        whole=_sum(found.values()),
        units={name: _sum(each) for name, each in by_unit.items()},
        officers={name: _sum(each) for name, each in by_officer.items()} if per_officer else {},
        per_officer=per_officer,
    )


def _sum(several: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in several:
        for name, value in vars(one).items():
            if isinstance(value, int):
                setattr(total, name, getattr(total, name) + value)
        for counts, more in ((total.handed_over, one.handed_over), (total.faults, one.faults)):
            _merge(counts, more)
        for key, more in one.by_deadline.items():
            _merge(total.by_deadline.setdefault(key, {}), more)
    return total


def _merge(counts: Counts, more: Counts) -> None:
    for name, n in more.items():
        _add(counts, name, n)


def _add(counts: Counts, name: str, n: int = 1) -> None:
    counts[name] = counts.get(name, 0) + n
