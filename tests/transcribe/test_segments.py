"""Where words sound, and where speech is parted into segments."""

from __future__ import annotations

from transcribe.listening import segments_of
from transcribe.transcript import Word
from transcribe.voice_activity import Span
from transcribe.windows import Window


def word(text: str, start: float, end: float) -> Word:
    return Word(start, end, text, 0.9)


def test_a_word_that_alignment_drew_over_a_pause_opens_what_follows() -> None:
    speech = (Span(0.4, 5.5), Span(6.9, 8.0))
    words = (
        word("主", 4.0, 4.8),
        word("力", 4.8, 5.5),
        word("其", 5.5, 7.2),
        word("判", 7.2, 7.5),
        word("断", 7.5, 8.0),
    )
    first, second = segments_of(words, Window(speech, (Span(0.0, 9.0),)))
    assert (first.text, first.end) == ("主力", 5.5)
    assert (second.text, second.start) == ("其判断", 6.9)


def test_a_last_word_drawn_over_the_silence_after_it_ends_with_its_sound() -> None:
    (segment,) = segments_of((word("好", 1.0, 1.4), word("的", 1.4, 4.0)), Window((Span(0.9, 1.9),), (Span(0.0, 5.0),)))
    assert (segment.text, segment.end) == ("好的", 1.9)


def test_a_word_with_more_sound_before_the_pause_still_begins_what_follows() -> None:
    speech = (Span(18.8, 21.1), Span(22.0, 25.0))
    words = (word("店", 20.5, 20.8), word("市", 20.8, 22.2), word("场", 22.2, 22.6))
    first, second = segments_of(words, Window(speech, (Span(18.0, 26.0),)))
    assert (first.text, second.text, second.start) == ("店", "市场", 22.0)
