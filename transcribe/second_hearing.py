"""Terms that may have been said, listened for once more: the model hears their sentence again and is told of them.

Told of all terms everywhere, a small model spoils as much as it mends, and hears terms that nobody said. Told only of
one that sounds like what stands there, it hears it where it was said and seldom elsewhere (docs/transcription.md).
"""

from __future__ import annotations

from collections.abc import Callable

from transcribe.changes import rewritten
from transcribe.marks import BY_TERM, Proposal
from transcribe.normalisation import simplified
from transcribe.recogniser import Hearing
from transcribe.transcript import Segment, words_at

AROUND = 8.0
"""Seconds of the segment before and after a term that are heard with it."""
EDGE = 0.4
HEARD = 0.25
"""Mean probability a term is heard with at least; of the few it was heard wrongly with, most were under 0.1."""

HearAgain = Callable[[float, float, str], Hearing]
"""What is heard between two times of a recording by a model that was given a prompt."""


def confirmed(segment: Segment, hear: HearAgain) -> Segment:
    """`segment` with those of its proposals put in that are heard when the model knows of them; the rest stay."""
    for proposal in reversed(segment.proposals):
        start, end = segment.when(proposal.start, proposal.end)
        first, last = max(segment.start, start - AROUND) - EDGE, min(segment.end, end + AROUND) + EDGE
        if _heard(proposal, hear(max(0.0, first), last, proposal.term)):
            segment = rewritten(segment, proposal.start, proposal.end, proposal.term, BY_TERM)
    return segment


def _heard(proposal: Proposal, hearing: Hearing) -> bool:
    place = simplified(hearing.text).find(proposal.term)
    if place < 0 or hearing.silent or hearing.looping:
        return False
    words = words_at(hearing.words, place, place + len(proposal.term))
    return sum(word.probability for word in words) / len(words) >= HEARD
