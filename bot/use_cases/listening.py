"""Hearing a moment of a recording again: an extract of it, made by a job and kept beside the original as its view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.screen import Screen
from bot.use_cases.dispose import EXTRACTS, owe_removal
from bot.use_cases.edit_transcript import line_at
from bot.use_cases.reading import note_access
from bot.use_cases.transcripts import lines_of, transcript_for
from bot.views import listening as view
from bot.views.faults import fault_text
from bot.work import Person, Work
from models.errors import InvalidInput, Missing
from models.tables import Case, Evidence, Job, Transcript

KIND = "extract"
MARGIN = 0.5  # seconds around a line: its first and last sound must not be cut
STEP = 5.0  # seconds that 'a bit earlier' goes back
MOST_STEPS = 12


async def hear_line(work: Work, person: Person, transcript_id: int, position: int, earlier: int = 0) -> None:
    """Send what the line was written from, begun `earlier` steps before it. Raises InvalidInput `evidence.not_here`."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    await line_at(work, transcript, position)
    await _hear(work, person, transcript, evidence, {"line": position, "earlier": min(earlier, MOST_STEPS)})


async def hear_next(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Send the next line that was not left out; after the last one the draft is shown."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    following = await _following(work, transcript, position)
    if following is None:
        await work.reply(person, view.heard_all_screen(person.t, transcript))
        return
    await _hear(work, person, transcript, evidence, {"line": following, "earlier": 0})


async def show_removed(work: Work, person: Person, transcript_id: int, page: int) -> None:
    """What the machine left out as an invention, with the reasons."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    await work.reply(person, view.removed_screen(person.t, transcript, evidence, page))


async def hear_removed(work: Work, person: Person, transcript_id: int, index: int) -> None:
    """Send the moment of something left out. Raises Missing `transcript.no_such_line`."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    if index >= len(transcript.original["removed"]):
        raise Missing("transcript.no_such_line", line=index + 1)
    await _hear(work, person, transcript, evidence, {"removed": index})


async def extract_made(work: Work, job: Job) -> None:
    """Outcome: noted beside the recording and sent to the chat that asked. Of what is disposed of nothing is kept."""
    evidence = await work.session.get_one(Evidence, job.evidence_id, with_for_update=True)
    made = str(job.result["sha256"]) if job.result is not None else None
    if made is not None and evidence.disposed_at is not None:
        await owe_removal(work, [made], agency_id=job.agency_id, officer_id=job.officer_id)
    fault, params = job.fault or "", job.fault_params
    if evidence.disposed_at is not None:
        fault, params = "evidence.not_here", {}
    elif job.state == "done" and made is not None:
        evidence.details = {
            **evidence.details,
            EXTRACTS: {**evidence.details.get(EXTRACTS, {}), job.arguments["span"]: made},
        }
        work.session.add(evidence)
    asking = [each for each in await work.chats_of(job.officer_id or 0) if _chat(each) == job.arguments.get("chat")]
    for person in asking:
        if fault:
            await work.reply(person, Screen("✗ " + fault_text(person.t, fault, params)))
        elif made is not None:
            transcript = await work.session.get_one(Transcript, job.arguments["transcript"])
            await _send(work, person, transcript, evidence, job.arguments, made)


async def _hear(
    work: Work, person: Person, transcript: Transcript, evidence: Evidence, what: Mapping[str, Any]
) -> None:
    if evidence.state == "declared" or evidence.disposed_at is not None:
        raise InvalidInput("evidence.not_here")
    case = await work.session.get_one(Case, evidence.case_id)
    await note_access(work, person.id, case, f"evidence:{evidence.id}")
    made = await _owe(work, person, transcript, evidence, what, chat=_chat(person))
    if made is not None:
        await _send(work, person, transcript, evidence, what, made)


async def _owe(
    work: Work,
    person: Person,
    transcript: Transcript,
    evidence: Evidence,
    what: Mapping[str, Any],
    *,
    chat: list[Any] | None,
) -> str | None:
    """The extract's SHA-256 where it was made before; else its making is owed, unless this chat waits for it already.

    chat: where it is to be sent; None to have it ready.
    """
    start, end = await _seconds(work, transcript, what)
    span = f"{start:.2f}-{end:.2f}"
    made = evidence.details.get(EXTRACTS, {}).get(span)
    if made is not None and work.vault.has(made):
        return str(made)
    waiting = await work.session.exec(
        select(Job).where(col(Job.evidence_id) == evidence.id, col(Job.kind) == KIND, ~col(Job.applied))
    )
    owed = [job.arguments["chat"] for job in waiting.all() if job.arguments["span"] == span]
    if chat in owed or (owed and chat is None):
        return None
    arguments = {
        **what,
        "transcript": transcript.id,
        "span": span,
        "chat": chat,
        "of": evidence.sha256,
        "start": start,
        "end": end,
        "seconds": end - start,
        "title": view.title(person.t, evidence.id or 0, start, end),
    }
    await enqueue(
        work,
        KIND,
        officer_id=person.id,
        agency_id=evidence.agency_id,
        record_id=evidence.record_id,
        evidence_id=evidence.id,
        arguments=arguments,
    )
    return None


async def _seconds(work: Work, transcript: Transcript, what: Mapping[str, Any]) -> tuple[float, float]:
    if "removed" in what:
        part = transcript.original["removed"][what["removed"]]
        start, end = part["start"], part["end"]
    else:
        line = await line_at(work, transcript, what["line"])
        start, end = line.start - STEP * what["earlier"], line.end
    return max(0.0, start - MARGIN), min(end + MARGIN, transcript.original["duration"])


async def _send(
    work: Work, person: Person, transcript: Transcript, evidence: Evidence, what: Mapping[str, Any], made: str
) -> None:
    """The extract with its line; the next line's is made meanwhile, so that going on needs no waiting."""
    start, end = await _seconds(work, transcript, what)
    if "removed" in what:
        await work.reply(
            person, view.removed_extract(person.t, transcript, evidence, what["removed"], start, end, made)
        )
        return
    line = await line_at(work, transcript, what["line"])
    await work.reply(
        person,
        view.extract_screen(person.t, transcript, evidence, line, start, end, made, earlier=what["earlier"]),
    )
    following = await _following(work, transcript, line.position)
    if following is not None:
        await _owe(work, person, transcript, evidence, {"line": following, "earlier": 0}, chat=None)


async def _following(work: Work, transcript: Transcript, position: int) -> int | None:
    lines = await lines_of(work, transcript)
    return next((line.position for line in lines if line.position > position and line.text), None)


def _chat(person: Person) -> list[Any]:
    """As JSON keeps it."""
    return [person.transport, person.chat_id]
