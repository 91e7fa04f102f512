"""Handing out the papers of a record once they are made."""

from __future__ import annotations

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.use_cases.access import officers_of, record_for
from bot.use_cases.answer_question import form_of
from bot.use_cases.ask_opinion import ask_opinion
from bot.use_cases.case_papers import index_screens
from bot.use_cases.copies import gets_copies, owe_paper_copy
from bot.use_cases.disc_images import disc_screens
from bot.use_cases.made_papers import paper_screen, papers_of
from bot.use_cases.reading import note_access
from bot.views import prompts
from bot.work import Person, Work
from models.errors import Stale
from models.tables import Case, Job, Paper, Record


async def papers_made(work: Work, job: Job) -> None:
    """Take the files of a finished paper job: rows, messages to the officers, and the approver's turn."""
    record = await work.session.get_one(Record, job.record_id)
    if job.arguments["round"] != record.round or job.result is None:
        return  # returned and frozen anew meanwhile: these papers are of a text that no longer stands
    case = await work.session.get_one(Case, record.case_id)
    stage = str(job.arguments["stage"])
    assert record.id is not None
    for file in job.result["files"]:
        work.session.add(
            Paper(
                record_id=record.id,
                round=record.round,
                stage=stage,
                format=file["format"],
                sha256=file["sha256"],
                size=file["size"],
                made_at=work.now,
            )
        )
    await work.session.flush()
    await work.record_change(
        "paper.made",
        f"record:{record.id}",
        {"stage": stage, "files": {file["format"]: file["sha256"] for file in job.result["files"]}},
    )
    for officer_id in officers_of(case, record):
        for paper in await papers_of(work, record, stage):
            await work.tell(officer_id, lambda _, paper=paper: paper_screen(work, record, paper))  # type: ignore[misc]
            await note_access(work, officer_id, case, f"paper:{paper.id}")
    await ask_opinion(work, record, case, form_of(work, record))


async def send_papers(work: Work, person: Person, record_id: int) -> None:
    """Send the newest papers, and what else was made of the record, again to the person who asks.

    Whoever is no officer of the case gets copies of the PDFs, marked with their name and the time.
    Papers that could not be made are ordered anew. Raises Stale `record.wrong_state`.
    """
    record, case = await record_for(work, person, record_id)
    if record.state not in ("frozen", "sealed"):
        raise Stale("record.wrong_state", state=record.state)
    papers = await papers_of(work, record, record.state)
    if not papers and form_of(work, record).paper:
        await _order_again(work, person, record)
        await work.reply(person, prompts.papers_coming(person.t))
        papers = await papers_of(work, record, "frozen")
    for paper in papers:
        screen = paper_screen(work, record, paper)
        if gets_copies(person.id, case, record) and screen.attachment is not None:
            await owe_paper_copy(work, person.officer, record, case, paper, screen.attachment.name)
            continue
        await work.reply(person, screen)
        await note_access(work, person.id, case, f"paper:{paper.id}")
    for screen in await disc_screens(work, person, record, case) + await index_screens(work, person, record, case):
        await work.reply(person, screen)


async def _order_again(work: Work, person: Person, record: Record) -> None:
    """Owe the papers once more, unless they are owed still."""
    ordered = await work.session.exec(select(Job).where(col(Job.record_id) == record.id, col(Job.kind) == "paper"))
    if any(not job.applied for job in ordered.all()):
        return
    await enqueue(
        work,
        "paper",
        officer_id=person.id,
        agency_id=record.agency_id,
        record_id=record.id,
        arguments={"stage": record.state, "round": record.round},
    )
