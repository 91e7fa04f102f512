"""Every change of a draft's lines: kept with who, when, before and after; each can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from bot.work import Person, Work
from models.errors import Stale
from models.tables import Transcript, TranscriptChange, TranscriptLine

UNDONE = "undone"


@dataclass(frozen=True)
class Altered:
    """A line and how it shall read. `undoes`: the change that is taken back by it."""

    line: TranscriptLine
    role: str
    text: str
    undoes: int | None = None


async def alter(work: Work, person: Person, transcript: Transcript, altered: Sequence[Altered], way: str) -> None:
    """Change lines in one step, and keep how they read before. What would change nothing leaves no trace."""
    real = [each for each in altered if (each.role, each.text) != (each.line.role, each.line.text)]
    if not real:
        return
    last = select(func.max(TranscriptChange.step)).where(col(TranscriptChange.transcript_id) == transcript.id)
    step = ((await work.session.exec(last)).one() or 0) + 1
    # The leaf proves the texts without holding them: personal text must stay disposable.
    leaf = {
        "step": step,
        "way": way,
        "lines": [each.line.position for each in real],
        "was_sha256": lines_digest((each.line.role, each.line.text) for each in real),
        "text_sha256": lines_digest((each.role, each.text) for each in real),
    }
    for each in real:
        line = each.line
        work.session.add(
            TranscriptChange(
                transcript_id=line.transcript_id,
                position=line.position,
                step=step,
                way=way,
                was_role=line.role,
                was_text=line.text,
                role=each.role,
                text=each.text,
                officer_id=person.id,
                at=work.now,
                undoes=each.undoes,
            )
        )
        line.role, line.text = each.role, each.text
        work.session.add(line)
    await work.session.flush()
    await work.record_change("transcript.corrected", f"transcript:{transcript.id}", leaf, person)


async def changes_of(work: Work, transcript: Transcript, position: int | None = None) -> list[TranscriptChange]:
    """All changes in order, or those of one line."""
    query = select(TranscriptChange).where(col(TranscriptChange.transcript_id) == transcript.id)
    if position is not None:
        query = query.where(col(TranscriptChange.position) == position)
    return list((await work.session.exec(query.order_by(col(TranscriptChange.id)))).all())


def in_force(changes: Sequence[TranscriptChange]) -> list[TranscriptChange]:
    """Changes that were not taken back, without the acts of taking back."""
    undone = {each.undoes for each in changes}
    return [each for each in changes if each.undoes is None and each.id not in undone]


async def undo_line(work: Work, person: Person, transcript: Transcript, line: TranscriptLine) -> None:
    """Take back the last change of one line. Raises Stale `transcript.nothing_to_undo`."""
    await _undo(work, person, transcript, in_force(await changes_of(work, transcript, line.position))[-1:], [line])


async def undo_step(work: Work, person: Person, transcript: Transcript, lines: Sequence[TranscriptLine]) -> None:
    """Take back the last step, on all of the lines it changed. Raises Stale `transcript.nothing_to_undo`."""
    standing = in_force(await changes_of(work, transcript))
    last = max((each.step for each in standing), default=0)
    await _undo(work, person, transcript, [each for each in standing if each.step == last], lines)


async def _undo(
    work: Work,
    person: Person,
    transcript: Transcript,
    changes: Sequence[TranscriptChange],
    lines: Sequence[TranscriptLine],
) -> None:
    if not changes:
        raise Stale("transcript.nothing_to_undo")
    by_position = {line.position: line for line in lines}
    back = [Altered(by_position[each.position], each.was_role, each.was_text, each.id) for each in changes]
    await alter(work, person, transcript, back, UNDONE)


def lines_digest(lines: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (role, text) of lines in order."""
    return hashlib.sha256("\n".join(f"{role}\t{text}" for role, text in lines).encode()).hexdigest()
