"""Putting other words in place of those heard, so that what was heard stays known, and words still spell the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe.marks import BY_LANGUAGE, Change, moved
from transcribe.transcript import Segment, Word


def rewritten(segment: Segment, start: int, end: int, text: str, by: str) -> Segment:
    """`segment` with `text` in place of its characters `start` to `end`, and the change recorded.

    Earlier changes within these characters become part of it, so that it tells what was heard at first; no change is
    left where that is what stands again. A term is proposed no more where one is put in. Words keep their times
    and the probability they were heard with. The words must spell the text (`Segment.spelled`), and a more likely
    spelling has as many characters.
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
    proposals = [each for each in segment.proposals if each.end <= start or (by == BY_LANGUAGE and each.start < end)]
    proposals += moved((each for each in segment.proposals if each.start >= end), grown)
    return replace(
        segment,
        text=whole,
        words=_respelled(segment.words, start, end, text),
        changes=tuple(changes),
        proposals=tuple(proposals),
    )


def moved_to_next(segment: Segment, at: int, following: Segment) -> tuple[Segment, Segment]:
    """`segment` without its characters from `at`, and `following` with them before its own, as said at its start.

    For a syllable that alignment left behind, before a pause. The words of both must spell their texts.
    """
    kept, taken = divided(segment.words, at)
    taken = tuple(replace(word, start=following.start, end=following.start) for word in taken)
    text = segment.text[at:] + following.text
    changes = moved((change for change in segment.changes if change.start >= at), -at)
    changes += moved(following.changes, len(segment.text) - at)
    left = replace(
        segment,
        text=segment.text[:at],
        words=kept,
        end=kept[-1].end if kept else segment.start,
        changes=tuple(change for change in segment.changes if change.end <= at),
    )
    proposals = moved(following.proposals, len(segment.text) - at)
    return left, replace(
        following, text=text, words=taken + following.words, changes=tuple(changes), proposals=tuple(proposals)
    )


def divided(words: Sequence[Word], at: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """`words` before and after character `at` of the text they spell; one across it becomes two, its time shared."""
    before: list[Word] = []
    after: list[Word] = []
    position = 0
    for word in words:
        here = at - position
        position += len(word.text)
        if here >= len(word.text):
            before.append(word)
        elif here <= 0:
            after.append(word)
        else:
            when = word.start + (word.end - word.start) * here / len(word.text)
            before.append(replace(word, text=word.text[:here], end=when))
            after.append(replace(word, text=word.text[here:], start=when))
    return tuple(before), tuple(after)


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
