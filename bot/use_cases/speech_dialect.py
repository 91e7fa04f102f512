"""A draft made anew for the dialect that is spoken: named by the officer, suggested from the draft's own words."""

from __future__ import annotations

from bot.use_cases.transcripts import begin_transcription, lines_of, refuse_second, transcript_for
from bot.views.speech_dialect import STANDARD, dialects_screen
from bot.work import Person, Work
from models.errors import Missing
from models.tables import Case, Job
from transcribe.dialects import lexicon, lexicons, suggest


async def show_dialects(work: Work, person: Person, transcript_id: int) -> None:
    """The dialects to choose from, and what the draft itself suggests. Raises what `transcript_for` raises."""
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=True)
    known = lexicons(work.settings.lexicons)
    text = "\n".join(line.draft_text for line in await lines_of(work, transcript))
    await work.reply(person, dialects_screen(person.t, transcript, known, suggest(text, known)))


async def transcribe_in(work: Work, person: Person, transcript_id: int, dialect: str) -> Job:
    """Transcribe the recording again as `dialect` (STANDARD: none); the record's next recordings follow.

    The draft that stands is kept with its corrections until another is used. Raises Missing `dialect.unknown`,
    InvalidInput `job.unfinished`, and what `transcript_for` raises.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    if transcript.question is None:
        raise Missing("transcript.unknown")
    if dialect != STANDARD:
        lexicon(dialect, lexicons(work.settings.lexicons))
    await refuse_second(work, evidence)
    case = await work.session.get_one(Case, evidence.case_id)
    chosen = None if dialect == STANDARD else dialect
    return await begin_transcription(
        work, person, case, evidence, transcript.purpose, transcript.question, dialect=chosen
    )
