"""One window of sound -> segments: heard, set in order, and what was left without text heard once more."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from transcribe import voice_activity
from transcribe.decode import Audio
from transcribe.engines import SpeechEngine
from transcribe.normalisation import simplified
from transcribe.progress import IsCancelled, never
from transcribe.recogniser import Hearing
from transcribe.transcript import Removed, Segment, Word
from transcribe.voice_activity import Span
from transcribe.windows import Window

SECOND_HEARING = 1.2
"""Seconds of speech left without text that earn a second hearing of their own."""

LONGEST_SYLLABLE = 1.0
"""Seconds one character may claim; beyond it, alignment has merely stretched the word over sound without text."""

VOICE = 0.6
"""Certainty of the voice detector under which doubt of the model counts. Measured: 0.2 to 0.5 for laughter, bells and
creaking chairs it took for speech, 0.5 to 1.0 for speech."""

SHORTEST_SYLLABLE = 0.08
SEGMENT_PAUSE = 0.6
NOTICED = 0.5
"""Seconds of speech without text that count as left out."""


class Listener:
    """Hears windows of a recording with a loaded model, up to `threads` at once."""

    def __init__(self, recogniser: SpeechEngine, threads: int, prompt: str = "") -> None:
        self._recogniser = recogniser
        self._prompt = prompt
        self._threads = threads

    def hear(
        self, audio: Audio, windows: Sequence[Window], language: str, cancelled: IsCancelled = never
    ) -> list[tuple[list[Segment], list[Removed]]]:
        """Segments and removals of each of `windows`, heard side by side."""
        # Threads of their own: whoever lets others pass within `cancelled` must not keep a thread these need.
        with ThreadPoolExecutor(self._threads, thread_name_prefix="hearing") as pool:
            return list(pool.map(lambda window: self._heard(audio, window, language, cancelled), windows))

    def _heard(
        self, audio: Audio, window: Window, language: str, cancelled: IsCancelled
    ) -> tuple[list[Segment], list[Removed]]:
        """The segments of one window; speech the first hearing left without text is heard again by itself."""
        first = self._hearing(audio, window, language, cancelled)
        if _unspoken(first, audio, window):
            return [], _nothing_said(first, window.start, window.end)
        segments = segments_of(first.words, window)
        removed: list[Removed] = []
        for gap in voice_activity.without(window.speech, covered_by(segments)):
            if gap.seconds < SECOND_HEARING or gap.seconds > 0.9 * voice_activity.total(window.speech):
                continue
            alone = Window((gap,), (gap,))
            again = self._hearing(audio, alone, language, cancelled, twice=False)
            if again.looping or _unspoken(again, audio, alone):
                removed += _nothing_said(again, gap.start, gap.end, "loop" if again.looping else "no_speech")
            else:
                segments += segments_of(again.words, alone)
        return sorted(segments, key=lambda segment: segment.start), removed

    def hear_again(
        self, audio: Audio, start: float, end: float, language: str, prompt: str, cancelled: IsCancelled = never
    ) -> Hearing:
        """What a sentence between two times is heard as by a model told of `prompt`; times from its start."""
        sound = audio.floats(start, end)
        return self._recogniser.hear(
            sound, language, speech=end - start, stamped=False, prompt=prompt, cancelled=cancelled
        )

    def _hearing(
        self, audio: Audio, window: Window, language: str, cancelled: IsCancelled, *, twice: bool = True
    ) -> Hearing:
        found = self._recogniser.hear(
            window.sound(audio),
            language,
            speech=voice_activity.total(window.speech),
            stamped=not window.one_sentence,
            twice=twice and window.one_sentence,
            prompt=self._prompt,
            cancelled=cancelled,
        )
        moved = (replace(word, start=window.moment(word.start), end=window.moment(word.end)) for word in found.words)
        return replace(found, words=tuple(moved))


def _unspoken(hearing: Hearing, audio: Audio, window: Window) -> bool:
    """Whether nobody speaks: the model is sure of it, or it and the voice detector both doubt that somebody does."""
    return hearing.silent or (hearing.doubted and voice_activity.certainty(audio, window.speech) < VOICE)


def _nothing_said(hearing: Hearing, start: float, end: float, reason: str = "no_speech") -> list[Removed]:
    text = simplified(hearing.text).strip()
    return [Removed(start, end, text, reason)] if text else []


def segments_of(words: Sequence[Word], window: Window) -> list[Segment]:
    """`words` as segments, parted where the voice detector and the words agree on a pause."""
    groups: list[list[Word]] = []
    for word in _settled(words, window):
        if groups and word.start - groups[-1][-1].end < SEGMENT_PAUSE:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [
        Segment(group[0].start, group[-1].end, "".join(word.text for word in group), tuple(group)) for group in groups
    ]


def _settled(words: Sequence[Word], window: Window) -> list[Word]:
    """Words in order within the window, none over a pause, none longer than its characters can be spoken."""
    settled: list[Word] = []
    floor = window.start
    for word in words:
        start = min(max(word.start, floor), window.end)
        longest = LONGEST_SYLLABLE * max(1, len(word.text.strip()))
        end = min(max(word.end, start), window.end)
        start, end = _sounding(Span(start, end), window.speech)
        if end - start > longest:
            # The sound of a stretched first word lies at its end, of any other at its start.
            start, end = (end - longest, end) if not settled else (start, start + longest)
        settled.append(replace(word, start=start, end=end))
        floor = end
    return settled


def _sounding(claimed: Span, speech: Sequence[Span]) -> tuple[float, float]:
    """Where within `claimed` a word sounds: alignment gives a pause to the word after it, or to the last one before.

    Left as it is when no pause that parts segments lies within; else the stretch after the last pause, for a word is
    said to begin where the one before it ended. (By the longest stretch instead, 30 of 1,000 characters came to stand
    with the speaker before, by the last one 10.)
    """
    inside = [Span(max(part.start, claimed.start), min(part.end, claimed.end)) for part in speech]
    inside = [part for part in inside if part.seconds > 0]
    if not inside or claimed.seconds - voice_activity.total(inside) < SEGMENT_PAUSE:
        return claimed.start, claimed.end
    last = next((part for part in reversed(inside) if part.seconds >= SHORTEST_SYLLABLE), inside[0])
    return last.start, last.end


def covered_by(segments: Sequence[Segment]) -> list[Span]:
    return [Span(segment.start - NOTICED / 2, segment.end + NOTICED / 2) for segment in segments]
