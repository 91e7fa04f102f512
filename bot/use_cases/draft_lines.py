"""The machine's draft as rows to be read and corrected: what was heard, and what was not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from models.tables import TranscriptLine
from transcribe.question_answer import LONGEST_PAUSE, Line, lines, whole
from transcribe.transcript import Skipped
from transcribe.transcript import Transcript as Draft

UNHEARD = "[听不清]"  # as transcripts of questioning write speech that could not be made out


def dialogue_rows(transcript_id: int, original: dict[str, Any]) -> list[TranscriptLine]:
    """The lines of an interview. Speech without text has a line of its own, so that an officer listens and decides."""
    draft = Draft.from_json(original)
    heard = [_row(transcript_id, line, line.role) for line in lines(draft)]
    rows = [*heard, *_unheard(transcript_id, draft.coverage.skipped, heard)]
    rows.sort(key=lambda row: (row.start, row.end))
    for position, row in enumerate(rows):
        row.position = position
    return rows


def answer_row(transcript_id: int, original: dict[str, Any]) -> TranscriptLine:
    """One line: a voice message is one person's answer. Its role '' means: whose turn it is."""
    line = whole(Draft.from_json(original)) or Line(0.0, 0.0, "unknown", "", (), ())
    return _row(transcript_id, line, "")


def _row(transcript_id: int, line: Line, role: str) -> TranscriptLine:
    return TranscriptLine(
        transcript_id=transcript_id,
        position=0,
        start=line.start,
        end=line.end,
        speaker=line.speaker,
        draft_role=role,
        draft_text=line.text,
        role=role,
        text=line.text,
        uncertain=[list(span) for span in line.uncertain],
        dialect=[word.to_json() for word in line.dialect],
        changes=[asdict(change) for change in line.changes],
        proposals=[asdict(proposal) for proposal in line.proposals],
        figures=[asdict(figure) for figure in line.figures],
    )


def _unheard(transcript_id: int, skipped: Sequence[Skipped], heard: Sequence[TranscriptLine]) -> list[TranscriptLine]:
    """A line for each stretch without text; those with only a pause between them share one."""
    joined: list[Skipped] = []
    for part in sorted(skipped, key=lambda each: each.start):
        before = joined[-1] if joined else None
        apart = before is None or part.start - before.end > LONGEST_PAUSE
        if before is None or apart or any(before.end <= row.start <= part.start for row in heard):
            joined.append(part)
        else:
            reason = before.reason if before.reason == part.reason else "no_text"
            joined[-1] = Skipped(before.start, part.end, reason)
    return [
        TranscriptLine(
            transcript_id=transcript_id,
            position=0,
            start=part.start,
            end=part.end,
            draft_role="unknown",
            draft_text=UNHEARD,
            role="unknown",
            text=UNHEARD,
            unheard=part.reason,
        )
        for part in joined
    ]
