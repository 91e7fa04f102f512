"""Segments as heard -> as the draft shows them: Simplified, spelt as the language wants, terms and dialect marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe import dialects, language_model, rescoring, terms
from transcribe.normalisation import chinese_punctuation, simplified
from transcribe.progress import IsCancelled, never, stop_if
from transcribe.transcript import Correction, Segment


def finish(
    segments: Sequence[Segment],
    case_terms: Sequence[str],
    dialect: str | None,
    known: dialects.Lexicons,
    *,
    respell: bool,
    cancelled: IsCancelled = never,
) -> tuple[list[Segment], list[Correction]]:
    """Simplified, spelt as the language wants, case terms put right, dialect words marked."""
    finished: list[Segment] = []
    corrections: list[Correction] = []
    for segment in segments:
        stop_if(cancelled)
        corrected = _simplified(segment)
        if respell:
            corrected, changes = rescoring.correct(corrected, language_model.mandarin())
            corrections += changes
        corrected, changes = terms.correct(corrected, case_terms)
        corrections += changes
        marks = dialects.mark(corrected.text, dialect, corrected.words, known)
        finished.append(replace(corrected, dialect=marks))
    return finished, corrections


def _simplified(segment: Segment) -> Segment:
    """In Simplified characters, without white space at the ends; words still spell the text."""
    words = [replace(word, text=chinese_punctuation(simplified(word.text))) for word in segment.words]
    whole = chinese_punctuation(simplified(segment.text))
    if len(whole) == sum(len(word.text) for word in words):
        # Characters with several Simplified forms need their neighbours to be converted rightly.
        position = 0
        for index, word in enumerate(words):
            words[index] = replace(word, text=whole[position : position + len(word.text)])
            position += len(word.text)
    if words:
        words[0] = replace(words[0], text=words[0].text.lstrip())
        words[-1] = replace(words[-1], text=words[-1].text.rstrip())
    return replace(segment, text="".join(word.text for word in words) or whole.strip(), words=tuple(words))
