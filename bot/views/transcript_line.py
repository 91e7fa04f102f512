"""One line of a draft: what the machine heard, what stands, what can be done, and how it came to read so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.i18n import Translator
from bot.line_marks import standing
from bot.screen import Button, Rows, Screen, bold, join, plain
from bot.views.evidence import clock
from bot.views.faults import fault_text
from bot.views.listening import removed_here
from bot.views.moments import moment
from bot.views.transcript_text import difference, fitted, marked, notes, role_text
from models.tables import Dictation, Transcript, TranscriptChange, TranscriptLine

PAGE = 6  # lines on a page of the draft
_WHOLE = 1100
_MARKS = 8
_CHANGES = 4
_CHANGE = 640


def undecided(lines: Sequence[TranscriptLine]) -> list[int]:
    """Positions of lines of which nobody has said yet who speaks, or that they are left out."""
    return [line.position for line in lines if line.text and line.role not in ("question", "answer")]


def line_screen(
    t: Translator,
    transcript: Transcript,
    line: TranscriptLine,
    lines: Sequence[TranscriptLine],
    *,
    changes: int,
    undoable: bool,
) -> Screen:
    """`lines`: the whole draft. `changes`: of this line so far; undoable: one of them is in force."""
    text = join(
        [
            bold(_heading(t, line)),
            marked(line, _WHOLE) if line.text else t("Left out of the draft."),
            t("Somebody speaks here, but there is no text. Please listen; then write or say what was said and who "
              "speaks, or leave it out.") if line.unheard and line.text == line.draft_text else None,
            *(removed_here(t, transcript, line) if line.unheard else ()),
            _as_drafted(t, line) if (line.role, line.text) != (line.draft_role, line.draft_text) else None,
            *notes(t, line),
        ]
    )  # fmt: skip
    rows = Rows()
    _hearing(t, rows, transcript, line, len(lines))
    if not transcript.used:
        _changing(t, rows, transcript, line, undoable=undoable)
        others = [position for position in undecided(lines) if position != line.position]
        if others:
            following = next((each for each in others if each > line.position), others[0])
            label = "⚠ " + t("Next to decide ({n})", n=len(others))
            rows.row(Button(label, f"tline:{transcript.id}:{following}"))
    history = Button("🕘 " + t("History ({n})", n=changes), f"thist:{transcript.id}:{line.position}:0")
    back = Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:{line.position // PAGE}")
    rows.row(history if changes else None, back)
    return Screen(text, rows.done(), f"transcript:{transcript.id}")


def _heading(t: Translator, line: TranscriptLine) -> str:
    role = role_text(t, line.role) + (f" · {t('voice {voice}', voice=line.speaker)}" if line.speaker else "")
    return t("Line {n} · {role} · {start}–{end}", n=line.position + 1, role=role,
             start=clock(line.start), end=clock(line.end))  # fmt: skip


def _hearing(t: Translator, rows: Rows, transcript: Transcript, line: TranscriptLine, count: int) -> None:
    n = line.position
    rows.row(
        Button(f"‹ {n}", f"tline:{transcript.id}:{n - 1}") if n > 0 else None,
        Button("▶ " + t("Hear"), f"thear:{transcript.id}:{n}"),
        Button(f"{n + 2} ›", f"tline:{transcript.id}:{n + 1}") if n + 1 < count else None,
    )


def _changing(t: Translator, rows: Rows, transcript: Transcript, line: TranscriptLine, *, undoable: bool) -> None:
    data = f"{transcript.id}:{line.position}"
    terms = [
        Button(f"✓ {line.text[start:end]} → {proposal['term']}", f"ttake:{data}:{index}")
        for index, proposal, start, end in standing(line, line.proposals)
    ]
    heard = [
        Button(f"↺ {line.text[start:end]} → {change['heard']}", f"tback:{data}:{index}")
        for index, change, start, end in standing(line, line.changes)
    ]
    rows.flow([*terms, *heard][:_MARKS], most=2)
    roles = {"question": "⇄ " + t("Make it Q"), "answer": "⇄ " + t("Make it A")}
    rows.row(
        Button("✎ " + t("Correct the text"), f"tfix:{data}"),
        *(Button(label, f"trole:{data}:{role[0]}") for role, label in roles.items() if role != line.role),
    )
    differs = (line.role, line.text) != (line.draft_role, line.draft_text)
    rows.row(
        Button("↶ " + t("Undo"), f"tundo:{data}") if undoable else None,
        Button(t("The machine's draft"), f"torig:{data}") if differs else None,
        Button("🗑 " + t("Leave out"), f"tdel:{data}") if line.text else None,
    )


def _as_drafted(t: Translator, line: TranscriptLine) -> str:
    text = f"{role_text(t, line.draft_role)} {fitted(line.draft_text, _WHOLE)}"
    return t("The machine's draft: {text}", text=text)


def history_screen(
    t: Translator,
    transcript: Transcript,
    line: TranscriptLine,
    changes: Sequence[TranscriptChange],
    names: Mapping[int, str],
    page: int,
) -> Screen:
    """Newest first: who, when, how, and what became of what."""
    pages = max(1, -(-len(changes) // _CHANGES))
    page = min(max(page, 0), pages - 1)
    newest_first = list(reversed(changes))
    shown = newest_first[page * _CHANGES : (page + 1) * _CHANGES]
    text = join(
        [
            bold(t("History of line {n}", n=line.position + 1)),
            *(_change(t, change, names) for change in shown),
            _as_drafted(t, line) if page + 1 == pages else None,
        ]
    )
    data = f"thist:{transcript.id}:{line.position}"
    rows = Rows().row(
        Button("‹ " + t("Newer"), f"{data}:{page - 1}") if page > 0 else None,
        Button(t("Older") + " ›", f"{data}:{page + 1}") if page + 1 < pages else None,
    )
    rows.row(Button("‹ " + t("Line {n}", n=line.position + 1), f"tline:{transcript.id}:{line.position}"))
    return Screen(text, rows.done(), f"transcript:{transcript.id}")


def _change(t: Translator, change: TranscriptChange, names: Mapping[int, str]) -> str:
    who = f"<i>{moment(t, change.at)}</i> {plain(names.get(change.officer_id, '?'))} · {way_text(t, change.way)}"
    role = role_text(t, change.role)
    if change.was_role != change.role:
        role = f"<s>{role_text(t, change.was_role)}</s><u>{role}</u>"
    if not change.text:
        return f"{who}\n{role} <s>{fitted(change.was_text, _CHANGE)}</s>"
    return f"{who}\n{role} {difference(change.was_text, change.text, _CHANGE)}"


def way_text(t: Translator, way: str) -> str:
    return {
        "typed": t("typed"),
        "spoken": t("spoken again"),
        "role": t("who speaks"),
        "voice": t("all turns of a voice"),
        "all": t("all roles swapped"),
        "left_out": t("left out"),
        "heard": t("as heard"),
        "term": t("term of the case"),
        "restored": t("back to the machine's draft"),
        "record": t("as changed in the record"),
    }.get(way, t("undone"))


def correction_prompt(t: Translator, line: TranscriptLine) -> Screen:
    text = join(
        [
            bold(t("Write what this should say, or say it in a voice message; it replaces:")),
            f"<code>{fitted(line.text or line.draft_text, _WHOLE)}</code>",
            t("What was first heard stays beside it."),
        ]
    )
    return Screen(text)


def being_written_screen(t: Translator, dictation: Dictation, line: TranscriptLine) -> Screen:
    return Screen(
        "🎙 " + t("Your words for line {n} are being written down…", n=line.position + 1), slot=_slot(dictation)
    )


def dictated_screen(
    t: Translator,
    transcript: Transcript,
    dictation: Dictation,
    line: TranscriptLine,
    spoken: TranscriptLine | None,
    fault: tuple[str, Mapping[str, object]] | None,
) -> Screen:
    """What the officer said, as a proposal. Nothing is kept of the sound once it is decided."""
    parts: list[str | None] = [bold(t("Line {n}, spoken again", n=line.position + 1))]
    if fault is not None:
        parts.append("✗ " + fault_text(t, *fault))
    elif spoken is None or not spoken.text:
        parts.append(t("No speech was heard in your message."))
    else:
        parts += [marked(spoken, _WHOLE), t("Instead of: {text}", text=fitted(line.text or line.draft_text, _WHOLE))]
    parts.append(t("Your message itself is not kept: it is your words, no evidence of the case."))
    rows = Rows().row(Button("✓ " + t("Use it"), f"tsay:{dictation.id}") if dictation.text else None)
    rows.row(
        Button("🎙 " + t("Say or write it anew"), f"tfix:{transcript.id}:{line.position}"),
        Button("✗ " + t("Leave it as it was"), f"tsayno:{dictation.id}"),
    )
    rows.row(Button("📼 " + t("This was no correction: keep it as a recording"), f"tsaykeep:{dictation.id}"))
    return Screen(join(parts), rows.done(), _slot(dictation), moved=True)


def dictation_settled(t: Translator, dictation: Dictation, state: str) -> Screen:
    """Takes the place of the proposal."""
    n = dictation.position + 1
    return Screen(
        {
            "used": "✓ " + t("Line {n} says: {text}", n=n, text=fitted(dictation.text, _CHANGE)),
            "declined": t("Line {n} stays as it was.", n=n),
            "kept": t("Your message is kept as a recording of the case."),
        }[state],
        slot=_slot(dictation),
    )


def _slot(dictation: Dictation) -> str:
    return f"dictation:{dictation.id}"
