"""Using a draft: the officer confirms having listened, the record takes the lines, and may give them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from bot.use_cases.access import record_for
from bot.use_cases.answer_question import answer_question, draft_of
from bot.use_cases.compare_transcript import pairs
from bot.use_cases.dictation import give_up_dictations
from bot.use_cases.edit_transcript import OTHER
from bot.use_cases.interview_recording import attach_interview
from bot.use_cases.transcript_history import Altered, alter, lines_digest
from bot.use_cases.transcripts import compared, lines_of, proposal_of, screen_of, transcript_for
from bot.views import listening as listening_view
from bot.views import transcripts as view
from bot.work import Person, Work
from dialogs.questions.dialogue import stored_lines
from dialogs.values import AddLines, Answer, Choose, Line, RemoveLines, Text
from models.errors import InvalidInput, Missing, Stale
from models.tables import Evidence, Transcript, TranscriptLine

_LINES_NAMED = 10


async def confirm_listened(work: Work, person: Person, transcript_id: int, *, then_use: bool) -> None:
    """The officer's word: heard the recording, and compared it with the lines as they read now.

    Raises InvalidInput `transcript.roles_unknown` (lines, count): what is not decided cannot have been compared.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    lines = await lines_of(work, transcript)
    _decided(lines)
    if not compared(transcript, lines):
        transcript.listened_by, transcript.listened_at = person.id, work.now
        transcript.listened_sha256 = lines_digest((line.role, line.text) for line in lines)
        work.session.add(transcript)
        leaf = {"of": evidence.sha256, "text_sha256": transcript.listened_sha256, "lines": len(lines)}
        await work.record_change("transcript.listened", f"transcript:{transcript.id}", leaf, person)
    if then_use:
        await use_transcript(work, person, transcript_id, 0)
    else:
        await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def use_transcript(work: Work, person: Person, transcript_id: int, seen: int) -> bool:
    """Give the transcript to its record as an answer. False when the record did not take it (the person was told).

    A dialogue is not taken before somebody has listened to it as it reads now; that is asked first.
    `seen`: revision of the answer that stood when the card was shown. Raises InvalidInput `transcript.empty`,
    `transcript.roles_unknown` (lines), and what `transcript_for` and `record_for` raise.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    if transcript.record_id is None or transcript.question is None:
        raise Missing("transcript.unknown")
    record, _ = await record_for(work, person, transcript.record_id, to_change=True, state="draft")
    lines = await lines_of(work, transcript)
    sent = await _input(work, transcript, evidence, lines)
    if transcript.purpose == "dialogue" and not compared(transcript, lines):
        await work.reply(person, listening_view.listened_screen(person.t, transcript, evidence))
        return False
    # Lines only ever add to a dialogue; anything else replaces what the person saw, and nothing newer.
    expects = None if isinstance(sent, AddLines) else seen
    answer = Answer(transcript.question, sent, str(person.id), expects=expects)
    if transcript.purpose == "dialogue":
        await attach_interview(work, person, record, answer, evidence)
    if not await answer_question(work, person, transcript.record_id, answer):
        return False
    transcript.used = True
    work.session.add(transcript)
    await give_up_dictations(work, person, transcript)
    digest = lines_digest((line.role, line.text) for line in lines)
    leaf = {"of": evidence.sha256, "text_sha256": digest, "record": transcript.record_id}
    await work.record_change("transcript.used", f"transcript:{transcript.id}", leaf, person)
    await work.reply(person, view.used_screen(person.t, transcript))
    return True


async def take_back(work: Work, person: Person, transcript_id: int) -> None:
    """Take a used draft's lines out of the record again, to correct them here. What was changed there comes along.

    Raises Stale `transcript.not_used`, `record.wrong_state` once the record's text is fixed.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id)
    if not transcript.used or transcript.purpose != "dialogue":
        raise Stale("transcript.not_used")
    assert transcript.record_id is not None and transcript.question is not None
    record, _ = await record_for(work, person, transcript.record_id, to_change=True, state="draft")
    given = draft_of(record).answers.get(transcript.question)
    final = stored_lines(given.value if given else None)
    lines = [line for line in await lines_of(work, transcript) if line.text]
    found = pairs(transcript, lines, final)
    indexes = tuple(index for _, index in found if index is not None)
    if indexes:
        sent = RemoveLines(indexes)
        if not await answer_question(
            work, person, transcript.record_id, Answer(transcript.question, sent, str(person.id))
        ):
            return
    transcript.used = False
    work.session.add(transcript)
    leaf = {"of": evidence.sha256, "record": transcript.record_id}
    await work.record_change("transcript.taken_back", f"transcript:{transcript.id}", leaf, person)
    changed = [
        Altered(line, line.role, "") if index is None else Altered(
            line, str(final[index]["role"]), str(final[index]["text"])
        )
        for line, index in found
    ]  # fmt: skip
    await alter(work, person, transcript, changed, "record")
    await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def _input(
    work: Work, transcript: Transcript, evidence: Evidence, lines: Sequence[TranscriptLine]
) -> Text | Choose | AddLines:
    if transcript.purpose == "answer":
        _, proposal, _ = await proposal_of(work, transcript)
        if proposal.input is None:
            raise InvalidInput("transcript.no_answer")
        return proposal.input
    _decided(lines)
    return AddLines(
        tuple(
            Line(cast(Literal["question", "answer"], line.role), line.text, str(evidence.id), line.start, line.end)
            for line in lines
            if line.text
        )
    )


def _decided(lines: Sequence[TranscriptLine]) -> None:
    said = [line for line in lines if line.text]
    if not said:
        raise InvalidInput("transcript.empty")
    unknown = [line.position + 1 for line in said if line.role not in OTHER]
    if unknown:
        raise InvalidInput("transcript.roles_unknown", lines=unknown[:_LINES_NAMED], count=len(unknown))
