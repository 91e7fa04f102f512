"""Choosing the dialect that is spoken."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator
from bot.screen import Button, Rows, Screen, bold, join, plain
from models.tables import Transcript
from transcribe.dialects import Lexicons

STANDARD = "standard"
_WORDS = 4


def dialects_screen(
    t: Translator, transcript: Transcript, known: Lexicons, suggested: Sequence[tuple[str, tuple[str, ...]]]
) -> Screen:
    """All dialects as buttons; `suggested`: ids with the words that speak for them, the likeliest first."""
    rows = Rows().flow(
        [Button(each.title, f"tspeak:{transcript.id}:{each.id}") for each in known.values()], widest=20, most=2
    )
    rows.row(Button(t("Standard Mandarin"), f"tspeak:{transcript.id}:{STANDARD}"))
    rows.row(Button("‹ " + t("Back to the draft"), f"tdraft:{transcript.id}:0"))
    hint = None
    if suggested:
        id_, words = suggested[0]
        hint = t(
            "Words heard point to {dialect}: {words}.",
            dialect=plain(known[id_].title),
            words=plain("、".join(words[:_WORDS])),
        )
    return Screen(
        join(
            [
                bold(t("Which dialect is spoken?")),
                hint,
                t("The recording is transcribed again for it. This draft is kept until another is used."),
            ]
        ),
        rows.done(),
    )
