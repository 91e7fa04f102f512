"""What leaves the case's own officers bears a mark: for whom, and when. The original is never handed out instead."""

from __future__ import annotations

from bot.jobs.queue import enqueue
from bot.screen import Attachment, Screen, plain
from bot.use_cases.access import officers_of
from bot.use_cases.reading import note_access
from bot.views import copies as view
from bot.views.faults import fault_text
from bot.work import Person, Work
from models.tables import Case, Evidence, Job, Paper, Record

PDF = "pdf"


def gets_copies(person: Person, case: Case, record: Record | None = None) -> bool:
    """Whether the person is sent marked copies: everybody but the case's officers and the record's maker."""
    own = officers_of(case, record) if record is not None else (case.officer_id, case.second_officer_id)
    return person.id not in own


async def owe_paper_copy(work: Work, person: Person, record: Record, case: Case, paper: Paper, name: str) -> None:
    """Owe a marked copy of a PDF. Other formats can be changed and have no copies."""
    if paper.format == PDF:
        await _owe(work, person, case, "paper", paper.sha256, name, f"paper:{paper.id}", record_id=record.id)


async def owe_photo_copy(work: Work, person: Person, case: Case, evidence: Evidence) -> None:
    """Owe a marked copy of a photo, of its view with time and place where there is one."""
    sha256 = str(evidence.details.get("view") or evidence.sha256)
    name = f"{evidence.id}.jpg"
    await _owe(work, person, case, "photo", sha256, name, f"evidence:{evidence.id}", evidence_id=evidence.id)


async def _owe(
    work: Work, person: Person, case: Case, of: str, sha256: str, name: str, what: str,
    *, record_id: int | None = None, evidence_id: int | None = None,
) -> None:  # fmt: skip
    lines = view.mark_lines(person.officer.name, work.now)
    arguments = {"of": of, "sha256": sha256, "name": name, "what": what, "case": case.id, "lines": lines}
    await enqueue(
        work,
        "copy",
        officer_id=person.id,
        agency_id=case.agency_id,
        record_id=record_id,
        evidence_id=evidence_id,
        arguments=arguments,
    )


async def copy_made(work: Work, job: Job) -> None:
    """Outcome: the copy goes to whoever asked, and the ledger knows of it."""
    assert job.officer_id is not None
    fault, params = job.fault or "", job.fault_params
    if job.state == "failed":
        await work.tell(job.officer_id, lambda t: Screen("✗ " + fault_text(t, fault, params)))
    if job.state != "done" or job.result is None:
        return
    sha256, given = str(job.result["sha256"]), job.arguments
    if job.evidence_id is not None:  # a photo's copies go with it when it is disposed of
        evidence = await work.session.get_one(Evidence, job.evidence_id, with_for_update=True)
        evidence.details = {**evidence.details, "copies": [*evidence.details.get("copies", []), sha256]}
        work.session.add(evidence)
    leaf = {"sha256": sha256, "of": given["sha256"], "for": job.officer_id, "case": given["case"]}
    await work.record_change("copy.made", str(given["what"]), leaf)
    kind = "photo" if given["of"] == "photo" else "document"
    attachment = Attachment(kind, sha256, given["name"])  # type: ignore[arg-type]  # one of the two
    await work.tell(job.officer_id, lambda t: Screen(plain(view.copy_caption(t, given["name"])), attachment=attachment))
    case = await work.session.get_one(Case, given["case"])
    await note_access(work, job.officer_id, case, str(given["what"]))
