"""Putting other words in place of those heard, so that what was heard stays known, and words still spell the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe.marks import Change, moved
from transcribe.transcript import Segment, Word


def rewritten(segment: Segment, start: int, end: int, text: str, by: str) -> Segment:
    """`segment` with `text` in place of its characters `start` to `end`, and the change recorded.

    Earlier changes within these characters become part of it, so that it tells what was heard at first; no change is
    left where that is what stands again. Words keep their times and the probability they were heard with. The words
    must spell the text (`Segment.spelled`).
    """
    grown = len(text) - (end - start)
    inside = [change for change in segment.changes if change.start < end and change.end > start]
    first = min(start, *(change.start for change in inside), start)
    last = max(end, *(change.end for change in inside), end)
    heard, position = "", first
    for change in inside:
        heard += segment.text[position : change.start] + change.heard
        position = change.end
    heard += segment.text[position:last]
    whole = segment.text[:start] + text + segment.text[end:]
    changes = [change for change in segment.changes if change.end <= start]
    if heard != whole[first : last + grown]:
        changes.append(Change(first, last + grown, heard, by))
    changes += moved((change for change in segment.changes if change.start >= end), grown)
    return replace(segment, text=whole, words=_respelled(segment.words, start, end, text), changes=tuple(changes))


def _respelled(words: Sequence[Word], start: int, end: int, text: str) -> tuple[Word, ...]:
    """Words over the stretch share its new characters as they shared the old ones; the last takes what is over."""
    respelled: list[Word] = []
    position = 0
    for word in words:
        stop = position + len(word.text)
        if position < end and stop > start:
            before, after = word.text[: max(0, start - position)], word.text[max(0, end - position) :]
            taken = text[max(0, position - start) : stop - start if stop < end else len(text)]
            respelled.append(replace(word, text=before + taken + after))
        else:
            respelled.append(word)
        position = stop
    return tuple(respelled)
