"""The machine's first draft beside what became of it: the draft as corrected, or the record's own text once used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlmodel import col, select

from bot.use_cases.access import record_for
from bot.use_cases.answer_question import draft_of
from bot.use_cases.reading import note_access
from bot.use_cases.record_versions import versions_up_to
from bot.use_cases.transcripts import lines_of, transcript_for
from bot.views import comparison as view
from bot.views.comparison import Compared
from bot.work import Person, Work
from dialogs.questions.dialogue import stored_lines
from models.errors import Missing
from models.tables import Officer, Record, Transcript, TranscriptLine

_FIXED = ("frozen", "sealed")
Stored = dict[str, Any]


async def compare(work: Work, person: Person, transcript_id: int, page: int) -> None:
    """One recording's draft. Once it is used, what counts is how the record reads, which may have changed since."""
    transcript, _ = await transcript_for(work, person, transcript_id)
    lines = await lines_of(work, transcript)
    record = None
    if transcript.used and transcript.record_id is not None and transcript.question is not None:
        record = await work.session.get_one(Record, transcript.record_id)
        rows, _ = _against(transcript, lines, final_lines(record, transcript.question))
    else:
        rows = [_row(transcript, line, line.role, line.text) for line in lines]
    card = view.comparison_screen(person.t, rows, page, record, turning=f"tdiff:{transcript.id}", draft=transcript.id)
    await work.reply(person, card)


async def compare_record(work: Work, person: Person, record_id: int, page: int) -> None:
    """All drafts that a record was made from, beside its text; lines written by hand are told as such.

    Raises Missing `transcript.none` when it was made from no recording.
    """
    record, case = await record_for(work, person, record_id)
    used = await transcripts_of(work, record)
    if not used:
        raise Missing("transcript.none")
    rows: list[Compared] = []
    for question in dict.fromkeys(str(each.question) for each in used):
        final = final_lines(record, question)
        open_ones = set(range(len(final)))
        for transcript in (each for each in used if each.question == question):
            found, taken = _against(transcript, await lines_of(work, transcript), final)
            rows += found
            open_ones -= taken
        rows += [
            Compared(None, None, None, "", "", str(final[index]["role"]), str(final[index]["text"]))
            for index in sorted(open_ones)
        ]
    card = view.comparison_screen(person.t, rows, page, record, turning=f"tcmp:{record.id}")
    await work.reply(person, card)
    await note_access(work, person.id, case, f"record:{record.id}")


async def transcripts_of(work: Work, record: Record) -> list[Transcript]:
    """Drafts of interviews that the record, or a version it goes back to, has used; in order."""
    found = await work.session.exec(
        select(Transcript)
        .where(
            col(Transcript.record_id).in_(await versions_up_to(work.session, record)),
            col(Transcript.purpose) == "dialogue",
            col(Transcript.used),
        )
        .order_by(col(Transcript.id))
    )
    return list(found.all())


async def listening_told(work: Work, record: Record) -> list[Stored]:
    """Who compared which draft with its recording, as it goes into the record's text: JSON, one entry a recording.

    `changed_after`: lines that read otherwise in the record than they did when this was confirmed.
    """
    told = []
    for transcript in await transcripts_of(work, record):
        if transcript.listened_by is None or transcript.listened_at is None:
            continue
        lines = [line for line in await lines_of(work, transcript) if line.text]
        final = final_lines(record, str(transcript.question))
        found = pairs(transcript, lines, final)
        if not any(index is not None for _, index in found):
            continue  # none of it is in the record any more
        changed = sum(
            index is None or (final[index]["role"], final[index]["text"]) != (line.role, line.text)
            for line, index in found
        )
        officer = await work.session.get_one(Officer, transcript.listened_by)
        told.append(
            {
                "recording": transcript.evidence_id,
                "by": officer.name,
                "at": transcript.listened_at.astimezone(UTC).isoformat(),
                "changed_after": changed,
            }
        )
    return told


def final_lines(record: Record, question: str) -> list[Stored]:
    """A dialogue as the record says it: of a fixed text its content, of a draft what stands so far."""
    if record.state in _FIXED and record.content is not None:
        answers = record.content["answers"]
        return stored_lines(next((each["value"] for each in answers if each["question"] == question), None))
    given = draft_of(record).answers.get(question)
    return stored_lines(given.value if given else None)


def pairs(
    transcript: Transcript, lines: Sequence[TranscriptLine], final: Sequence[Stored]
) -> list[tuple[TranscriptLine, int | None]]:
    """Each line with its place in the record's dialogue, known by recording and time; None where it is not there."""
    free: dict[tuple[object, object], list[int]] = {}
    for index, each in enumerate(final):
        if each["recording"] == str(transcript.evidence_id):
            free.setdefault((each["start"], each["end"]), []).append(index)
    found = []
    for line in lines:
        places = free.get((line.start, line.end), [])
        found.append((line, places.pop(0) if places else None))
    return found


def _against(
    transcript: Transcript, lines: Sequence[TranscriptLine], final: Sequence[Stored]
) -> tuple[list[Compared], set[int]]:
    rows, taken = [], set()
    for line, index in pairs(transcript, lines, final):
        if index is None:
            rows.append(_row(transcript, line, line.draft_role, ""))
        else:
            rows.append(_row(transcript, line, str(final[index]["role"]), str(final[index]["text"])))
            taken.add(index)
    return rows, taken


def _row(transcript: Transcript, line: TranscriptLine, role: str, text: str) -> Compared:
    return Compared(transcript.evidence_id, line.position + 1, line.start, line.draft_role, line.draft_text, role, text)
