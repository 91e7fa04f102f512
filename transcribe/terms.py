"""Case terms (names, companies, places) put in place of their exact homophones, each time recorded.

Correction by sound without context does more harm than good on clean speech, so only terms of the case at hand
count, only where every syllable agrees (toneless pinyin), and short terms only where the model was unsure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe.pinyin import syllables
from transcribe.transcript import Correction, Segment, Word

SHORT_TERM = 2
UNSURE = 0.6


def correct(segment: Segment, terms: Sequence[str]) -> tuple[Segment, list[Correction]]:
    """`segment` with the homophones of `terms` replaced, and what was replaced.

    A term of two characters replaces only words heard with a probability under 0.6; one character never does.
    The number of characters does not change, so words keep their times.
    """
    corrections: list[Correction] = []
    text = segment.text
    sounds = syllables(text)
    for term in sorted({term.strip() for term in terms}, key=len, reverse=True):
        wanted = syllables(term)
        if len(term) < SHORT_TERM or len(wanted) != len(term):
            continue
        for start in range(len(text) - len(term) + 1):
            end = start + len(term)
            heard = text[start:end]
            if heard == term or sounds[start:end] != wanted or not _is_chinese(heard):
                continue
            words = _words_at(segment.words, start, end)
            if len(term) <= SHORT_TERM and not (words and min(word.probability for word in words) < UNSURE):
                continue
            text = text[:start] + term + text[end:]
            when = (words[0].start, words[-1].end) if words else (segment.start, segment.end)
            corrections.append(Correction(*when, heard=heard, term=term))
    return replace(segment, text=text, words=_respelled(segment.words, text)), corrections


def _is_chinese(text: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in text)


def _words_at(words: Sequence[Word], start: int, end: int) -> list[Word]:
    found, position = [], 0
    for word in words:
        stop = position + len(word.text)
        if position < end and stop > start:
            found.append(word)
        position = stop
    return found


def _respelled(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    respelled, position = [], 0
    for word in words:
        respelled.append(replace(word, text=text[position : position + len(word.text)]))
        position += len(word.text)
    return tuple(respelled)
