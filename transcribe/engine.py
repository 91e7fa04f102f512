"""Sound in, transcript draft out: find speech, hear it window by window, remove inventions, account for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from transcribe import dialects, inventions, voice_activity
from transcribe.decode import Audio
from transcribe.finishing import finish
from transcribe.listening import NOTICED, Listener, covered_by
from transcribe.models import resolve
from transcribe.progress import IsCancelled, Progress, never, stop_if, unreported
from transcribe.recogniser import Hearing, Recogniser
from transcribe.second_hearing import confirmed
from transcribe.transcript import Coverage, Removed, Segment, Skipped, Transcript
from transcribe.turns import SpeakerTurns, Undetermined
from transcribe.voice_activity import Span
from transcribe.windows import pack

MANDARIN = "zh"


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
        self._listener = Listener(self._recogniser, self.settings.prompt)

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
        """The draft of `audio`. `case_terms` are put in where they were surely said and else proposed.

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
            found, nothing = self._listener.hear(audio, window, language)
            heard += found
            silent += nothing
            done += voice_activity.total(window.speech)
            progress(min(done, total), total)
        kept, removed = inventions.remove(heard, speech, self.settings.prompt)
        removed = sorted(silent + removed, key=lambda part: part.start)
        respell = self.settings.respell and language == MANDARIN
        finished = finish(kept, case_terms, dialect, self._lexicons, respell=respell)
        for number, segment in enumerate(finished):
            stop_if(cancelled)
            finished[number] = confirmed(segment, partial(self._hear_again, audio, language))
        return Transcript(
            file=file,
            duration=audio.duration,
            language=language,
            model=self.model.name,
            segments=tuple(self._turns.assign(audio, finished)),
            coverage=coverage(speech, finished, removed),
            removed=tuple(removed),
            truncated=audio.truncated,
        )

    def _hear_again(self, audio: Audio, language: str, start: float, end: float, prompt: str) -> Hearing:
        return self._listener.hear_again(audio, start, min(end, audio.duration), language, prompt)


def coverage(speech: Sequence[Span], segments: Sequence[Segment], removed: Sequence[Removed]) -> Coverage:
    """How much of `speech` stands under text, and each stretch of half a second or more that does not."""
    open_spans = voice_activity.without(speech, covered_by(segments))
    skipped = []
    for span in open_spans:
        if span.seconds >= NOTICED:
            cut = any(part.start < span.end and part.end > span.start for part in removed)
            skipped.append(Skipped(span.start, span.end, "removed" if cut else "no_text"))
    total = voice_activity.total(speech)
    return Coverage(total, total - sum(part.end - part.start for part in skipped), tuple(skipped))
