"""Segments as heard -> as the draft shows them: Simplified, spelt as the language wants, terms and dialect marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from transcribe import dialects, language_model, rescoring, terms
from transcribe.figures import figures
from transcribe.likelihood import likelihood
from transcribe.normalisation import chinese_punctuation, simplified
from transcribe.progress import IsCancelled, never, stop_if
from transcribe.sounds import STANDARD
from transcribe.term_search import Search
from transcribe.transcript import Segment


def finish(
    segments: Sequence[Segment],
    case_terms: Sequence[str],
    dialect: str | None,
    known: dialects.Lexicons,
    *,
    respell: bool,
    cancelled: IsCancelled = never,
) -> list[Segment]:
    """Simplified, case terms put in, the rest spelt as the language wants, figures and dialect words marked."""
    finished = [_simplified(segment) for segment in segments]
    if case_terms:
        # Before respelling, which makes ordinary words of what a term was heard as.
        mergers = known[dialect].mergers if dialect else STANDARD
        ordinary = partial(likelihood, model=language_model.mandarin())
        finished = terms.correct(finished, Search(case_terms, ordinary, mergers))
    if respell:
        for number, each in enumerate(finished):
            stop_if(cancelled)
            finished[number] = rescoring.correct(each, language_model.mandarin(), keep=case_terms)
    return [
        replace(
            each,
            dialect=dialects.mark(each.text, dialect, each.words, known),
            figures=tuple(figures(each.text)),
        )
        for each in finished
    ]


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
