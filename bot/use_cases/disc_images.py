"""Handing out the disc image of a submitted record once it is made and read back."""

from __future__ import annotations

from sqlmodel import col, select

from bot.papers import file_name
from bot.screen import Screen
from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.reading import note_access
from bot.views import disc as view
from bot.views.faults import fault_text
from bot.work import Work
from models.tables import Case, Job, Paper, Record

DISC_FORMAT = "iso"


async def disc_image_made(work: Work, job: Job) -> None:
    """Outcome of the `disc_image` job: row, leaf, and the image with what to do with it to the officers."""
    record = await work.session.get_one(Record, job.record_id)
    case = await work.session.get_one(Case, record.case_id)
    form = form_of(work, record)
    if job.state == "failed" and job.officer_id is not None:
        fault, params = job.fault or "", job.fault_params
        await work.tell(job.officer_id, lambda t: view.fault_screen(t, case, form, fault_text(t, fault, params)))
    if job.state != "done" or job.result is None or job.arguments["round"] != record.round:
        return  # frozen anew meanwhile: that round has an image of its own
    officers = officers_of(case, record)
    image, count = job.result["image"], len(job.result["evidence"])
    if image is None:
        for officer_id in officers:
            await work.tell(officer_id, lambda t: view.nothing_screen(t, case, form))
        return
    assert record.id is not None
    paper = Paper(
        record_id=record.id,
        round=record.round,
        stage="frozen",
        format=DISC_FORMAT,
        sha256=image["sha256"],
        size=image["size"],
        made_at=work.now,
    )
    work.session.add(paper)
    leaf = image | {"round": record.round, "evidence": job.result["evidence"]}
    await work.record_change("disc.made", f"record:{record.id}", leaf)
    name = file_name(form.title, case.number, DISC_FORMAT)
    await work.session.flush()
    for officer_id in officers:
        await note_access(work, officer_id, case, f"paper:{paper.id}")
        await work.tell(officer_id, lambda t: view.ready_screen(t, case, form, paper, count, name))
        if view.is_large(paper):
            await work.tell(officer_id, lambda _: view.image_screen(case, form, paper, name))


async def disc_screens(work: Work, record: Record, case: Case) -> list[Screen]:
    """The images made of the record as it stands, to be sent again."""
    found = await work.session.exec(
        select(Paper).where(
            col(Paper.record_id) == record.id,
            col(Paper.round) == record.round,
            col(Paper.format) == DISC_FORMAT,
        )
    )
    form = form_of(work, record)
    name = file_name(form.title, case.number, DISC_FORMAT)
    return [view.image_screen(case, form, paper, name) for paper in found.all()]
