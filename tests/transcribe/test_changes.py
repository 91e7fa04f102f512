"""What stands in place of what was heard: known by character, in the segment and in the draft's line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from transcribe.changes import rewritten
from transcribe.marks import BY_LANGUAGE, BY_TERM, Change, Proposal
from transcribe.question_answer import lines, whole
from transcribe.transcript import Coverage, Segment, Transcript, Word


def heard(text: str, start: float = 0.0) -> Segment:
    """Words of two characters, 0.2 s a character."""
    cut = [(at, text[at : at + 2]) for at in range(0, len(text), 2)]
    words = (Word(start + at * 0.2, start + (at + len(part)) * 0.2, part, 0.4) for at, part in cut)
    return Segment(start, start + len(text) * 0.2, text, tuple(words))


def transcript(*segments: Segment) -> Transcript:
    return Transcript("a.ogg", 60.0, "zh", "base", segments, Coverage(60.0, 60.0))


@pytest.mark.parametrize(
    ("steps", "text", "changes"),
    [
        ([(0, 2, "李明")], "李明在装和开店", [(0, 2, "黎明")]),
        ([(3, 5, "庄河市")], "黎明在庄河市开店", [(3, 6, "装和")]),
        ([(3, 5, "庄河市"), (0, 2, "李明")], "李明在庄河市开店", [(0, 2, "黎明"), (3, 6, "装和")]),
        ([(0, 2, "李明明"), (4, 6, "庄河")], "李明明在庄河开店", [(0, 3, "黎明"), (4, 6, "装和")]),
        ([(3, 4, "庄"), (3, 5, "庄河")], "黎明在庄河开店", [(3, 5, "装和")]),
        ([(2, 4, "再装"), (3, 6, "庄河")], "黎明再庄河店", [(2, 5, "在装和开")]),
        ([(3, 5, "庄河"), (3, 5, "装和")], "黎明在装和开店", []),
    ],
)
def test_changes_keep_what_was_heard_at_first(
    steps: list[tuple[int, int, str]], text: str, changes: list[tuple[int, int, str]]
) -> None:
    segment = heard("黎明在装和开店")
    for step in steps:
        segment = rewritten(segment, *step, BY_TERM)
    assert segment.text == text
    assert [(change.start, change.end, change.heard) for change in segment.changes] == changes
    assert segment.spelled
    assert [(word.start, word.probability) for word in segment.words] == [
        (pytest.approx(at * 0.2), 0.4) for at in (0, 2, 4, 6)
    ]


def test_a_line_tells_changes_and_proposals_by_its_own_characters() -> None:
    first = rewritten(heard("他叫黎明"), 2, 4, "李明", BY_TERM)
    second = rewritten(heard(" 是罗用的", start=1.0), 2, 4, "挪用", BY_LANGUAGE)
    recording = transcript(first, Segment(1.0, 2.0, second.text, second.words, proposals=(Proposal(2, 4, "挪动", 0.3),),
                                          changes=second.changes))  # fmt: skip
    line = whole(recording)
    assert line is not None
    assert line.text == "他叫李明，是挪用的"
    assert line.changes == (Change(2, 4, "黎明", BY_TERM), Change(6, 8, "罗用", BY_LANGUAGE))
    assert line.proposals == (Proposal(6, 8, "挪动", 0.3),)
    assert [change for each in lines(recording) for change in each.changes if change.by == BY_TERM] == [
        Change(2, 4, "黎明", BY_TERM)
    ]
    assert whole(transcript()) is None


def test_proposals_stay_with_their_characters() -> None:
    proposals = (Proposal(0, 2, "李鸣", 0.4), Proposal(5, 7, "凯店", 0.2))
    segment = replace(heard("黎明在装和开店"), proposals=proposals)
    assert rewritten(segment, 3, 5, "庄河市", BY_TERM).proposals == (proposals[0], Proposal(6, 8, "凯店", 0.2))
    assert rewritten(segment, 0, 2, "李鸣", BY_TERM).proposals == proposals[1:]
    assert rewritten(segment, 1, 2, "鸣", BY_LANGUAGE).proposals == proposals
