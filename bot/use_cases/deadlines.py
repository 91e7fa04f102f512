"""The list of running terms: a person's own, or those of the cases they read. What is overdue: `overdue`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from bot.use_cases.events import deadline_of
from bot.use_cases.own_terms import in_stead_of, own_cases
from bot.use_cases.reading import readable_cases
from bot.use_cases.secrecy import secret_to
from bot.use_cases.ways import ending_of
from bot.views import deadlines as view
from bot.work import Person, Work
from models.tables import Case, Officer, OpenTerm


async def list_deadlines(work: Work, person: Person, *, page: int = 0, stamp: str = "") -> None:
    """Running terms of the person's cases, most urgent first, and of those of the people they stand in for; of the
    cases they may read for all others."""
    person.require("officer", "reviewer", "legal_reviewer", "approver", "head", "supervisor", "archivist")
    wanted = [col(OpenTerm.agency_id) == person.agency.id, col(OpenTerm.state) == "open"]
    if "officer" in person.officer.roles:
        wanted.append(await own_cases(work, person.officer))
    else:
        wanted.append(await readable_cases(work, person))
    items, page, total = await page_of_terms(work, person, wanted, page)
    stamp = stamp or f"{int(work.now.timestamp() * 1000):x}"
    screen = view.deadlines_page(person.t, items, page=page, total=total, stamp=stamp, now=work.now)
    await work.reply(person, screen)


async def page_of_terms(
    work: Work, person: Person, wanted: Sequence[ColumnElement[bool]], page: int
) -> tuple[list[view.Listed | view.Secret], int, int]:
    """(lines, the page that is there, how many terms in all), most urgent first; of a secret case the number only."""
    joined = select(func.count()).select_from(OpenTerm).join(Case, col(Case.id) == col(OpenTerm.case_id))
    total = (await work.session.exec(joined.where(*wanted))).one()
    page = max(0, min(page, (total - 1) // view.PAGE))
    found = await work.session.exec(
        select(OpenTerm, Case, Officer)
        .join(Case, col(Case.id) == col(OpenTerm.case_id))
        .join(Officer, col(Officer.id) == col(Case.officer_id))
        .where(*wanted)
        .order_by(col(OpenTerm.due_at), col(OpenTerm.id))
        .limit(view.PAGE)
        .offset(page * view.PAGE)
    )
    rows = found.all()
    secret = await secret_to(work, person, [case for _, case, _ in rows])
    items = [await _listed(work, person, *row) if row[1].id not in secret else view.Secret(row[1]) for row in rows]
    return items, page, total


async def _listed(work: Work, person: Person, term: OpenTerm, case: Case, officer: Officer) -> view.Listed:
    """A term as a line of a list."""
    pack = work.shelf.get(case.pack)
    replaced = await work.session.exec(
        select(OpenTerm.deadline).where(
            col(OpenTerm.case_id) == case.id,
            col(OpenTerm.state) == "replaced",
            col(OpenTerm.closed_by) == term.opened_by,
            col(OpenTerm.closed_at) == term.opened_at,
            col(OpenTerm.subject) == term.subject,
        )
    )
    known = {each.id: each.title for each in pack.deadlines}  # the case may have moved to a version without the former
    titles = tuple(known.get(each, each) for each in replaced.all())
    deadline = deadline_of(pack, term.deadline)
    ending = await ending_of(work, person, case, pack, deadline)
    stead = await in_stead_of(work, person.officer, case)
    return view.Listed(pack, deadline, term, case, officer.name, titles, ending, stead)
