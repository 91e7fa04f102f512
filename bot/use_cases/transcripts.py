"""From a recording to its draft in the chat: the job, its progress, and what is made of its result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Literal

import rfc8785
from sqlmodel import col, select

from bot.i18n import Translator, translator
from bot.jobs.queue import cancel_job, enqueue, jobs_before
from bot.screen import Screen
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.case_words import case_words, last_dialect
from bot.use_cases.draft_lines import answer_row, dialogue_rows
from bot.use_cases.spoken_answer import Proposal, propose
from bot.use_cases.transcript_history import changes_of, in_force, lines_digest
from bot.use_cases.withdraw_evidence import evidence_for
from bot.views import transcripts as view
from bot.views.moments import moment
from bot.work import Person, Work
from dialogs.packs.schema import Question
from models import ledger
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, Dictation, Evidence, Job, Officer, Record, Transcript, TranscriptLine

_KIND = "transcription"
_MOST_TOLD = 20  # of those that wait, when one has ended


async def begin_transcription(
    work: Work,
    person: Person,
    case: Case,
    evidence: Evidence,
    purpose: str,
    question_id: str,
    *,
    dialect: str | Literal["as before"] | None = "as before",
) -> Job:
    """Owe the transcription of a recording. `purpose`: answer, or dialogue (a whole interview).

    `dialect`: a lexicon's id; as before, that of the record's last recording.
    """
    if dialect == "as before":
        dialect = await last_dialect(work, evidence)
    job = await enqueue(
        work,
        _KIND,
        officer_id=person.id,
        agency_id=case.agency_id,
        record_id=evidence.record_id,
        evidence_id=evidence.id,
        arguments={
            "purpose": purpose,
            "question": question_id,
            "seconds": evidence.seconds or 0.0,
            "terms": await case_words(work, case),
            "dialect": dialect,
        },
    )
    await work.reply(person, view.progress_screen(person.t, job, evidence, await jobs_before(work.session, job)))
    return job


async def transcribe_again(work: Work, person: Person, job_id: int) -> Job:
    """Begin anew what failed or was cancelled. Raises Missing `job.unknown`, InvalidInput `job.unfinished`."""
    job = await work.session.get(Job, job_id)
    if job is None or job.officer_id != person.id or job.kind != _KIND or job.evidence_id is None:
        raise Missing("job.unknown")
    if job.state not in ("failed", "cancelled"):
        raise InvalidInput("job.unfinished")
    evidence = await evidence_for(work, person, job.evidence_id, to_change=True)
    if evidence.state == "withdrawn":
        raise Stale("evidence.withdrawn")
    await refuse_second(work, evidence)
    case = await work.session.get_one(Case, evidence.case_id)
    purpose, question = job.arguments["purpose"], job.arguments["question"]
    dialect = job.arguments.get("dialect")
    return await begin_transcription(work, person, case, evidence, purpose, question, dialect=dialect)


async def transcribe_for_dialogue(work: Work, person: Person, evidence_id: int) -> Job:
    """Make a draft of the record's dialogue from a recording sent for another question.

    Raises InvalidInput `transcript.no_dialogue` where the record asks for none.
    """
    evidence = await evidence_for(work, person, evidence_id, to_change=True)
    if evidence.state == "withdrawn":
        raise Stale("evidence.withdrawn")
    if evidence.state == "declared":
        raise InvalidInput("evidence.bytes_owed")
    record = await work.session.get(Record, evidence.record_id) if evidence.record_id else None
    question = dialogue_of(work, record) if record is not None and record.state == "draft" else None
    if question is None or evidence.kind != "recording" or evidence.seconds is None:
        raise InvalidInput("transcript.no_dialogue")
    await refuse_second(work, evidence)
    case = await work.session.get_one(Case, evidence.case_id)
    return await begin_transcription(work, person, case, evidence, "dialogue", question.id)


async def transcribe_dictation(work: Work, case: Case, dictation: Dictation, seconds: float) -> Job:
    """Owe the writing down of a line that an officer has spoken anew. Whose it is, the dictation knows.

    No job of the officer's: it has no card that moves up or could be cancelled.
    """
    return await enqueue(
        work,
        _KIND,
        officer_id=None,
        agency_id=case.agency_id,
        arguments={
            "dictation": dictation.id,
            "sound": dictation.sha256,
            "seconds": seconds,
            "terms": await case_words(work, case),
        },
    )


async def refuse_second(work: Work, evidence: Evidence) -> None:
    """A second tap must not have an hour's recording transcribed twice. Raises InvalidInput `job.unfinished`."""
    waiting = select(Job.id).where(
        col(Job.evidence_id) == evidence.id, col(Job.kind) == _KIND, col(Job.state).in_(("queued", "running"))
    )
    if (await work.session.exec(waiting.limit(1))).first() is not None:
        raise InvalidInput("job.unfinished")


