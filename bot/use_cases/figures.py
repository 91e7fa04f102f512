"""Figures of a period, per unit and per officer, counted from what is stored."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.shelf import Shelf
from dialogs.packs.schema import Record as Form
from models.database import Session
from models.errors import InvalidInput, Missing
from models.tables import Agency, Case, Departure, Officer, OpenTerm, Opinion, Record, Unit

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Period:
    """Instants, `until` excluded."""

    since: datetime
    until: datetime


@dataclass
class Figures:
    """What one officer, unit or agency did in a period.

    terms_*: those that fell due or were closed in it; `late` were met after their end, `overdue` are not met yet.
    handed_over: terms of handing recordings over among them, by state. faults: found by supervisors, by kind. What
    archives a case, finds a fault or is a handover, the pack of the record or case says.
    """

    cases_opened: int = 0
    cases_archived: int = 0
    records_sealed: int = 0
    records_returned: int = 0
    departures: int = 0
    terms_in_time: int = 0
    terms_late: int = 0
    terms_overdue: int = 0
    handed_over: Counter[str] = field(default_factory=Counter)
    overdue_by_deadline: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class AgencyFigures:
    """`units`, `officers`: by name; where two bear one name, by what tells them apart besides."""

    agency: str
    whole: Figures
    units: dict[str, Figures]
    officers: dict[str, Figures]


def period(text: str) -> Period:
    """`2026`, `2026-11`, `2026-W47`, or `2026-11-01..2026-11-15` (both days count).

    Raises InvalidInput `period.unreadable`.
    """
    try:
        first, last = _days(text.strip())
    except ValueError as cause:
        raise InvalidInput("period.unreadable", text=text[:40]) from cause
    if last < first:
        raise InvalidInput("period.unreadable", text=text[:40])
    return Period(_midnight(first), _midnight(last + timedelta(days=1)))


def _days(text: str) -> tuple[date, date]:
    if ".." in text:
        first, _, last = text.partition("..")
        return date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    if week := re.fullmatch(r"(\d{4})-W(\d{1,2})", text):
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return monday, monday + timedelta(days=6)
    if month := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        year, number = int(month[1]), int(month[2])
        return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    day = date.fromisoformat(text)
    return day, day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _SHANGHAI).astimezone(UTC)


async def figures(session: Session, shelf: Shelf, agency: Agency, within: Period, now: datetime) -> AgencyFigures:
    """Everything counted for one agency; a case counts for its first officer and that officer's unit at its opening."""
    count = _Count(shelf, within, now)
    people = {
        each.id: each for each in (await session.exec(select(Officer).where(col(Officer.agency_id) == agency.id)))
    }
    units = {each.id: each.name for each in (await session.exec(select(Unit).where(col(Unit.agency_id) == agency.id)))}
    cases = {each.id: each for each in (await session.exec(select(Case).where(col(Case.agency_id) == agency.id)))}
    records = (await session.exec(select(Record).where(col(Record.agency_id) == agency.id))).all()
    for case in cases.values():
        count.case(case)
    ids = select(Record.id).where(col(Record.agency_id) == agency.id)
    opinions = await session.exec(select(Opinion).where(col(Opinion.record_id).in_(ids)))
    departures = await session.exec(select(Departure).where(col(Departure.record_id).in_(ids)))
    terms = await session.exec(select(OpenTerm).where(col(OpenTerm.agency_id) == agency.id))
    by_id = {record.id: record for record in records}
    for record in records:
        count.record(record, cases[record.case_id])
    for opinion in opinions:
        if opinion.result == "returned" and count.inside(opinion.given_at):
            count.of(cases[by_id[opinion.record_id].case_id]).records_returned += 1
    for departure in departures:
        if count.inside(departure.at):
            count.of(cases[by_id[departure.record_id].case_id]).departures += 1
    for term in terms:
        count.term(term, cases[term.case_id])
    return _gathered(agency, count.found, people, units)


