"""Terms of a case put in where they were surely said, and proposed where they may have been; both recorded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from transcribe.changes import moved_to_next, rewritten
from transcribe.marks import BY_TERM, Proposal
from transcribe.term_search import Found, Search
from transcribe.transcript import Segment


def correct(segments: Sequence[Segment], search: Search) -> list[Segment]:
    """`segments` with the terms of `search` put in or proposed.

    A term over the end of a segment, whose first syllables alignment left before a pause, goes to the segment after
    it. Segments whose words do not spell their text stay as they are.
    """
    corrected = list(segments)
    text = "\n".join(segment.text if segment.spelled else "" for segment in segments)
    sure = [
        probability
        for segment in segments
        for probability in (*(word.probability for word in segment.words for _ in word.text if segment.spelled), 1.0)
    ]
    for found in sorted(search.find(text, sure), key=lambda each: -each.start):
        number = text.count("\n", 0, found.start)
        start = found.start - (text.rfind("\n", 0, found.start) + 1)
        heard = text[found.start : found.end]
        if "\n" not in heard:
            corrected[number] = _marked(corrected[number], start, heard, found)
        elif found.odds > 0 and heard.count("\n") == 1:
            left, right = moved_to_next(corrected[number], start, corrected[number + 1])
            corrected[number : number + 2] = left, _marked(right, 0, heard.replace("\n", ""), found)
    return [segment for segment in corrected if segment.text]


def _marked(segment: Segment, start: int, heard: str, found: Found) -> Segment:
    if heard == found.term:
        return segment
    end = start + len(heard)
    if found.odds > 0:
        return rewritten(segment, start, end, found.term, BY_TERM)
    proposal = Proposal(start, end, found.term, round(1 / (1 + math.exp(-found.odds)), 3))
    return replace(segment, proposals=(proposal, *segment.proposals))
