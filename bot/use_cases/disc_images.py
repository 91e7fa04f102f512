"""Handing out the disc image of a submitted record once it is made and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from bot.disc_contents import DISC_FORMAT
from bot.jobs.queue import enqueue
from bot.papers import file_name
from bot.screen import Screen
from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import form_of
from bot.use_cases.dispose import owe_removal
from bot.use_cases.reading import note_access
from bot.views import disc as view
from bot.views.faults import fault_text
from bot.work import Person, Work
from models.tables import Case, Evidence, Job, Paper, Record
from models.tables.record import DISPOSED

ARCHIVIST = "archivist"


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
    if await _disposed_meanwhile(work, job.result["evidence"]):
        await _make_again(work, job, job.result["image"])
        return
    officers = officers_of(case, record)
    image, count, gone = job.result["image"], len(job.result["evidence"]), len(job.result.get("gone", ()))
    if image is None:
        for officer_id in officers:
            await work.tell(officer_id, lambda t: view.nothing_screen(t, case, form, gone))
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
        await work.tell(officer_id, lambda t: view.ready_screen(t, case, form, paper, count, name, gone))
        if view.is_large(paper):
            await work.tell(officer_id, lambda _: view.image_screen(case, form, paper, name))


async def disc_screens(work: Work, person: Person, record: Record, case: Case) -> list[Screen]:
    """The images made of the record as it stands, to be sent again; that they were is kept.

    A disc is made to be handed over and filed: whoever only reads opens single recordings instead.
    """
    found = await work.session.exec(
        select(Paper).where(
            col(Paper.record_id) == record.id,
            col(Paper.round) == record.round,
            col(Paper.format) == DISC_FORMAT,
        )
    )
    papers, form = found.all(), form_of(work, record)
    if papers and not _gets_discs(person, case, record):
        return [view.kept_back_screen(person.t, case, form)]
    name, screens = file_name(form.title, case.number, DISC_FORMAT), []
    for paper in papers:
        if paper.stage == DISPOSED:
            screens.append(view.removed_screen(person.t, case, form, paper))
            continue
        screens.append(view.image_screen(case, form, paper, name))
        await note_access(work, person.id, case, f"paper:{paper.id}")
    return screens


def _gets_discs(person: Person, case: Case, record: Record) -> bool:
    return person.id in officers_of(case, record) or ARCHIVIST in person.officer.roles


async def _disposed_meanwhile(work: Work, evidence: Sequence[int]) -> bool:
    gone = select(Evidence.id).where(col(Evidence.id).in_(evidence), col(Evidence.disposed_at).is_not(None))
    return (await work.session.exec(gone.limit(1))).first() is not None


async def _make_again(work: Work, job: Job, image: Mapping[str, Any]) -> None:
    """The image holds what was disposed of while it was made: its bytes go, another is made without that."""
    await owe_removal(work, [str(image["sha256"])], agency_id=job.agency_id, officer_id=job.officer_id)
    await enqueue(
        work,
        job.kind,
        officer_id=job.officer_id,
        agency_id=job.agency_id,
        record_id=job.record_id,
        arguments=job.arguments,
    )
