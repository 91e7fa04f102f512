"""Case terms (names, companies, places) put in place of their exact homophones, each time recorded.

Correction by sound without context does more harm than good on clean speech, so only terms of the case at hand
count, only where every syllable agrees (toneless pinyin), and short terms only where the model was unsure.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcribe.changes import rewritten
from transcribe.marks import BY_TERM
from transcribe.pinyin import syllables
from transcribe.transcript import Segment, words_at

SHORT_TERM = 2
UNSURE = 0.6


def correct(segment: Segment, terms: Sequence[str]) -> Segment:
    """`segment` with the homophones of `terms` replaced, each change recorded.

    A term of two characters replaces only words heard with a probability under 0.6; one character never does.
    """
    if not segment.spelled:
        return segment
    for term in sorted({term.strip() for term in terms}, key=len, reverse=True):
        wanted = syllables(term)
        if len(term) < SHORT_TERM or len(wanted) != len(term):
            continue
        sounds = syllables(segment.text)
        for start in range(len(sounds) - len(term) + 1):
            end = start + len(term)
            heard = segment.text[start:end]
            if heard == term or sounds[start:end] != wanted or not _is_chinese(heard):
                continue
            words = words_at(segment.words, start, end)
            if len(term) <= SHORT_TERM and not min(word.probability for word in words) < UNSURE:
                continue
            segment = rewritten(segment, start, end, term, BY_TERM)
    return segment


def _is_chinese(text: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in text)