def dialogue_of(work: Work, record: Record) -> Question | None:
    """The record's question for a dialogue, if it has one."""
    return next((question for question in form_of(work, record).questions if question.type == "dialogue"), None)


async def cancel_transcription(work: Work, person: Person, job_id: int) -> None:
    """Stop a transcription; the recording is kept. The card changes when the worker has let go of it."""
    job = await cancel_job(work, person, job_id)
    if job.kind != _KIND:
        raise Missing("job.unknown")
    evidence = await work.session.get_one(Evidence, job.evidence_id)
    await work.reply(person, view.progress_screen(person.t, job, evidence))


async def transcript_for(
    work: Work, person: Person, transcript_id: int, *, to_change: bool = False
) -> tuple[Transcript, Evidence]:
    """The transcript and its recording. `to_change`: it must not have been used, and its record be a draft.

    Raises Missing `transcript.unknown`, Denied `case.not_yours`, Stale `transcript.used`, `evidence.withdrawn`,
    `record.wrong_state`.
    """
    transcript = await work.session.get(Transcript, transcript_id, with_for_update=True)
    if transcript is None:
        raise Missing("transcript.unknown")
    try:
        evidence = await evidence_for(work, person, transcript.evidence_id, to_change=to_change)
    except Missing as cause:
        raise Missing("transcript.unknown") from cause
    if to_change and transcript.used:
        raise Stale("transcript.used")
    if to_change and evidence.state == "withdrawn":
        raise Stale("evidence.withdrawn")
    if to_change and transcript.record_id is not None:
        record = await work.session.get_one(Record, transcript.record_id)
        if record.state != "draft":
            raise Stale("record.wrong_state", state=record.state, wanted="draft")
    return transcript, evidence


async def lines_of(work: Work, transcript: Transcript) -> list[TranscriptLine]:
    """The draft's lines, in order."""
    found = await work.session.exec(
        select(TranscriptLine)
        .where(col(TranscriptLine.transcript_id) == transcript.id)
        .order_by(col(TranscriptLine.position))
    )
    return list(found.all())


async def proposal_of(work: Work, transcript: Transcript) -> tuple[Question, Proposal, int]:
    """A spoken answer read for its question, and the revision of the answer that stands (0: none).

    Raises Missing `transcript.unknown` when the question is gone from the record's form.
    """
    record = await work.session.get_one(Record, transcript.record_id)
    case = await work.session.get_one(Case, record.case_id)
    question = next((each for each in form_of(work, record).questions if each.id == transcript.question), None)
    if question is None:
        raise Missing("transcript.unknown")
    given = draft_of(record).answers.get(question.id)
    facts = await load_facts(work, case, record)
    line = (await lines_of(work, transcript))[0]
    found = propose(question, given, facts, line, str(transcript.evidence_id))
    return question, found, given.revision if given else 0


async def screen_of(work: Work, transcript: Transcript, evidence: Evidence, t: Translator, page: int = 0) -> Screen:
    """The card a transcript has in the chat."""
    lines = await lines_of(work, transcript)
    if not any(line.draft_text for line in lines):
        return view.silence_screen(t, transcript, evidence)
    if transcript.purpose == "dialogue":
        undoable = bool(in_force(await changes_of(work, transcript)))
        listened = await _listened(work, transcript, lines, t)
        record = await work.session.get(Record, transcript.record_id) if transcript.record_id else None
        returnable = transcript.used and record is not None and record.state == "draft"
        return view.draft_screen(
            t, transcript, evidence, lines, page, listened=listened, undoable=undoable, returnable=returnable
        )
    question, proposal, seen = await proposal_of(work, transcript)
    return view.proposal_screen(t, transcript, question, lines[0], proposal, seen)


