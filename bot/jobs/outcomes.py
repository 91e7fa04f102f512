"""What each kind of job means to people once it moves or ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.jobs.results import Outcome
from bot.screen import Screen
from bot.use_cases.case_papers import case_paper_made
from bot.use_cases.copies import copy_made
from bot.use_cases.dictation import dictation_heard
from bot.use_cases.disc_images import disc_image_made
from bot.use_cases.listening import extract_made
from bot.use_cases.papers import papers_made
from bot.use_cases.photo_views import photo_view_made
from bot.use_cases.reports import report_made
from bot.use_cases.transcripts import transcription_finished, transcription_progressed
from bot.views.faults import fault_text
from bot.work import Work
from models.tables import Job

Step = Callable[[Work, Job], Awaitable[None]]


async def _nothing(work: Work, job: Job) -> None:
    """Quick work shows no progress."""


async def _paper(work: Work, job: Job) -> None:
    if job.state == "done":
        await papers_made(work, job)
    elif job.state == "failed" and job.officer_id is not None:
        await work.tell(job.officer_id, lambda t: Screen("✗ " + fault_text(t, job.fault or "", job.fault_params)))


async def _transcription(work: Work, job: Job) -> None:
    await (dictation_heard if "dictation" in job.arguments else transcription_finished)(work, job)


async def _transcribing(work: Work, job: Job) -> None:
    if "dictation" not in job.arguments:
        await transcription_progressed(work, job)


@dataclass(frozen=True)
class Steps(Outcome):
    finished: Step
    progressed: Step = _nothing

    async def on_progress(self, work: Work, job: Job) -> None:
        await self.progressed(work, job)

    async def on_finished(self, work: Work, job: Job) -> None:
        await self.finished(work, job)


OUTCOMES: Mapping[str, Outcome] = {
    "transcription": Steps(_transcription, _transcribing),
    "paper": Steps(_paper),
    "watermark": Steps(photo_view_made),
    "disc_image": Steps(disc_image_made),
    "case_paper": Steps(case_paper_made),
    "copy": Steps(copy_made),
    "report": Steps(report_made),
    "extract": Steps(extract_made),
    "disposal": Steps(_nothing),  # all was said when the decision was sealed
}
