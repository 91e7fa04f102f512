"""What is overdue in the agency, for those who see to it: filtered, page by page, down to one term's card."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from bot.use_cases.access import case_for
from bot.use_cases.case_compliance import compliance_of, names_in
from bot.use_cases.deadlines import page_of_terms
from bot.use_cases.events import deadline_of
from bot.use_cases.overseeing import require_overseer
from bot.use_cases.reading import note_access, readable_cases
from bot.use_cases.reckoning import changes_of
from bot.use_cases.secrecy import SECRECY, secret_to
from bot.views import deadlines as list_view
from bot.views import overdue as view
from bot.work import Person, Work
from dialogs.packs.schema import Pack
from models.errors import Missing
from models.tables import UNREACHED, Case, CaseFact, Officer, OpenTerm, RungSent, Unit, Urging

_WORD = re.compile(r"(?:u(?P<unit>\d{1,9}))?(?:k(?P<kind>[0-9a-f]{8}))?(?:o(?P<officer>\d{1,9}))?")


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to. `unit` 0: cases of no unit. `kind`: see `kind_mark`."""

    unit: int | None = None
    kind: str | None = None
    officer: int | None = None

    @property
    def word(self) -> str:
        """As it stands in a button."""
        parts = (("u", self.unit), ("k", self.kind), ("o", self.officer))
        return "".join(f"{letter}{value}" for letter, value in parts if value is not None) or "-"

    @classmethod
    def of(cls, word: str) -> Filter:
        """From a button; what cannot be read narrows nothing."""
        found = _WORD.fullmatch(word)
        if found is None:
            return cls()
        unit, kind, officer = found["unit"], found["kind"], found["officer"]
        return cls(int(unit) if unit else None, kind, int(officer) if officer else None)

    def without(self, dimension: str) -> Filter:
        return self.having(dimension, None)

    def having(self, dimension: str, value: int | str | None) -> Filter:
        return replace(self, **{dimension: value})  # type: ignore[arg-type]


def kind_mark(deadline: str) -> str:
    """Names a kind of deadline in a button, where its id might be too long."""
    return hashlib.sha256(deadline.encode()).hexdigest()[:8]


async def list_overdue(
    work: Work, person: Person, *, page: int = 0, stamp: str = "", chosen: Filter | None = None
) -> None:
    """What is overdue of the cases the person may find, longest first. Raises Denied `role.required`."""
    await require_overseer(work, person)
    chosen = chosen or Filter()
    wanted = await _wanted(work, person, chosen)
    items, page, total = await page_of_terms(work, person, wanted, page)
    shown = view.Shown(
        page, total, stamp or f"{int(work.now.timestamp() * 1000):x}", chosen.word, await _names(work, person, chosen)
    )
    await work.reply(person, view.overdue_page(person.t, items, shown, work.now))


async def offer_filter(
    work: Work, person: Person, dimension: str, *, page: int = 0, stamp: str = "", chosen: Filter | None = None
) -> None:
    """By what the list can be narrowed in one dimension (unit, kind, officer), with how much there is of each."""
    await require_overseer(work, person)
    chosen = (chosen or Filter()).without(dimension)
    choices = [
        view.Choice(chosen.having(dimension, value).word, name, count)
        for value, name, count in await _values(work, person, dimension, chosen)
    ]
    await work.reply(person, view.filter_page(person.t, dimension, choices, page=page, stamp=stamp, back=chosen.word))


async def show_term(work: Work, person: Person, term_id: int) -> None:
    """One term with what was done about it, and how its case stands before the regulation.

    Raises Denied `role.required`, `case.not_yours`, `case.secret`; Missing `deadline.unknown`.
    """
    term, case, pack = await term_for(work, person, term_id)
    found = await compliance_of(work, case)
    await note_access(work, person.id, case, "compliance")
    officers = [await work.session.get(Officer, each) for each in (case.officer_id, case.second_officer_id) if each]
    card = view.TermCard(
        list_view.Listed(pack, deadline_of(pack, term.deadline), term, case, officers[0].name if officers[0] else ""),
        tuple(each.name for each in officers if each),
        await _reminded(work, term),
        await changes_of(work, term),
        await _urgings(work, term),
        found,
        await names_in(work, found),
    )
    await work.reply(person, view.term_screen(person.t, card, work.now))


async def term_for(work: Work, person: Person, term_id: int, *, lock: bool = False) -> tuple[OpenTerm, Case, Pack]:
    """A term the person may see to.

    Raises Denied `role.required`, Missing `deadline.unknown`, and what `case_for` raises.
    """
    await require_overseer(work, person)
    term = await work.session.get(OpenTerm, term_id, with_for_update=lock)
    if term is None or term.agency_id != person.agency.id:
        raise Missing("deadline.unknown")
    case = await case_for(work, person, term.case_id)
    return term, case, work.shelf.get(case.pack)


async def overdue_here(work: Work, person: Person) -> list[ColumnElement[bool]]:
    """Overdue terms of the cases the person may find; for a statement that joins term and case."""
    return [
        col(OpenTerm.agency_id) == person.agency.id,
        col(OpenTerm.state) == "open",
        col(OpenTerm.due_at) <= work.now,
        await readable_cases(work, person),
    ]


