"""Transcription in the chat: the progress card, the proposal for a spoken answer, the draft of an interview."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain
from bot.use_cases.spoken_answer import Proposal
from bot.views.evidence import clock
from bot.views.faults import fault_text
from bot.views.listening import confirming
from bot.views.moments import duration
from bot.views.transcript_line import PAGE, undecided
from bot.views.transcript_text import fitted, marked, notes, role_text
from dialogs.packs.schema import Question
from dialogs.values import AddLines
from models.tables import Evidence, Job, Transcript, TranscriptLine

_BAR = 10
_MINUTE = 60
# Shares of a message of 4,096 characters, counted with all marks and escapes.
_DRAFT_LINE = 480
_WHOLE = 1100


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
        t("First heard: {text}", text=fitted(line.draft_text, _WHOLE)) if line.text != line.draft_text else None,
        *notes(t, line),
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
    t: Translator,
    transcript: Transcript,
    evidence: Evidence,
    lines: Sequence[TranscriptLine],
    page: int,
    *,
    listened: str | None = None,
    undoable: bool = False,
    returnable: bool = False,
) -> Screen:
    """A page of the draft: doubtful words underlined, words not heard as written with a mark, notes below their line.

    listened: who has compared these lines with the recording, and when. returnable: used, and its record a draft.
    """
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    voices = _voices(lines)
    waiting = len(undecided(lines))
    head = t("Draft of recording no. {id}, page {page} of {pages}", id=evidence.id, page=page + 1, pages=pages)
    text = join(
        [
            bold(head),
            t("Doubtful words are underlined. Read every line before you use it."),
            t("Words with * were not heard as they are written.") if any(line.changes for line in shown) else None,
            *(_draft_line(t, line, named=len(voices) > 1) for line in shown),
            *(_notes(t, transcript) if page == 0 else []),
            "⚠ " + t.plural("{n} line is to be decided: who speaks, or leave it out.",
                            "{n} lines are to be decided: who speaks, or leave it out.", waiting) if waiting else None,
            "✓ " + t("Listened and compared: {who}", who=plain(listened)) if listened else None,
            "✓ " + t("This draft has been used.") if transcript.used else None,
        ]
    )  # fmt: skip
    rows = Rows().flow(
        [Button(str(line.position + 1), f"tline:{transcript.id}:{line.position}") for line in shown], most=PAGE
    )
    rows.row(*_turning(t, page, pages, f"tdraft:{transcript.id}"))
    _listening(t, rows, transcript, lines, shown)
    _correcting(t, rows, transcript, voices, undoable=undoable)
    if not transcript.used:
        rows.row(None if listened or waiting else confirming(t, transcript))
        rows.row(Button("✓ " + t("Use this draft"), f"tuse:{transcript.id}:0"))
    rows.row(Button("↩ " + t("Take it out of the record again"), f"tout:{transcript.id}") if returnable else None)
    return Screen(text, rows.done(), _slot(transcript))


def _listening(
    t: Translator,
    rows: Rows,
    transcript: Transcript,
    lines: Sequence[TranscriptLine],
    shown: Sequence[TranscriptLine],
) -> None:
    hear = [
        Button("▶ " + t("Hear from line {n}", n=line.position + 1), f"thear:{transcript.id}:{line.position}")
        for line in shown[:1]
    ]
    waiting = [] if transcript.used else undecided(lines)
    label = "⚠ " + t("Next to decide ({n})", n=len(waiting))
    rows.row(*hear, Button(label, f"tline:{transcript.id}:{waiting[0]}") if waiting else None)


def _correcting(
    t: Translator, rows: Rows, transcript: Transcript, voices: Mapping[str, str], *, undoable: bool
) -> None:
    others: list[Button] = []
    if not transcript.used:
        turned = {"question": "a"}
        rows.flow(
            [
                Button(
                    "⇄ " + t("Voice {voice}: {role}", voice=voice, role=role_text(t, role)),
                    f"tvoice:{transcript.id}:{voice}:{turned.get(role, 'q')}",
                )
                for voice, role in voices.items()
                if len(voices) > 1
            ]
        )
        others.append(Button("⇄ " + t("Swap all roles"), f"tswapall:{transcript.id}"))
        others += [Button("↶ " + t("Undo"), f"tlast:{transcript.id}")] if undoable else []
        others.append(Button("🗣 " + t("Dialect"), f"tspoken:{transcript.id}"))
    others.append(Button(t("Compare"), f"tdiff:{transcript.id}:0"))
    if removed := len(transcript.original["removed"]):
        others.append(Button(t("Left out by the machine ({n})", n=removed), f"tcut:{transcript.id}:0"))
    rows.flow(others, widest=20, most=2)


def _voices(lines: Sequence[TranscriptLine]) -> dict[str, str]:
    """Voice -> the role most of its turns have."""
    voices = sorted({line.speaker for line in lines if line.speaker is not None})
    roles = {voice: Counter(line.role for line in lines if line.speaker == voice) for voice in voices}
    return {voice: found.most_common(1)[0][0] for voice, found in roles.items()}


def speak_again_screen(t: Translator) -> Screen:
    return Screen("🎙 " + t("Please send a new voice message. The former recording is kept."))


def used_screen(t: Translator, transcript: Transcript) -> Screen:
    show = ((Button(t("Show the draft"), f"tdraft:{transcript.id}:0"),),) if transcript.purpose == "dialogue" else ()
    return Screen("✓ " + t("The transcript is used as the answer."), show, _slot(transcript))


def _draft_line(t: Translator, line: TranscriptLine, *, named: bool) -> str:
    voice = f" {line.speaker}" if named and line.speaker else ""
    when = f"{clock(line.start)}–{clock(line.end)}" if line.unheard else clock(line.start)
    head = f"{line.position + 1}. {bold(role_text(t, line.role) + voice)} <i>{when}</i> "
    if not line.text:
        return head + f"<s>{fitted(line.draft_text, _DRAFT_LINE // 4)}</s>"
    body = marked(line, _DRAFT_LINE)
    room, kept = _DRAFT_LINE - len(body), []
    for note in notes(t, line):
        room -= len(note) + 1
        if room >= 0:
            kept.append(note)
    return head + body + (f"\n   <i>{'；'.join(kept)}</i>" if kept else "")


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
