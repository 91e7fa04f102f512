"""Transcription in the chat: the progress card, the proposal for a spoken answer, the draft of an interview."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from bot.i18n import Translator
from bot.screen import Attachment, Button, Rows, Screen, bold, join, plain, shorten
from bot.use_cases.spoken_answer import Proposal
from bot.views.evidence import clock
from bot.views.faults import fault_text
from bot.views.moments import duration
from dialogs.packs.schema import Question
from dialogs.values import AddLines
from models.tables import Evidence, Job, Transcript, TranscriptLine

PAGE = 6
_COMPARED = 4
_BAR = 10
_MINUTE = 60
# Shares of a message of 4,096 characters, counted with all marks and escapes.
_DRAFT_LINE = 480
_COMPARED_LINE = 420
_WHOLE = 1100
_DIALECT_SHOWN = 6


def progress_screen(t: Translator, job: Job, evidence: Evidence, before: int = 0) -> Screen:
    """One card a job, edited as the work moves on. `before`: recordings that a waiting one waits for."""
    slot = f"job:{job.id}"
    name = t("Recording no. {id}", id=evidence.id)
    again = ((Button("↻ " + t("Transcribe again"), f"tnew:{job.id}"),),)
    match job.state:
        case "done":
            return Screen("✓ " + t("{name} is transcribed.", name=name), slot=slot)
        case "failed":
            reason = fault_text(t, job.fault or "", job.fault_params)
            text = "✗ " + t("{name} could not be transcribed; the recording is kept.", name=name)
            return Screen(f"{text}\n{reason}", again, slot)
        case "cancelled":
            text = t("Transcription of {name} was cancelled; the recording is kept.", name=name)
            return Screen(text, again, slot)
    if job.cancel_asked:
        return Screen(t("Transcription of {name} is being cancelled…", name=name), slot=slot)
    total = float(job.arguments.get("seconds") or 0.0)
    part = job.progress
    full = int(part * _BAR)
    lines = [
        bold(t("Transcribing {name}", name=name))
        if job.state == "running"
        else t("{name} waits to be transcribed", name=name),
        f"{'▓' * full}{'░' * (_BAR - full)} {part:.0%} · {clock(part * total)} / {clock(total)}",
        _time_left(t, job.seconds_left) if job.state == "running" and job.seconds_left is not None else None,
        t.plural("{n} recording is before it.", "{n} recordings are before it.", before) if before else None,
    ]
    return Screen(join(lines), ((Button("✗ " + t("Cancel"), f"jcancel:{job.id}"),),), slot)


def _time_left(t: Translator, seconds: float) -> str:
    """In whole minutes begun: the figure is no better than that."""
    if seconds < _MINUTE:
        return t("less than a minute left")
    return t("about {duration} left", duration=duration(t, timedelta(minutes=math.ceil(seconds / _MINUTE))))


def silence_screen(t: Translator, transcript: Transcript, evidence: Evidence) -> Screen:
    """Nothing was heard, and nothing is made up."""
    text = join(
        [
            bold(t("No speech was heard in recording no. {id}.", id=evidence.id)),
            t("There is nothing to use. The recording itself is kept."),
            *_notes(t, transcript),
        ]
    )
    return Screen(text, ((Button("🎙 " + t("Speak again"), f"tagain:{transcript.id}"),),), _slot(transcript))


def proposal_screen(
    t: Translator, transcript: Transcript, question: Question, line: TranscriptLine, proposal: Proposal, seen: int
) -> Screen:
    """A spoken answer, read back, to be confirmed by a tap."""
    data = f"{transcript.id}"
    lines: list[str | None] = [
        f"<i>{plain(question.ask)}</i>",
        t("Heard: {text}", text=marked(line, _WHOLE)),
        _first_heard(t, line) if line.text != line.draft_text else None,
        _dialect(t, line),
    ]
    if proposal.input is None:
        reason = proposal.fault
        lines.append("✗ " + (fault_text(t, reason.code, reason.params) if reason else t("No answer was recognised.")))
        lines.append(t("Correct the text, speak again, or answer by tapping or typing."))
    else:
        lines.append(t("Answer: {text}", text=f"<b>{fitted(proposal.shown, _WHOLE)}</b>"))
        if proposal.read_back:
            lines.append(t("Read back: {text}", text=f"<code>{plain(proposal.read_back)}</code>"))
        if proposal.others:
            lines.append(t("Also heard: {text}", text=plain("、".join(proposal.others))))
        lines.append(t("Is this right? Nothing is saved before you tap."))
    rows = Rows()
    rows.row(Button("✓ " + t("Use it"), f"tuse:{data}:{seen}") if proposal.input is not None else None)
    swap = isinstance(proposal.input, AddLines)
    rows.row(
        Button(t("Correct"), f"tfix:{data}:0"),
        Button("⇄ " + t("Swap role"), f"tswap:{data}:0") if swap else None,
        Button("🎙 " + t("Speak again"), f"tagain:{data}"),
    )
    return Screen(join([*lines, *_notes(t, transcript)]), rows.done(), _slot(transcript))


def draft_screen(
    t: Translator, transcript: Transcript, evidence: Evidence, lines: Sequence[TranscriptLine], page: int
) -> Screen:
    """A page of the draft. Doubtful words are underlined; dialect words have their meaning beside them."""
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    head = t("Draft of recording no. {id}, page {page} of {pages}", id=evidence.id, page=page + 1, pages=pages)
    text = join(
        [
            bold(head),
            t("Doubtful words are underlined. Read every line before you use it."),
            *(_draft_line(t, line) for line in shown),
            *(_notes(t, transcript) if page == 0 else []),
        ]
    )
    data = f"{transcript.id}"
    rows = Rows()
    if transcript.used:
        text = join([text, "✓ " + t("This draft has been used.")])
    else:
        rows.flow([Button(str(line.position + 1), f"tline:{data}:{line.position}") for line in shown], most=PAGE)
    rows.row(*_turning(t, page, pages, f"tdraft:{data}"))
    if not transcript.used:
        rows.row(Button("⇄ " + t("Swap all roles"), f"tswapall:{data}"), Button(t("Compare"), f"tdiff:{data}:0"))
        rows.row(Button("✓ " + t("Use this draft"), f"tuse:{data}:0"))
    return Screen(text, rows.done(), _slot(transcript))


def line_screen(t: Translator, transcript: Transcript, line: TranscriptLine) -> Screen:
    """One line: what the machine heard, what stands, and what can be done."""
    data = f"{transcript.id}:{line.position}"
    changed = line.text != line.draft_text or line.role != line.draft_role
    text = join(
        [
            bold(t("Line {n} · {role} · {start}–{end}", n=line.position + 1, role=role_text(t, line.role),
                   start=clock(line.start), end=clock(line.end))),
            marked(line, _WHOLE) if line.text else t("Left out of the draft."),
            _first_heard(t, line) if changed else None,
            _dialect(t, line),
        ]
    )  # fmt: skip
    rows = Rows()
    if not transcript.used:
        rows.row(Button(t("Correct the text"), f"tfix:{data}"), Button("⇄ " + t("Swap role"), f"tswap:{data}"))
        rows.row(
            Button("↶ " + t("Restore"), f"tundo:{data}") if changed else None,
            Button("🗑 " + t("Leave out"), f"tdel:{data}") if line.text else None,
        )
    rows.row(
        Button("▶ " + t("Hear"), f"thear:{data}"),
        Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:{line.position // PAGE}"),
    )
    return Screen(text, rows.done(), _slot(transcript))


def compare_screen(t: Translator, transcript: Transcript, lines: Sequence[TranscriptLine], page: int) -> Screen:
    """Only the lines that differ: the machine's above, the officer's below."""
    changed = [line for line in lines if line.text != line.draft_text or line.role != line.draft_role]
    pages = max(1, -(-len(changed) // _COMPARED))
    page = min(max(page, 0), pages - 1)
    shown = [
        f"{bold(line.position + 1)}\n− {role_text(t, line.draft_role)} {fitted(line.draft_text, _COMPARED_LINE)}\n"
        + (f"+ {role_text(t, line.role)} {fitted(line.text, _COMPARED_LINE)}" if line.text else "+ " + t("left out"))
        for line in changed[page * _COMPARED : (page + 1) * _COMPARED]
    ]
    head = t.plural("{n} line of {total} changed", "{n} lines of {total} changed", len(changed), total=len(lines))
    rows = Rows().row(*_turning(t, page, pages, f"tdiff:{transcript.id}"))
    rows.row(Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:0"))
    return Screen(join([bold(head), *shown]), rows.done(), _slot(transcript))


def hear_screen(t: Translator, evidence: Evidence, line: TranscriptLine) -> Screen:
    """The recording itself; players cannot be told to start at a time, so the caption says it."""
    kind: Literal["voice", "audio", "document"] = "audio"
    if evidence.details.get("video"):
        kind = "document"
    elif evidence.details.get("codec") == "opus" and not evidence.file_name:
        kind = "voice"
    caption = t("Recording no. {id}: listen from {start} to {end} (line {n})", id=evidence.id,
                start=clock(line.start), end=clock(line.end), n=line.position + 1)  # fmt: skip
    return Screen(caption, attachment=Attachment(kind, evidence.sha256, evidence.file_name or f"{evidence.id}.ogg"))


def correction_prompt(t: Translator, line: TranscriptLine) -> Screen:
    text = join(
        [
            bold(t("Write what this should say; it replaces:")),
            f"<code>{fitted(line.text or line.draft_text, _WHOLE)}</code>",
            t("What was first heard stays beside it."),
        ]
    )
    return Screen(text)


def speak_again_screen(t: Translator) -> Screen:
    return Screen("🎙 " + t("Please send a new voice message. The former recording is kept."))


def used_screen(t: Translator, transcript: Transcript) -> Screen:
    show = ((Button(t("Show the draft"), f"tdraft:{transcript.id}:0"),),) if transcript.purpose == "dialogue" else ()
    return Screen("✓ " + t("The transcript is used as the answer."), show, _slot(transcript))


def role_text(t: Translator, role: str) -> str:
    return {"question": t("Q"), "answer": t("A")}.get(role, "?")


def fitted(text: str, limit: int) -> str:
    """Data made safe for HTML and cut so that no more than `limit` characters of HTML come of it."""
    kept = shorten(text, limit)
    while len(plain(kept)) > limit:
        kept = shorten(text, len(kept) * 3 // 4)
    return plain(kept)


def marked(line: TranscriptLine, limit: int) -> str:
    """The line's text as HTML; doubtful words are underlined while the text stands as heard."""
    parts, position = [], 0
    for start, end in line.uncertain if line.text == line.draft_text else ():
        parts += [plain(line.text[position:start]), f"<u>{plain(line.text[start:end])}</u>"]
        position = end
    whole = "".join([*parts, plain(line.text[position:])])
    return whole if len(whole) <= limit else fitted(line.text, limit)


