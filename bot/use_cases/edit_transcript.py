"""Correcting a draft line by line. Everything can be undone until it is used; the draft stays beside."""

from __future__ import annotations

from dataclasses import replace

from bot.line_marks import standing
from bot.use_cases.access import conversation_of, expect
from bot.use_cases.transcript_history import Altered, alter, changes_of, in_force, undo_line, undo_step
from bot.use_cases.transcripts import lines_of, names_of, proposal_of, screen_of, transcript_for
from bot.views import transcript_line as view
from bot.work import Person, Work
from dialogs.values import AddLines
from models.errors import InvalidInput, Missing, Stale
from models.tables import Transcript, TranscriptLine

MODE = "correct_transcript"
_LONGEST_LINE = 2000
OTHER = {"question": "answer", "answer": "question"}


async def show_transcript(work: Work, person: Person, transcript_id: int, page: int = 0) -> None:
    """The draft (or proposal) card."""
    transcript, evidence = await transcript_for(work, person, transcript_id)
    await work.reply(person, await screen_of(work, transcript, evidence, person.t, page))


async def show_line(work: Work, person: Person, transcript_id: int, position: int, *, moved: bool = False) -> None:
    """One line with all that can be done to it. moved: at the end of the chat."""
    transcript, _ = await transcript_for(work, person, transcript_id)
    await _show(work, person, transcript, await line_at(work, transcript, position), moved=moved)


async def show_history(work: Work, person: Person, transcript_id: int, position: int, page: int) -> None:
    """How a line came to read as it does, newest first."""
    transcript, _ = await transcript_for(work, person, transcript_id)
    line = await line_at(work, transcript, position)
    changes = await changes_of(work, transcript, position)
    names = await names_of(work, (change.officer_id for change in changes))
    await work.reply(person, view.history_screen(person.t, transcript, line, changes, names, page))


async def ask_correction(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """The person's next text, or voice message, is what the line should say."""
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, transcript=transcript_id, line=position)
    work.session.add(conversation)
    await work.reply(person, view.correction_prompt(person.t, line))


async def correct_line(
    work: Work, person: Person, transcript_id: int, position: int, text: str, *, way: str = "typed"
) -> None:
    """Put `text` in place of the line's. Raises InvalidInput `transcript.line_too_long` (length, limit)."""
    text = " ".join(text.split())
    if len(text) > _LONGEST_LINE:
        raise InvalidInput("transcript.line_too_long", length=len(text), limit=_LONGEST_LINE)
    if not text:
        raise InvalidInput("answer.empty")
    await _change(work, person, transcript_id, position, way, text=text, moved=True)


async def set_role(work: Work, person: Person, transcript_id: int, position: int, role: str) -> None:
    """Say who speaks a line. `role`: question, answer."""
    await _change(work, person, transcript_id, position, "role", role=role)


async def swap_role(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Question becomes answer and the other way about; a line of unknown role becomes a question."""
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=True)
    role = (await line_at(work, transcript, position)).role
    if transcript.purpose == "answer" and not role:
        _, proposal, _ = await proposal_of(work, transcript)
        role = proposal.input.lines[0].role if isinstance(proposal.input, AddLines) else ""
    await set_role(work, person, transcript_id, position, OTHER.get(role, "question"))


async def delete_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Leave the line out of what is used; it can be restored."""
    await _change(work, person, transcript_id, position, "left_out", text="")


async def restore_line(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """The line as the machine first gave it."""
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    await _change(work, person, transcript_id, position, "restored", text=line.draft_text, role=line.draft_role)


async def take_heard_form(work: Work, person: Person, transcript_id: int, position: int, index: int) -> None:
    """What was really heard in place of what the machine made of it. Raises Stale `button.stale`."""
    await _put_for_mark(work, person, transcript_id, position, index, "changes", "heard")


async def take_term(work: Work, person: Person, transcript_id: int, position: int, index: int) -> None:
    """A proposed term of the case in place of what was heard. Raises Stale `button.stale`."""
    await _put_for_mark(work, person, transcript_id, position, index, "proposals", "term")


async def _put_for_mark(
    work: Work, person: Person, transcript_id: int, position: int, index: int, marks: str, name: str
) -> None:
    transcript, _ = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    for number, mark, start, end in standing(line, getattr(line, marks)):
        if number == index:
            text = line.text[:start] + mark[name] + line.text[end:]
            await _change(work, person, transcript_id, position, name, text=text)
            return
    raise Stale("button.stale")  # it was taken already, or corrected otherwise


async def undo(work: Work, person: Person, transcript_id: int, position: int) -> None:
    """Take back the last change of a line."""
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    await undo_line(work, person, transcript, line)
    if transcript.purpose == "answer":
        await work.reply(person, await screen_of(work, transcript, evidence, person.t))
    else:
        await _show(work, person, transcript, line)


async def undo_last(work: Work, person: Person, transcript_id: int) -> None:
    """Take back the last thing done to the draft, on however many lines."""
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    await undo_step(work, person, transcript, await lines_of(work, transcript))
    await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def swap_all_roles(work: Work, person: Person, transcript_id: int) -> None:
    """For a draft that took the officer for the other person throughout; lines of unknown role become questions.

    What was not heard stays as it is: an officer has to listen who spoke.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    heard = [line for line in await lines_of(work, transcript) if not line.unheard or line.role in OTHER]
    altered = [Altered(line, OTHER.get(line.role, "question"), line.text) for line in heard]
    await alter(work, person, transcript, altered, "all")
    await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def set_voice_role(work: Work, person: Person, transcript_id: int, voice: str, role: str) -> None:
    """Say what one voice does in all of its turns: ask (question) or answer. Raises Missing `transcript.no_voice`."""
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    turns = [line for line in await lines_of(work, transcript) if line.speaker == voice]
    if not turns:
        raise Missing("transcript.no_voice", voice=voice)
    await alter(work, person, transcript, [Altered(line, role, line.text) for line in turns], "voice")
    await work.reply(person, await screen_of(work, transcript, evidence, person.t))


async def line_at(work: Work, transcript: Transcript, position: int) -> TranscriptLine:
    """Raises Missing `transcript.no_such_line` (line, from 1)."""
    for line in await lines_of(work, transcript):
        if line.position == position:
            return line
    raise Missing("transcript.no_such_line", line=position + 1)


async def _show(
    work: Work, person: Person, transcript: Transcript, line: TranscriptLine, *, moved: bool = False
) -> None:
    changes = await changes_of(work, transcript, line.position)
    lines = await lines_of(work, transcript)
    undoable = bool(in_force(changes))
    card = view.line_screen(person.t, transcript, line, lines, changes=len(changes), undoable=undoable)
    await work.reply(person, replace(card, moved=moved))


async def _change(
    work: Work,
    person: Person,
    transcript_id: int,
    position: int,
    way: str,
    *,
    text: str | None = None,
    role: str | None = None,
    moved: bool = False,
) -> None:
    """Change a line and show it (or, for a spoken answer, the proposal made anew).

    `moved`: by a message below the card, which the card then follows; what is tapped changes it where it stands.
    """
    transcript, evidence = await transcript_for(work, person, transcript_id, to_change=True)
    line = await line_at(work, transcript, position)
    altered = Altered(line, line.role if role is None else role, line.text if text is None else text)
    await alter(work, person, transcript, [altered], way)
    if transcript.purpose == "answer":
        card = await screen_of(work, transcript, evidence, person.t)
        await work.reply(person, replace(card, moved=moved))
    else:
        await _show(work, person, transcript, line, moved=moved)
