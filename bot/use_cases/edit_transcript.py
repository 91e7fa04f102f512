"""Correcting a draft line by line, and using it. Everything can be undone until it is used; the draft stays beside."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Literal, cast

from bot.use_cases.access import conversation_of, expect, record_for
from bot.use_cases.answer_question import answer_question
from bot.use_cases.interview_recording import attach_interview
from bot.use_cases.reading import note_access
from bot.use_cases.transcripts import lines_of, proposal_of, screen_of, transcript_for
from bot.views import transcripts as view
from bot.work import Person, Work
from dialogs.values import AddLines, Answer, Choose, Line, Text
from models.errors import InvalidInput, Missing
from models.tables import Case, Evidence, Transcript, TranscriptLine

MODE = "correct_transcript"
_LONGEST_LINE = 2000
_LINES_NAMED = 10
_OTHER = {"question": "answer", "answer": "question"}


async def show_transcript(work: Work, person: Person, transcript_id: int, page: int = 0) -> None:
    """The draft (or proposal) card."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    await work.reply(person, await screen_of(work, transcript, evidence, person.t, page))


async def show_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """One line with all that can be done to it."""
    transcript, line = await _line(work, person, transcript_id, position)
    await work.reply(person, view.line_screen(person.t, transcript, line))


async def compare(work: Work, person: Person, transcript_id: int, page: int) -> None:
    """The machine's draft beside the corrected text, changed lines only."""
    transcript, _ = await transcript_for(work, person, transcript_id)
    await work.reply(person, view.compare_screen(person.t, transcript, await lines_of(work, transcript), page))


async def hear_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Send the recording with the time to listen at."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    line = await _at(work, transcript, position)
    await work.reply(person, view.hear_screen(person.t, evidence, line))
    case = await work.session.get_one(Case, evidence.case_id)
    await note_access(work, person.id, case, f"evidence:{evidence.id}")


async def ask_correction(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """The person's next text is what the line should say."""
    _, line = await _line(work, person, transcript_id, position, to_change=True)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, transcript=transcript_id, line=position)
    work.session.add(conversation)
    await work.reply(person, view.correction_prompt(person.t, line))


async def correct_line(work: Work, person: Person, transcript_id: int, position: int, text: str) -> None:
    """Put `text` in place of the line's. Raises InvalidInput `transcript.line_too_long` (length, limit)."""
    text = " ".join(text.split())
    if len(text) > _LONGEST_LINE:
        raise InvalidInput("transcript.line_too_long", length=len(text), limit=_LONGEST_LINE)
    if not text:
        raise InvalidInput("answer.empty")
    await _change(work, person, transcript_id, position, text=text, written=True)


async def swap_role(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Question becomes answer and the other way about; a line of unknown role becomes a question."""
    transcript, line = await _line(work, person, transcript_id, position, to_change=True)
    role = line.role
    if transcript.purpose == "answer" and not role:
        _, proposal, _ = await proposal_of(work, transcript)
        role = proposal.input.lines[0].role if isinstance(proposal.input, AddLines) else ""
    await _change(work, person, transcript_id, position, role=_OTHER.get(role, "question"))


async def delete_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Leave the line out of what is used; it can be restored."""
    await _change(work, person, transcript_id, position, text="")


async def restore_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """The line as the machine first gave it."""
    _, line = await _line(work, person, transcript_id, position, to_change=True)
    await _change(work, person, transcript_id, position, text=line.draft_text, role=line.draft_role)


async def swap_all_roles(work: Work, person: Person, transcript_id: int) -> None:
    """For a draft that took the officer for the other person throughout; lines of unknown role become questions."""
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    for line in await lines_of(work, transcript):
        await _store(work, person, transcript, line, line.text, _OTHER.get(line.role, "question"))
    await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def use_transcript(work: Work, person: Person, transcript_id: int, seen: int) -> bool:
    """Give the transcript to its record as an answer. False when the record did not take it (the person was told).

    `seen`: revision of the answer that stood when the card was shown. Raises InvalidInput `transcript.empty`,
    `transcript.roles_unknown` (lines), and what `transcript_for` and `record_for` raise.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    if transcript.record_id is None or transcript.question is None:
        raise Missing("transcript.unknown")
    record, _ = await record_for(work, person, transcript.record_id, to_change=True, state="draft")
    sent = await _input(work, transcript, evidence)
    # Lines only ever add to a dialogue; anything else replaces what the person saw, and nothing newer.
    expects = None if isinstance(sent, AddLines) else seen
    answer = Answer(transcript.question, sent, str(person.id), expects=expects)
    if transcript.purpose == "dialogue":
        await attach_interview(work, person, record, answer, evidence)
    if not await answer_question(work, person, transcript.record_id, answer):
        return False
    transcript.used = True
    work.session.add(transcript)
    lines = [line.text for line in await lines_of(work, transcript)]
    leaf = {"of": evidence.sha256, "text_sha256": _digest("\n".join(lines)), "record": transcript.record_id}
    await work.record_change("transcript.used", f"transcript:{transcript.id}", leaf, person)
    await work.reply(person, view.used_screen(person.t, transcript))
    return True


async def _input(work: Work, transcript: Transcript, evidence: Evidence) -> Text | Choose | AddLines:
    if transcript.purpose == "answer":
        _, proposal, _ = await proposal_of(work, transcript)
        if proposal.input is None:
            raise InvalidInput("transcript.no_answer")
        return proposal.input
    lines = [line for line in await lines_of(work, transcript) if line.text]
    if not lines:
        raise InvalidInput("transcript.empty")
    unknown = [line.position + 1 for line in lines if line.role not in _OTHER]
    if unknown:
        raise InvalidInput("transcript.roles_unknown", lines=unknown[:_LINES_NAMED], count=len(unknown))
    return AddLines(
        tuple(
            Line(cast(Literal["question", "answer"], line.role), line.text, str(evidence.id), line.start, line.end)
            for line in lines
        )
    )


async def _line(
    work: Work, person: Person, transcript_id: int, position: int, *, to_change: bool = False
) -> tuple[Transcript, TranscriptLine]:
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=to_change)
    return transcript, await _at(work, transcript, position)


async def _at(work: Work, transcript: Transcript, position: int) -> TranscriptLine:
    for line in await lines_of(work, transcript):
        if line.position == position:
            return line
    raise Missing("transcript.no_such_line", line=position + 1)


async def _change(
    work: Work,
    person: Person,
    transcript_id: int,
    position: int,
    *,
    text: str | None = None,
    role: str | None = None,
    written: bool = False,
) -> None:
    """Change a line and show it (or, for a spoken answer, the proposal made anew).

    `written`: by a message below the card, which the card then follows; what is tapped changes it where it stands.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    line = await _at(work, transcript, position)
    await _store(
        work, person, transcript, line, line.text if text is None else text, line.role if role is None else role
    )
    card = (
        await screen_of(work, transcript, evidence, person.t)
        if transcript.purpose == "answer"
        else view.line_screen(person.t, transcript, line)
    )
    await work.reply(person, replace(card, moved=written))


async def _store(
    work: Work, person: Person, transcript: Transcript, line: TranscriptLine, text: str, role: str
) -> None:
    leaf = {"line": line.position, "role": role, "was_sha256": _digest(line.text), "text_sha256": _digest(text)}
    line.text, line.role = text, role
    line.corrected_by, line.corrected_at = person.id, work.now
    work.session.add(line)
    await work.record_change("transcript.corrected", f"transcript:{transcript.id}", leaf, person)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
