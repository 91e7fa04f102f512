"""Sound in, transcript draft out: find speech, hear it window by window, remove inventions, account for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transcribe import dialects, inventions, language_model, rescoring, terms, voice_activity
from transcribe.decode import Audio
from transcribe.models import resolve
from transcribe.normalisation import chinese_punctuation, simplified
from transcribe.progress import IsCancelled, Progress, never, stop_if, unreported
from transcribe.recogniser import Hearing, Recogniser
from transcribe.transcript import Correction, Coverage, Removed, Segment, Skipped, Transcript, Word
from transcribe.turns import SpeakerTurns, Undetermined
from transcribe.voice_activity import Span
from transcribe.windows import Window, pack

SECOND_HEARING = 1.2
"""Seconds of speech left without text that earn a second hearing of their own."""

LONGEST_SYLLABLE = 1.0
"""Seconds one character may claim; beyond it, alignment has merely stretched the word over sound without text."""

MANDARIN = "zh"

SEGMENT_PAUSE = 0.6
NOTICED = 0.5


@dataclass(frozen=True)
class Settings:
    """How to run the model. `threads` of the processor; `prompt` is off since it misleads small models.

    `lexicons`: folders with dialect lexicons beside the shipped ones.
    `respell`: let the language model choose among words of the same sound (each change is recorded).
    """

    model: str | None = None
    cache: Path | None = None
    threads: int = 2
    beam: int = 5
    device: str = "cpu"
    precision: str = "int8"
    prompt: str = ""
    lexicons: tuple[Path, ...] = ()
    respell: bool = True


class Transcriber:
    """A model loaded once, for many recordings. Safe to use from several threads.

    Raises Unavailable `model.hash_mismatch`, `model.not_installed`, `model.incomplete`, `model.unloadable`, and what
    `dialects.lexicons` raises.
    """

    def __init__(self, settings: Settings | None = None, turns: SpeakerTurns | None = None) -> None:
        self.settings = settings or Settings()
        self._turns = turns or Undetermined()
        self._lexicons = dialects.lexicons(self.settings.lexicons)
        self.model = resolve(self.settings.model, self.settings.cache)
        self._recogniser = Recogniser(
            self.model,
            threads=self.settings.threads,
            beam=self.settings.beam,
            device=self.settings.device,
            precision=self.settings.precision,
        )

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str = "zh",
        case_terms: Sequence[str] = (),
        dialect: str | None = None,
        progress: Progress = unreported,
        cancelled: IsCancelled = never,
        file: str = "",
    ) -> Transcript:
        """The draft of `audio`. `case_terms` replace their exact homophones, each time recorded.

        `dialect` is a lexicon id. `progress` gets seconds of speech done and in all. Raises
        `transcribe.progress.Cancelled` within one window of sound, Missing `dialect.unknown`.
        """
        if dialect is not None:
            language = dialects.lexicon(dialect, self._lexicons).language
        language = self._recogniser.language_for(language)
        speech = voice_activity.speech_spans(audio, cancelled=cancelled)
        total = voice_activity.total(speech)
        heard: list[Segment] = []
        silent: list[Removed] = []
        done = 0.0
        for window in pack(speech, audio.duration):
            stop_if(cancelled)
            found, nothing = self._hear(audio, window, language)
            heard += found
            silent += nothing
            done += voice_activity.total(window.speech)
            progress(min(done, total), total)
        kept, removed = inventions.remove(heard, speech, self.settings.prompt)
        removed = sorted(silent + removed, key=lambda part: part.start)
        respell = self.settings.respell and language == MANDARIN
        finished, corrections = _finish(kept, case_terms, dialect, self._lexicons, respell=respell)
        return Transcript(
            file=file,
            duration=audio.duration,
            language=language,
            model=self.model.name,
            segments=tuple(self._turns.assign(audio, finished)),
            coverage=coverage(speech, finished, removed),
            removed=tuple(removed),
            corrections=tuple(corrections),
            truncated=audio.truncated,
        )

    def _hear(self, audio: Audio, window: Window, language: str) -> tuple[list[Segment], list[Removed]]:
        """The segments of one window; speech the first hearing left without text is heard again by itself."""
        first = self._hearing(audio, window, language)
        if first.silent:
            return [], _nothing_said(first, window.start, window.end)
        segments = _segments(first.words, window)
        removed: list[Removed] = []
        for gap in voice_activity.without(window.speech, _covered(segments)):
            if gap.seconds < SECOND_HEARING or gap.seconds > 0.9 * voice_activity.total(window.speech):
                continue
            alone = Window(gap.start, gap.end, (gap,))
            again = self._hearing(audio, alone, language)
            if again.silent or again.looping:
                removed += _nothing_said(again, gap.start, gap.end, "loop" if again.looping else "no_speech")
            else:
                segments += _segments(again.words, alone)
        return sorted(segments, key=lambda segment: segment.start), removed

    def _hearing(self, audio: Audio, window: Window, language: str) -> Hearing:
        found = self._recogniser.hear(
            audio.floats(window.start, window.end),
            language,
            speech=voice_activity.total(window.speech),
            stamped=not window.one_sentence,
            prompt=self.settings.prompt,
        )
        moved = (replace(word, start=word.start + window.start, end=word.end + window.start) for word in found.words)
        return replace(found, words=tuple(moved))


def _nothing_said(hearing: Hearing, start: float, end: float, reason: str = "no_speech") -> list[Removed]:
    text = simplified(hearing.text).strip()
    return [Removed(start, end, text, reason)] if text else []


def _segments(words: Sequence[Word], window: Window) -> list[Segment]:
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

    Left as it is when no pause that parts segments lies within; else the stretch with more speech.
    """
    inside = [Span(max(part.start, claimed.start), min(part.end, claimed.end)) for part in speech]
    inside = [part for part in inside if part.seconds > 0]
    if not inside or claimed.seconds - voice_activity.total(inside) < SEGMENT_PAUSE:
        return claimed.start, claimed.end
    loudest = max(inside, key=lambda part: part.seconds)
    return loudest.start, loudest.end


def _covered(segments: Sequence[Segment]) -> list[Span]:
    return [Span(segment.start - NOTICED / 2, segment.end + NOTICED / 2) for segment in segments]


def _finish(
    segments: Sequence[Segment],
    case_terms: Sequence[str],
    dialect: str | None,
    known: dialects.Lexicons,
    *,
    respell: bool,
) -> tuple[list[Segment], list[Correction]]:
    """Simplified, spelt as the language wants, case terms put right, dialect words marked."""
    finished: list[Segment] = []
    corrections: list[Correction] = []
    for segment in segments:
        corrected = _simplified(segment)
        if respell:
            corrected, changes = rescoring.correct(corrected, language_model.mandarin())
            corrections += changes
        corrected, changes = terms.correct(corrected, case_terms)
        corrections += changes
        marks = dialects.mark(corrected.text, dialect, corrected.words, known)
        finished.append(replace(corrected, dialect=marks))
    return finished, corrections


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


def coverage(speech: Sequence[Span], segments: Sequence[Segment], removed: Sequence[Removed]) -> Coverage:
    """How much of `speech` stands under text, and each stretch of half a second or more that does not."""
    open_spans = voice_activity.without(speech, _covered(segments))
    skipped = []
    for span in open_spans:
        if span.seconds >= NOTICED:
            cut = any(part.start < span.end and part.end > span.start for part in removed)
            skipped.append(Skipped(span.start, span.end, "removed" if cut else "no_text"))
    total = voice_activity.total(speech)
    return Coverage(total, total - sum(part.end - part.start for part in skipped), tuple(skipped))
