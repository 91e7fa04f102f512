"""Handing out the papers of a record once they are made."""

from __future__ import annotations

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.papers import file_name
from bot.screen import Attachment, Screen, plain
from bot.use_cases.access import officers_of, record_for
from bot.use_cases.answer_question import form_of
from bot.use_cases.disc_images import DISC_FORMAT, disc_screens
from bot.use_cases.review_record import ask_opinion
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
        for screen in await _screens(work, record, stage):
            await work.tell(officer_id, lambda t, screen=screen: screen)  # type: ignore[misc]
    if stage == "frozen" and record.state == "frozen":
        form = form_of(work, record)
        for step in form.review[:1]:
            for officer in await work.with_role(record.agency_id, step.by):
                for screen in (await _screens(work, record, stage))[:1]:
                    assert officer.id is not None
                    await work.tell(officer.id, lambda t, screen=screen: screen)  # type: ignore[misc]
        await ask_opinion(work, record, case, form)


async def send_papers(work: Work, person: Person, record_id: int) -> None:
    """Send the newest papers, and what else was made of the record, again to the person who asks.

    Papers that could not be made are ordered anew. Raises Stale `record.wrong_state`.
    """
    record, case = await record_for(work, person, record_id)
    if record.state not in ("frozen", "sealed"):
        raise Stale("record.wrong_state", state=record.state)
    papers = await _screens(work, record, record.state)
    if not papers and form_of(work, record).paper:
        await _order_again(work, person, record)
        await work.reply(person, prompts.papers_coming(person.t))
        papers = await _screens(work, record, "frozen")
    for screen in papers + await disc_screens(work, record, case):
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


async def _screens(work: Work, record: Record, stage: str) -> list[Screen]:
    form = form_of(work, record)
    found = await work.session.exec(
        select(Paper)
        .where(
            col(Paper.record_id) == record.id,
            col(Paper.round) == record.round,
            col(Paper.stage) == stage,
            col(Paper.format) != DISC_FORMAT,
        )
        .order_by(col(Paper.format).desc())
    )
    return [
        Screen(
            plain(f"{form.title} {record.number or ''}"),
            attachment=Attachment("document", paper.sha256, file_name(form.title, record.number, paper.format)),
        )
        for paper in found.all()
    ]
