"""Listening to a recording beside its draft: extracts, what the machine left out, and the officer's word for it."""

from __future__ import annotations

from typing import Any

from bot.i18n import Translator
from bot.screen import Attachment, Button, Rows, Screen, bold, join
from bot.views.evidence import clock
from bot.views.transcript_text import fitted, marked, role_text
from models.tables import Evidence, Transcript, TranscriptLine

_CAPTION = 600  # of the 1,024 characters of a caption
_PAGE = 6
_REMOVED = 300


def title(t: Translator, evidence_id: int, start: float, end: float) -> str:
    """What an extract says of itself, in the file too."""
    span = f"{clock(start)}–{clock(end)}"
    return t("Extract of recording no. {id}, {span}; not the original", id=evidence_id, span=span)


def extract_screen(
    t: Translator,
    transcript: Transcript,
    evidence: Evidence,
    line: TranscriptLine,
    start: float,
    end: float,
    sha256: str,
    *,
    earlier: int,
) -> Screen:
    """A voice message with the line under it, and the next one a tap away."""
    text = marked(line, _CAPTION) if line.text else t("Left out of the draft.")
    caption = join(
        [
            title(t, evidence.id or 0, start, end),
            f"{line.position + 1}. {bold(role_text(t, line.role))} {text}",
        ]
    )
    data = f"{transcript.id}:{line.position}"
    rows = Rows().row(
        Button("⏪ " + t("A bit earlier"), f"thear:{data}:{earlier + 1}") if start > 0 else None,
        Button(t("Next line") + " ▶", f"tnext:{data}"),
    )
    rows.row(Button("✎ " + t("Line {n}", n=line.position + 1), f"tedit:{data}"))
    return Screen(caption, rows.done(), attachment=_voice(evidence, start, end, sha256))


def heard_all_screen(t: Translator, transcript: Transcript) -> Screen:
    """After the last line."""
    rows = Rows().row(None if transcript.used else confirming(t, transcript))
    rows.row(Button(t("Show the draft"), f"tdraft:{transcript.id}:0"))
    return Screen(t("That was the last line."), rows.done())


def listened_screen(t: Translator, transcript: Transcript, evidence: Evidence) -> Screen:
    """Asked once before a draft is used."""
    again = transcript.listened_sha256 is not None
    text = join(
        [
            bold(t("Have you listened to recording no. {id} and compared it with these lines?", id=evidence.id)),
            t("Lines were changed since this was confirmed.") if again else None,
            t("Your name and the time are recorded and printed with the record."),
        ]
    )
    rows = Rows().row(Button("✓ " + t("I have listened and compared; use it"), f"tlis:{transcript.id}:1"))
    rows.row(
        Button("▶ " + t("Hear line by line"), f"thear:{transcript.id}:0"),
        Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:0"),
    )
    return Screen(text, rows.done(), f"transcript:{transcript.id}")


def confirming(t: Translator, transcript: Transcript) -> Button:
    return Button("🎧 " + t("I have listened and compared"), f"tlis:{transcript.id}:0")


def removed_screen(t: Translator, transcript: Transcript, evidence: Evidence, page: int) -> Screen:
    """What the machine wrote and took out again, each with its reason, to be heard."""
    removed: list[dict[str, Any]] = transcript.original["removed"]
    pages = max(1, -(-len(removed) // _PAGE))
    page = min(max(page, 0), pages - 1)
    shown = list(enumerate(removed))[page * _PAGE : (page + 1) * _PAGE]
    text = join(
        [
            bold(t("Left out by the machine, recording no. {id}", id=evidence.id)),
            t("It wrote these words, but nobody is likely to have said them. Where people did speak, a line of the "
              "draft says so.") if removed else t("Nothing was left out."),
            *(_removed(t, number, part) for number, part in shown),
        ]
    )  # fmt: skip
    rows = Rows().flow([Button(f"▶ {n + 1}", f"tcuth:{transcript.id}:{n}") for n, _ in shown], most=_PAGE)
    rows.row(
        Button("‹ " + t("Earlier"), f"tcut:{transcript.id}:{page - 1}") if page > 0 else None,
        Button(t("Later") + " ›", f"tcut:{transcript.id}:{page + 1}") if page + 1 < pages else None,
    )
    rows.row(Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:0"))
    return Screen(text, rows.done(), f"transcript:{transcript.id}")


def removed_extract(
    t: Translator, transcript: Transcript, evidence: Evidence, index: int, start: float, end: float, sha256: str
) -> Screen:
    part = transcript.original["removed"][index]
    caption = join([title(t, evidence.id or 0, start, end), _removed(t, index, part)])
    return Screen(caption, attachment=_voice(evidence, start, end, sha256))


def removed_here(t: Translator, transcript: Transcript, line: TranscriptLine) -> list[str]:
    """What the machine wrote within a line that stands for speech without text."""
    parts = [part for part in transcript.original["removed"] if part["start"] < line.end and part["end"] > line.start]
    return [
        t("The machine wrote “{text}” here and left it out: {reason}.",
          text=fitted(part["text"], _REMOVED), reason=reason_text(t, part["reason"]))
        for part in parts
    ]  # fmt: skip


def reason_text(t: Translator, reason: str) -> str:
    return {
        "credits": t("credits of subtitles, known to be invented"),
        "prompt_echo": t("an echo of its own instructions"),
        "loop": t("the same words over and over"),
        "no_speech": t("no speech found there"),
        "too_fast": t("more words than can be spoken in that time"),
    }.get(reason, t("not heard with enough confidence"))


def _removed(t: Translator, index: int, part: dict[str, Any]) -> str:
    span = f"{clock(part['start'])}–{clock(part['end'])}"
    return f"{index + 1}. <i>{span}</i> <s>{fitted(part['text'], _REMOVED)}</s>\n   {reason_text(t, part['reason'])}"


def _voice(evidence: Evidence, start: float, end: float, sha256: str) -> Attachment:
    return Attachment("voice", sha256, f"{evidence.id}-{int(start)}-{int(end)}.ogg")