class _Count:
    def __init__(self, shelf: Shelf, within: Period, now: datetime) -> None:
        self.shelf, self.within, self.now = shelf, within, now
        self.found: dict[tuple[int | None, int], Figures] = {}  # (unit, officer)

    def of(self, case: Case) -> Figures:
        return self.found.setdefault((case.unit_id, case.officer_id), Figures())

    def inside(self, moment: datetime | None) -> bool:
        return moment is not None and self.within.since <= moment < self.within.until

    def case(self, case: Case) -> None:
        if case.state in ("open", "archived") and self.inside(case.opened_at):
            self.of(case).cases_opened += 1

    def record(self, record: Record, case: Case) -> None:
        if record.state != "sealed" or not self.inside(record.sealed_at):
            return
        mine = self.of(case)
        mine.records_sealed += 1
        form = self._form(record)
        if form is None or record.corrects_id is not None:
            return
        mine.cases_archived += form.archives_case
        if form.finds_fault is not None:
            mine.faults[_sealed_value(record, form.finds_fault) or "other"] += 1

    def term(self, term: OpenTerm, case: Case) -> None:
        if term.state == "replaced" or not self.inside(term.closed_at or term.due_at):
            return
        mine = self.of(case)
        if term.state == "met":
            state = "in_time" if term.closed_at is not None and term.closed_at <= term.due_at else "late"
        elif term.due_at < self.now:
            state = "overdue"
        else:
            return
        setattr(mine, f"terms_{state}", getattr(mine, f"terms_{state}") + 1)
        if state != "in_time":
            mine.overdue_by_deadline[term.deadline] += 1
        if self._is_handover(term, case):
            mine.handed_over[state] += 1

    def _form(self, record: Record) -> Form | None:
        try:
            return self.shelf.get(record.pack).record(record.form)
        except (KeyError, Missing):
            return None

    def _is_handover(self, term: OpenTerm, case: Case) -> bool:
        try:
            deadlines = self.shelf.get(case.pack).deadlines
        except Missing:
            return False
        return any(each.id == term.deadline and each.counts_as == "handover" for each in deadlines)


def _sealed_value(record: Record, name: str) -> str:
    """The answer as it was sealed; what the draft holds besides counts for nothing."""
    answers = (record.content or {}).get("answers", ())
    return next((str(each["value"] or "") for each in answers if f"answers.{each['question']}" == name), "")


def _gathered(
    agency: Agency,
    found: dict[tuple[int | None, int], Figures],
    people: dict[int | None, Officer],
    units: dict[int | None, str],
) -> AgencyFigures:
    by_unit: dict[str, list[Figures]] = {}
    by_officer: dict[str, list[Figures]] = {}
    unit_names = _told_apart([(unit_id, name, "") for unit_id, name in units.items()])
    names = _told_apart([(each.id, each.name, each.certificate or "") for each in people.values()])
    for (unit_id, officer_id), each in sorted(found.items(), key=lambda item: (item[0][0] or 0, item[0][1])):
        by_unit.setdefault(unit_names.get(unit_id, ""), []).append(each)
        by_officer.setdefault(names[officer_id], []).append(each)
    return AgencyFigures(
        agency=agency.name,
        whole=_sum(found.values()),
        units={name: _sum(each) for name, each in by_unit.items()},
        officers={name: _sum(each) for name, each in by_officer.items()},
    )


def _told_apart(named: Sequence[tuple[int | None, str, str]]) -> dict[int | None, str]:
    """By number a name of its own: with the mark (a certificate's number) or else the number where names clash."""
    times = Counter(name for _, name, _ in named)
    return {each: name if times[name] == 1 else f"{name}（{mark or f'#{each}'}）" for each, name, mark in named}


def _sum(several: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in several:
        for name, value in vars(one).items():
            setattr(total, name, getattr(total, name) + value)
    return total
