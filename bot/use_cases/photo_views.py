"""The view of a photo with time and place on it: noted beside the original and shown in the chat."""

from __future__ import annotations

from bot.i18n import Translator
from bot.jobs.queue import enqueue
from bot.screen import Screen
from bot.use_cases.dispose import owe_removal
from bot.views import evidence as view
from bot.views.faults import fault_text
from bot.work import Work
from models import ledger
from models.tables import Evidence, Job


async def photo_view_made(work: Work, job: Job) -> None:
    """Outcome of the `watermark` job.

    Of a photo disposed of meanwhile nothing is kept; what a disposal of the same picture took away is made again.
    """
    evidence = await work.session.get_one(Evidence, job.evidence_id, with_for_update=True)
    files = [str(job.result[name]) for name in ("view", "thumbnail")] if job.result is not None else []
    if evidence.disposed_at is not None:
        if files:
            await owe_removal(work, files, agency_id=job.agency_id, officer_id=job.officer_id)
        return
    if job.state == "done" and not all(work.vault.has(sha256) for sha256 in files):
        await enqueue(
            work,
            job.kind,
            officer_id=job.officer_id,
            agency_id=job.agency_id,
            record_id=job.record_id,
            evidence_id=job.evidence_id,
            arguments=job.arguments,
        )
        return
    if job.state == "done" and job.result is not None:
        made, small = str(job.result["view"]), str(job.result["thumbnail"])
        evidence.details = {**evidence.details, "view": made, "thumbnail": small}
        work.session.add(evidence)
        # `sha256` and `image` both name vault objects, so that verification knows the two files.
        await ledger.append(
            work.session,
            "evidence.view_made",
            f"evidence:{evidence.id}",
            {"sha256": made, "image": small, "of": evidence.sha256},
            now=work.now,
            agency_id=evidence.agency_id,
            officer_id=job.officer_id,
        )

    def screen(t: Translator) -> Screen:
        if job.state == "done":
            return view.photo_view_screen(t, evidence, str(evidence.details["view"]))
        assert evidence.id is not None
        return view.photo_view_fault_screen(t, evidence.id, fault_text(t, job.fault or "", job.fault_params))

    if job.officer_id is not None and job.state != "cancelled":
        await work.tell(job.officer_id, screen)
