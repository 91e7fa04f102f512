"""What leaves the case's own officers bears a mark: for whom, and when. The original is never handed out instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.screen import Attachment, Screen, plain
from bot.use_cases.access import officers_of
from bot.use_cases.dispose import COPIES, owe_removal
from bot.use_cases.reading import AGAIN, note_access
from bot.views import copies as view
from bot.views.faults import fault_text
from bot.work import Work
from models.tables import Case, Evidence, Job, Officer, Paper, Record

KIND = "copy"
MADE_OF_PDF = ("pdf", "index")  # formats of papers that are PDFs
_LOOKED_AT = 100  # newest copies of a person, of which one may be the same


def gets_copies(officer_id: int, case: Case, record: Record | None = None) -> bool:
    """Whether the person is sent marked copies: everybody but the case's officers and the record's maker."""
    own = officers_of(case, record) if record is not None else (case.officer_id, case.second_officer_id)
    return officer_id not in own


async def owe_paper_copy(work: Work, officer: Officer, record: Record, case: Case, paper: Paper, name: str) -> None:
    """Owe a marked copy of a PDF. Other formats can be changed and have no copies."""
    if paper.format in MADE_OF_PDF:
        await _owe(work, officer, case, "paper", paper.sha256, name, f"paper:{paper.id}", record_id=record.id)


async def owe_case_paper_copy(work: Work, officer: Officer, case: Case, of: str, sha256: str, name: str) -> None:
    """Owe a marked copy of a PDF about a whole case: `of` its compliance or its index."""
    await _owe(work, officer, case, "paper", sha256, name, of)


async def owe_photo_copy(work: Work, officer: Officer, case: Case, evidence: Evidence) -> None:
    """Owe a marked copy of a photo, of its view with time and place where there is one."""
    sha256 = str(evidence.details.get("view") or evidence.sha256)
    name = f"{evidence.id}.jpg"
    await _owe(work, officer, case, "photo", sha256, name, f"evidence:{evidence.id}", evidence_id=evidence.id)


async def _owe(
    work: Work, officer: Officer, case: Case, of: str, sha256: str, name: str, what: str,
    *, record_id: int | None = None, evidence_id: int | None = None,
) -> None:  # fmt: skip
    """Owe a copy, unless the very same is owed still; one made a moment ago is sent again."""
    assert officer.id is not None
    lines = view.mark_lines(officer.name, work.now)
    arguments = {"of": of, "sha256": sha256, "name": name, "what": what, "case": case.id, "lines": lines}
    same = await _same(work, officer.id, arguments)
    if same is None:
        await enqueue(
            work,
            KIND,
            officer_id=officer.id,
            agency_id=case.agency_id,
            record_id=record_id,
            evidence_id=evidence_id,
            arguments=arguments,
        )
    elif same.applied:
        await _send(work, same, str(same.arguments["made"]), case)


async def _same(work: Work, officer_id: int, wanted: Mapping[str, object]) -> Job | None:
    """A job of the person for a copy of the same file: not done yet, or done within the time of one noted access."""
    found = await work.session.exec(
        select(Job)
        .where(col(Job.kind) == KIND, col(Job.officer_id) == officer_id)
        .order_by(col(Job.id).desc())
        .limit(_LOOKED_AT)
    )
    for job in found.all():
        if any(job.arguments.get(name) != wanted[name] for name in ("of", "sha256", "what", "name")):
            continue
        made, at = job.arguments.get("made"), job.arguments.get("made_at")
        if not job.applied and job.state != "cancelled":
            return job
        if made and at and datetime.fromisoformat(at) > work.now - AGAIN and work.vault.has(made):
            return job
    return None


async def copy_made(work: Work, job: Job) -> None:
    """Outcome: the copy goes to whoever asked, and the ledger knows of it. Of what is disposed of none is kept."""
    assert job.officer_id is not None
    evidence = None
    if job.evidence_id is not None:
        evidence = await work.session.get_one(Evidence, job.evidence_id, with_for_update=True)
    if evidence is not None and evidence.disposed_at is not None and job.state in ("done", "failed"):
        if job.result is not None:
            made = [str(job.result["sha256"])]
            await owe_removal(work, made, agency_id=job.agency_id, officer_id=job.officer_id)
        await work.tell(job.officer_id, lambda t: Screen("✗ " + fault_text(t, "evidence.not_here", {})))
        return
    fault, params = job.fault or "", job.fault_params
    if job.state == "failed":
        await work.tell(job.officer_id, lambda t: Screen("✗ " + fault_text(t, fault, params)))
    if job.state != "done" or job.result is None:
        return
    sha256, given = str(job.result["sha256"]), job.arguments
    if evidence is not None:  # a photo's copies go with it when it is disposed of
        evidence.details = {**evidence.details, COPIES: [*evidence.details.get(COPIES, []), sha256]}
        work.session.add(evidence)
    leaf = {"sha256": sha256, "of": given["sha256"], "for": job.officer_id, "case": given["case"]}
    await work.record_change("copy.made", str(given["what"]), leaf)
    job.arguments = {**given, "made": sha256, "made_at": work.now.isoformat()}
    work.session.add(job)
    await _send(work, job, sha256, await work.session.get_one(Case, given["case"]))


async def _send(work: Work, job: Job, sha256: str, case: Case) -> None:
    assert job.officer_id is not None
    given = job.arguments
    kind = "photo" if given["of"] == "photo" else "document"
    attachment = Attachment(kind, sha256, given["name"])  # type: ignore[arg-type]  # one of the two
    await work.tell(job.officer_id, lambda t: Screen(plain(view.copy_caption(t, given["name"])), attachment=attachment))
    await note_access(work, job.officer_id, case, str(given["what"]))
