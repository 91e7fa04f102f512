"""A line corrected by speaking again: the officer's own words, written down and proposed, never evidence by themselves.

The bytes are kept only until the officer has decided on the proposal. A message that was no correction at all, but
something for the case, is one tap away from being kept as every other recording is.
"""

from __future__ import annotations

import asyncio

from sqlmodel import col, select

from bot.received import ReceivedFile, looked_into
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.dispose import owe_removal
from bot.use_cases.draft_lines import answer_row
from bot.use_cases.edit_transcript import correct_line, line_at
from bot.use_cases.keep_evidence import Arrival, look_into, to_vault
from bot.use_cases.receive_evidence import receive_evidence
from bot.use_cases.transcripts import forget_terms, transcribe_dictation, transcript_for
from bot.views import transcript_line as view
from bot.work import Person, Work
from models.errors import Missing, Stale
from models.tables import Case, Dictation, Job, Transcript

LONGEST = 60.0
"""Seconds; what takes longer is no line of a draft, and is received as any other recording."""
_OPEN = ("waiting", "heard")


async def dictate(
    work: Work, person: Person, transcript_id: int, position: int, received: ReceivedFile, key: str
) -> None:
    """Keep what was spoken and owe its being written down. Raises what `look_into` and `transcript_for` raise."""
    known = await work.session.exec(select(Dictation).where(col(Dictation.key) == key))
    if known.first() is not None:
        return
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    incoming = look_into(work, received)
    await to_vault(work, incoming)
    dictation = Dictation(
        transcript_id=transcript_id,
        position=position,
        officer_id=person.id,
        key=key,
        sha256=incoming.sha256,
        size=incoming.size,
        media_type=incoming.media_type,
        at=work.now,
    )
    work.session.add(dictation)
    await work.session.flush()
    # `sound_sha256`, not `sha256`: the leaf proves what was spoken, and does not demand that it be kept.
    leaf = {"of": evidence.sha256, "line": position, "sound_sha256": incoming.sha256}
    await work.record_change("transcript.dictated", f"transcript:{transcript_id}", leaf, person)
    case = await work.session.get_one(Case, evidence.case_id)
    await transcribe_dictation(work, case, dictation, incoming.upload.seconds or 0.0)
    conversation = await conversation_of(work, person.id)
    expect(conversation)
    work.session.add(conversation)
    await work.reply(person, view.being_written_screen(person.t, dictation, line))


async def dictation_heard(work: Work, job: Job) -> None:
    """Outcome: what was spoken is proposed as the line's text."""
    dictation = await work.session.get_one(Dictation, job.arguments["dictation"], with_for_update=True)
    forget_terms(job)
    if dictation.state != "waiting" or job.state == "cancelled":
        return
    transcript = await work.session.get_one(Transcript, dictation.transcript_id)
    line = await line_at(work, transcript, dictation.position)
    spoken = answer_row(0, job.result["transcript"]) if job.state == "done" and job.result is not None else None
    dictation.state, dictation.text = "heard", spoken.text if spoken else ""
    work.session.add(dictation)
    fault = (job.fault or "", job.fault_params) if job.state == "failed" else None
    await work.tell(dictation.officer_id, lambda t: view.dictated_screen(t, transcript, dictation, line, spoken, fault))


async def use_dictation(work: Work, person: Person, dictation_id: int) -> None:
    """The line says what was spoken. Raises Missing `transcript.unknown`, Stale `button.stale`."""
    dictation = await _open(work, person, dictation_id)
    if not dictation.text:
        raise Stale("button.stale")
    await work.reply(person, view.dictation_settled(person.t, dictation, "used"))
    await correct_line(work, person, dictation.transcript_id, dictation.position, dictation.text, way="spoken")
    await _settle(work, person, [dictation], "used")


async def decline_dictation(work: Work, person: Person, dictation_id: int) -> None:
    """The line stays as it was."""
    dictation = await _open(work, person, dictation_id)
    await _settle(work, person, [dictation], "declined")
    await work.reply(person, view.dictation_settled(person.t, dictation, "declined"))


async def keep_dictation(work: Work, person: Person, dictation_id: int) -> None:
    """It was no correction: receive it as if it had just been sent, under the number of its message."""
    dictation = await _open(work, person, dictation_id)
    dictation.state = "kept"
    work.session.add(dictation)
    await work.reply(person, view.dictation_settled(person.t, dictation, "kept"))
    conversation = await conversation_of(work, person.id)
    with work.vault.opened(dictation.sha256) as path:
        unread = ReceivedFile(path, dictation.sha256, dictation.size, "", dictation.media_type, "voice", False)
        received = await asyncio.to_thread(looked_into, unread, work.settings)
        await receive_evidence(work, person, conversation, received, Arrival(dictation.key))


async def give_up_dictations(work: Work, person: Person, transcript: Transcript) -> None:
    """What nobody decided on when the draft was used is no longer wanted."""
    found = await work.session.exec(
        select(Dictation).where(col(Dictation.transcript_id) == transcript.id, col(Dictation.state).in_(_OPEN))
    )
    await _settle(work, person, list(found.all()), "declined")


async def _open(work: Work, person: Person, dictation_id: int) -> Dictation:
    dictation = await work.session.get(Dictation, dictation_id, with_for_update=True)
    if dictation is None or dictation.officer_id != person.id:
        raise Missing("transcript.unknown")
    if dictation.state != "heard":
        raise Stale("button.stale")
    return dictation


async def _settle(work: Work, person: Person, dictations: list[Dictation], state: str) -> None:
    if not dictations:
        return
    for dictation in dictations:
        dictation.state = state
        work.session.add(dictation)
    await work.session.flush()
    gone = [dictation.sha256 for dictation in dictations]
    await owe_removal(work, gone, agency_id=person.agency.id or 0, officer_id=person.id)