async def names_of(work: Work, officers: Iterable[int]) -> dict[int, str]:
    """Names of officers by id."""
    found = await work.session.exec(select(Officer).where(col(Officer.id).in_(set(officers))))
    return {officer.id: officer.name for officer in found.all() if officer.id is not None}


def compared(transcript: Transcript, lines: Sequence[TranscriptLine]) -> bool:
    """Whether somebody has confirmed to have listened, and the lines still read as they did then."""
    return transcript.listened_sha256 == lines_digest((line.role, line.text) for line in lines)


async def _listened(work: Work, transcript: Transcript, lines: Sequence[TranscriptLine], t: Translator) -> str | None:
    """Who has listened to the draft as it reads, and when."""
    if transcript.listened_by is None or transcript.listened_at is None or not compared(transcript, lines):
        return None
    names = await names_of(work, [transcript.listened_by])
    return f"{names[transcript.listened_by]} {moment(t, transcript.listened_at)}"


async def transcription_progressed(work: Work, job: Job) -> None:
    """Outcome of a step: the card's bar moves."""
    evidence = await work.session.get_one(Evidence, job.evidence_id)
    if job.officer_id is not None:
        await work.tell(job.officer_id, lambda t: view.progress_screen(t, job, evidence))


async def transcription_finished(work: Work, job: Job) -> None:
    """Outcome of the job: the draft becomes rows and a card, or the card says what went wrong."""
    evidence = await work.session.get_one(Evidence, job.evidence_id)
    assert job.officer_id is not None
    await work.tell(job.officer_id, lambda t: view.progress_screen(t, job, evidence))
    await _move_up(work)
    forget_terms(job)
    if job.state != "done" or job.result is None:
        return
    transcript = await _store(work, job, evidence, job.result["transcript"])
    officer = await work.session.get_one(Officer, job.officer_id)
    screen = await screen_of(work, transcript, evidence, translator(officer.language))
    await work.tell(job.officer_id, lambda t: screen)


async def _move_up(work: Work) -> None:
    """The cards of those that wait say how many are still before them."""
    waiting = select(Job).where(col(Job.kind) == _KIND, col(Job.state) == "queued", col(Job.officer_id).is_not(None))
    for job in (await work.session.exec(waiting.order_by(col(Job.id)).limit(_MOST_TOLD))).all():
        assert job.officer_id is not None
        evidence = await work.session.get_one(Evidence, job.evidence_id)
        before = await jobs_before(work.session, job)
        await work.tell(job.officer_id, partial(view.progress_screen, job=job, evidence=evidence, before=before))


def forget_terms(job: Job) -> None:
    """Words of the case are of no use once the job has ended."""
    job.arguments = {name: value for name, value in job.arguments.items() if name != "terms"}


async def _store(work: Work, job: Job, evidence: Evidence, original: dict[str, Any]) -> Transcript:
    assert evidence.id is not None
    transcript = Transcript(
        evidence_id=evidence.id,
        record_id=evidence.record_id,
        question=job.arguments["question"],
        purpose=job.arguments["purpose"],
        original=original,
        created_at=work.now,
    )
    work.session.add(transcript)
    await work.session.flush()
    assert transcript.id is not None
    dialogue = transcript.purpose == "dialogue"
    drafted = dialogue_rows(transcript.id, original) if dialogue else [answer_row(transcript.id, original)]
    work.session.add_all(drafted)
    await work.session.flush()
    digest = hashlib.sha256(rfc8785.dumps(original)).hexdigest()
    # `of` names the recording; the draft's own hash is not that of a vault object.
    leaf = {"of": evidence.sha256, "draft_sha256": digest, "model": original["model"], "lines": len(drafted)}
    await ledger.append(
        work.session,
        "transcript.drafted",
        f"transcript:{transcript.id}",
        leaf,
        now=work.now,
        agency_id=evidence.agency_id,
        officer_id=job.officer_id,
    )
    return transcript