def _draft_line(t: Translator, line: TranscriptLine) -> str:
    head = f"{line.position + 1}. {bold(role_text(t, line.role))} <i>{clock(line.start)}</i> "
    if not line.text:
        return head + f"<s>{fitted(line.draft_text, _DRAFT_LINE // 4)}</s>"
    body = marked(line, _DRAFT_LINE)
    notes = _dialect_words(line)
    return head + body + (f"\n   <i>{notes}</i>" if notes and len(body) + len(notes) <= _DRAFT_LINE else "")


def _dialect_words(line: TranscriptLine) -> str:
    return "；".join(f"{plain(word['term'])}＝{plain(word['meaning'])}" for word in line.dialect[:_DIALECT_SHOWN])


def _dialect(t: Translator, line: TranscriptLine) -> str | None:
    words = _dialect_words(line)
    return t("Dialect: {words}", words=words) if words else None


def _first_heard(t: Translator, line: TranscriptLine) -> str:
    text = fitted(line.draft_text, _WHOLE)
    return t("First heard: {text}", text=f"{role_text(t, line.draft_role)} {text}" if line.draft_role else text)


def _notes(t: Translator, transcript: Transcript) -> list[str]:
    """What the draft does not say: cut-off sound, and speech without text."""
    notes = []
    if transcript.original.get("truncated"):
        notes.append("⚠ " + t("The recording is cut off: it holds less than it promises."))
    missing = sum(part["end"] - part["start"] for part in transcript.original["coverage"]["skipped"])
    if missing >= 1:
        notes.append("⚠ " + t("{seconds} seconds of speech have no text. Please listen there.", seconds=round(missing)))
    return notes


def _turning(t: Translator, page: int, pages: int, verb: str) -> tuple[Button | None, Button | None]:
    before = Button("‹ " + t("Earlier"), f"{verb}:{page - 1}") if page > 0 else None
    after = Button(t("Later") + " ›", f"{verb}:{page + 1}") if page + 1 < pages else None
    return before, after


def _slot(transcript: Transcript) -> str:
    return f"transcript:{transcript.id}"
