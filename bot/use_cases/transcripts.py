"""From a recording to its draft in the chat: the job, its progress, and what is made of its result."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import rfc8785
from sqlmodel import col, select

from bot.i18n import Translator, translator
from bot.jobs.queue import cancel_job, enqueue, jobs_before
from bot.screen import Screen
from bot.use_cases.answer_question import draft_of, form_of
from bot.use_cases.case_facts import load_facts
from bot.use_cases.spoken_answer import Proposal, joined, propose
from bot.use_cases.withdraw_evidence import evidence_for
from bot.views import transcripts as view
from bot.work import Person, Work
from dialogs.packs.schema import Question
from models import ledger
from models.errors import InvalidInput, Missing, Stale
from models.tables import Case, Evidence, Job, Officer, Record, Transcript, TranscriptLine
from transcribe.question_answer import lines as drafted_lines
from transcribe.transcript import Segment, uncertain
from transcribe.transcript import Transcript as Draft

_KIND = "transcription"
_LONGEST_TERM = 20
_MOST_TOLD = 20  # of those that wait, when one has ended


async def begin_transcription(
    work: Work, person: Person, case: Case, evidence: Evidence, purpose: str, question_id: str
) -> Job:
    """Owe the transcription of a recording. `purpose`: answer, or dialogue (a whole interview)."""
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
            "terms": await _terms(work, case),
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
    await _refuse_second(work, evidence)
    case = await work.session.get_one(Case, evidence.case_id)
    return await begin_transcription(work, person, case, evidence, job.arguments["purpose"], job.arguments["question"])


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
    await _refuse_second(work, evidence)
    case = await work.session.get_one(Case, evidence.case_id)
    return await begin_transcription(work, person, case, evidence, "dialogue", question.id)


async def _refuse_second(work: Work, evidence: Evidence) -> None:
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
    """The transcript and its recording. `to_change`: it must not have been used.

    Raises Missing `transcript.unknown`, Denied `case.not_yours`, Stale `transcript.used`, `evidence.withdrawn`.
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
        return view.draft_screen(t, transcript, evidence, lines, page)
    question, proposal, seen = await proposal_of(work, transcript)
    return view.proposal_screen(t, transcript, question, lines[0], proposal, seen)


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
    job.arguments = {name: value for name, value in job.arguments.items() if name != "terms"}
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
    drafted = (
        _dialogue(transcript.id, original) if transcript.purpose == "dialogue" else _answer(transcript.id, original)
    )
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


def _dialogue(transcript_id: int, original: dict[str, Any]) -> list[TranscriptLine]:
    return [
        TranscriptLine(
            transcript_id=transcript_id,
            position=position,
            start=line.start,
            end=line.end,
            draft_role=line.role,
            draft_text=line.text,
            role=line.role,
            text=line.text,
            uncertain=[list(span) for span in line.uncertain],
            dialect=[word.to_json() for word in line.dialect],
        )
        for position, line in enumerate(drafted_lines(Draft.from_json(original)))
    ]


def _answer(transcript_id: int, original: dict[str, Any]) -> list[TranscriptLine]:
    """One line: a voice message is one person's answer. Its role '' means: whose turn it is."""
    found = Draft.from_json(original).segments
    text, spans = joined((segment.text, _doubtful(segment)) for segment in found)
    words = {word.term: word.to_json() for segment in found for word in segment.dialect}
    return [
        TranscriptLine(
            transcript_id=transcript_id,
            position=0,
            start=found[0].start if found else 0.0,
            end=found[-1].end if found else 0.0,
            draft_role="",
            draft_text=text,
            role="",
            text=text,
            uncertain=spans,
            dialect=list(words.values()),
        )
    ]


def _doubtful(segment: Segment) -> list[tuple[int, int]]:
    """Spans are of the words joined; where those do not spell the text, no span is better than a wrong one."""
    return uncertain(segment.words) if "".join(word.text for word in segment.words) == segment.text else []


async def _terms(work: Work, case: Case) -> list[str]:
    """Words speech is likely to hold: names and places of the case, the officers, the pack's own words."""
    facts = await load_facts(work, case, None)
    values = [value for value in facts.case.values() if isinstance(value, str)]
    people = [officer.name for officer in facts.officers]
    words = [*values, *people, str(facts.agency.get("name", "")), *work.shelf.get(case.pack).terms]
    return [word for word in dict.fromkeys(words) if 2 <= len(word) <= _LONGEST_TERM and not word.isascii()]