async def _wanted(work: Work, person: Person, chosen: Filter) -> list[ColumnElement[bool]]:
    wanted = await overdue_here(work, person)
    if chosen == Filter():
        return wanted
    # Of a secret case only the number is shown: that it answers to a filter would already tell more.
    wanted.append(col(Case.id).not_in(await _hidden(work, person)))
    if chosen.unit is not None:
        wanted.append(col(Case.unit_id) == chosen.unit if chosen.unit else col(Case.unit_id).is_(None))
    if chosen.kind is not None:
        kinds = await work.session.exec(_grouped(OpenTerm.deadline, await overdue_here(work, person)))
        wanted.append(col(OpenTerm.deadline).in_([each for each, _ in kinds.all() if kind_mark(each) == chosen.kind]))
    if chosen.officer is not None:
        wanted.append(col(Case.officer_id) == chosen.officer)
    return wanted


async def _hidden(work: Work, person: Person) -> set[int]:
    """Cases with something overdue whose secrecy the person may not open."""
    marked = select(CaseFact.case_id).where(col(CaseFact.name) == SECRECY)
    found = await work.session.exec(
        select(Case)
        .join(OpenTerm, col(OpenTerm.case_id) == col(Case.id))
        .where(*await overdue_here(work, person), col(Case.id).in_(marked))
        .distinct()
    )
    return await secret_to(work, person, found.all())


def _grouped(column: Any, wanted: Sequence[ColumnElement[bool]]) -> Any:
    joined = select(column, func.count()).select_from(OpenTerm).join(Case, col(Case.id) == col(OpenTerm.case_id))
    return joined.where(*wanted).group_by(column)


async def _values(
    work: Work, person: Person, dimension: str, chosen: Filter
) -> list[tuple[int | str | None, str, int]]:
    """What stands to choose: its value, its name, and how many terms there are of it, most first."""
    column = {"unit": Case.unit_id, "kind": OpenTerm.deadline, "officer": Case.officer_id}[dimension]
    wanted = [*await _wanted(work, person, chosen), col(Case.id).not_in(await _hidden(work, person))]
    counted = [tuple(each) for each in (await work.session.exec(_grouped(column, wanted))).all()]
    found: list[tuple[int | str | None, str, int]] = []
    for value, count in counted:
        if dimension == "kind":
            found.append((kind_mark(value), _kind_title(work, person, value), count))
        else:
            found.append((value or 0, await _name(work, person, dimension, value), count))
    return sorted(found, key=lambda each: (-each[2], each[1]))


async def _names(work: Work, person: Person, chosen: Filter) -> tuple[tuple[str, str], ...]:
    """(dimension, name) of what the list is narrowed to."""
    names = []
    if chosen.unit is not None:
        names.append(("unit", await _name(work, person, "unit", chosen.unit)))
    if chosen.kind is not None:
        terms = select(OpenTerm.deadline).where(col(OpenTerm.agency_id) == person.agency.id).distinct()
        kinds = [each for each in (await work.session.exec(terms)).all() if kind_mark(each) == chosen.kind]
        names.append(("kind", _kind_title(work, person, kinds[0]) if kinds else "—"))
    if chosen.officer is not None:
        names.append(("officer", await _name(work, person, "officer", chosen.officer)))
    return tuple(names)


async def _name(work: Work, person: Person, dimension: str, value: int | None) -> str:
    """A unit's or officer's name; another agency's stays unknown."""
    if not value:
        return view.no_unit(person.t)
    row: Unit | Officer | None
    if dimension == "unit":
        row = await work.session.get(Unit, value)
    else:
        row = await work.session.get(Officer, value)
    return row.name if row is not None and row.agency_id == person.agency.id else "—"


def _kind_title(work: Work, person: Person, deadline: str) -> str:
    known = {each.id: each.title for each in work.shelf.newest(person.agency.pack).deadlines}
    return known.get(deadline, deadline)


async def _reminded(work: Work, term: OpenTerm) -> tuple[view.Told, ...]:
    """Who was reminded of the term how often, and when last."""
    found = await work.session.exec(
        select(Officer.name, func.count(func.distinct(RungSent.rung)), func.max(RungSent.queued_at))
        .join(Officer, col(Officer.id) == col(RungSent.officer_id))
        .where(col(RungSent.term_id) == term.id, col(RungSent.channel) != UNREACHED)
        .group_by(col(Officer.id), col(Officer.name))
        .order_by(col(Officer.id))
    )
    return tuple(view.Told(name, count, at) for name, count, at in found.all())


async def _urgings(work: Work, term: OpenTerm) -> tuple[view.Urged, ...]:
    """The last three, the newest last."""
    found = await work.session.exec(
        select(Urging, Officer.name)
        .join(Officer, col(Officer.id) == col(Urging.officer_id))
        .where(col(Urging.term_id) == term.id)
        .order_by(col(Urging.id).desc())
        .limit(3)
    )
    return tuple(view.Urged(name, each.at, each.message) for each, name in reversed(found.all()))
