"""Ordering and handing out papers about a whole case: its compliance check and its index."""

from __future__ import annotations

from sqlmodel import col, select

from bot.case_papers import INDEX
from bot.jobs.queue import enqueue
from bot.papers import file_name
from bot.screen import Screen
from bot.use_cases.access import case_for, officers_of
from bot.use_cases.copies import gets_copies, owe_case_paper_copy, owe_paper_copy
from bot.use_cases.made_papers import INDEX_FORMAT
from bot.use_cases.reading import note_access
from bot.views import compliance as view
from bot.views.faults import fault_text
from bot.work import Person, Work
from models.tables import Case, Job, Officer, Paper, Record

KIND = "case_paper"


async def order_case_paper(work: Work, person: Person, case_id: int, of: str) -> None:
    """Owe the person a PDF `of` the case's compliance or its index, unless it is owed already.

    Raises Missing `case.unknown`, Denied `case.not_yours`, `case.secret`.
    """
    case = await case_for(work, person, case_id)
    ordered = select(Job).where(
        col(Job.kind) == KIND, col(Job.officer_id) == person.id, ~col(Job.applied), col(Job.record_id).is_(None)
    )
    wanted = {"case": case.id, "of": of}
    if not any(wanted.items() <= job.arguments.items() for job in (await work.session.exec(ordered)).all()):
        arguments = wanted | {"at": work.now.isoformat()}
        await enqueue(work, KIND, officer_id=person.id, agency_id=case.agency_id, arguments=arguments)
    await work.reply(person, view.coming_screen(person.t, case, of))


async def owe_index(work: Work, record: Record, case: Case) -> None:
    """Have the case's index made that the sealing of a record brings with it."""
    await enqueue(
        work,
        KIND,
        officer_id=record.maker_id,
        agency_id=case.agency_id,
        record_id=record.id,
        arguments={"case": case.id, "of": INDEX, "at": work.now.isoformat()},
    )


async def case_paper_made(work: Work, job: Job) -> None:
    """Outcome of the `case_paper` job: the file to whoever asked, or to all officers when a sealing asked for it.

    Whoever asked and is no officer of the case gets a copy marked with their name and the time.
    """
    case = await work.session.get_one(Case, job.arguments["case"])
    of, fault, params = str(job.arguments["of"]), job.fault or "", job.fault_params
    people = [job.officer_id] if job.officer_id is not None else []
    if job.state == "failed":
        for officer_id in people:
            await work.tell(officer_id, lambda t: view.paper_fault_screen(t, case, of, fault_text(t, fault, params)))
    if job.state != "done" or job.result is None:
        return
    sha256, size = str(job.result["sha256"]), int(job.result["size"])
    if job.record_id is not None:
        record = await work.session.get_one(Record, job.record_id)
        people = list(officers_of(case, record))
        _keep(work, record, sha256, size)
    await work.record_change(f"{of}.made", f"case:{case.id}", {"sha256": sha256, "size": size})
    name = file_name(view.PAPERS[of], case.number, "pdf")
    for officer_id in people:
        if job.record_id is None and gets_copies(officer_id, case):
            officer = await work.session.get_one(Officer, officer_id)
            await owe_case_paper_copy(work, officer, case, of, sha256, name)
            continue
        await work.tell(officer_id, lambda t: view.paper_screen(t, case, of, sha256, name))
        await note_access(work, officer_id, case, of)


async def index_screens(work: Work, person: Person, record: Record, case: Case) -> list[Screen]:
    """The index made when the record was sealed, to be sent again; to others than its officers as a marked copy."""
    made = select(Paper).where(col(Paper.record_id) == record.id, col(Paper.format) == INDEX_FORMAT)
    found = await work.session.exec(made.order_by(col(Paper.id).desc()).limit(1))
    name = file_name(view.PAPERS[INDEX], case.number, "pdf")
    screens = []
    for paper in found.all():
        if gets_copies(person.id, case, record):
            await owe_paper_copy(work, person.officer, record, case, paper, name)
            continue
        screens.append(view.paper_screen(person.t, case, INDEX, paper.sha256, name))
        await note_access(work, person.id, case, f"paper:{paper.id}")
    return screens


def _keep(work: Work, record: Record, sha256: str, size: int) -> None:
    """What a sealing brought about stays with the record."""
    assert record.id is not None
    work.session.add(
        Paper(
            record_id=record.id,
            round=record.round,
            stage="sealed",
            format=INDEX_FORMAT,
            sha256=sha256,
            size=size,
            made_at=work.now,
        )
    )
