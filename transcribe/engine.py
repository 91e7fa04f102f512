"""Sound in, transcript draft out: find speech, hear it window by window, remove inventions, account for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from transcribe import dialects, diarisation, engines, inventions, language_model, voice_activity
from transcribe.accounts import coverage, suspects, within
from transcribe.checkpoint import Again, Checkpoint, Heard, Notes, Plan, weights_of
from transcribe.decode import SAMPLE_RATE, Audio
from transcribe.finishing import finish
from transcribe.listening import Listener
from transcribe.models import Model
from transcribe.progress import IsCancelled, Progress, never, stage, stop_if, unreported
from transcribe.recogniser import Hearing
from transcribe.second_hearing import confirmed
from transcribe.transcript import Segment, Transcript
from transcribe.turns import SpeakerTurns, assign
from transcribe.voice_activity import Span
from transcribe.windows import Window, pack

MANDARIN = "zh"

# Shares of the work: searched for speech, heard, suspect windows heard again, terms listened for; the rest is voices.
_SEARCHED = 0.02
_HEARD = 0.92
_CHECKED = 0.93
_FINISHED = 0.95
_UNKEPT = Checkpoint()


@dataclass(frozen=True)
class Settings:
    """How to run the model. `threads` of the processor; `prompt` is off since it misleads small models.

    `model`: see `transcribe.engines`; `cache`, `device`, `precision`: see `engines.Options`.
    `lexicons`: folders with dialect lexicons beside the shipped ones.
    `respell`: let the language model choose among words of the same sound (each change is recorded).
    `speakers`: how voices are told apart.
    """

    model: str | None = None
    cache: Path | None = None
    threads: int = 2
    beam: int = 5
    device: str = "cpu"
    precision: str | None = None
    prompt: str = ""
    lexicons: tuple[Path, ...] = ()
    respell: bool = True
    speakers: diarisation.Kind = "spectral"

    @property
    def options(self) -> engines.Options:
        """What the engine has to know of them."""
        return engines.Options(self.threads, self.beam, self.device, self.precision, self.cache)


class Transcriber:
    """A model loaded once, for many recordings. Safe to use from several threads.

    Raises Unavailable `model.*` as `engines.load` does, `speakers.not_installed`, and what `dialects.lexicons` raises.
    """

    def __init__(self, settings: Settings | None = None, turns: SpeakerTurns | None = None) -> None:
        self.settings = settings or Settings()
        self._turns = turns or diarisation.by_name(self.settings.speakers)
        self._lexicons = dialects.lexicons(self.settings.lexicons)
        self._recogniser = engines.load(self.settings.model, self.settings.options)
        self._listener = Listener(self._recogniser, self.settings.threads, self.settings.prompt)
        self._weights = weights_of(self.model)

    @property
    def model(self) -> Model:
        """The model in use."""
        return self._recogniser.model

    def warm(self) -> None:
        """Hear a second of silence and load what spells, so that no recording pays for first use."""
        self._recogniser.hear(np.zeros(SAMPLE_RATE, dtype=np.float32), self._recogniser.language_for(MANDARIN))
        if self.settings.respell:
            language_model.mandarin()

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str = "zh",
        case_terms: Sequence[str] = (),
        dialect: str | None = None,
        one_voice: bool = False,
        progress: Progress = unreported,
        cancelled: IsCancelled = never,
        checkpoint: Checkpoint = _UNKEPT,
        file: str = "",
    ) -> Transcript:
        """The draft of `audio`. `case_terms` are put in where they were surely said and else proposed.

        `dialect` is a lexicon id. `one_voice`: one person's answer, whose speaker needs no guessing. `progress` gets
        the share done, up to 1. Goes on where `checkpoint` ends, if that was made with the same model, settings and
        recording. Raises `transcribe.progress.Cancelled` within one window of sound, Missing `dialect.unknown`.
        """
        if dialect is not None:
            language = dialects.lexicon(dialect, self._lexicons).language
        language = self._recogniser.language_for(language)
        notes = Notes.read(checkpoint, self._key(audio, language, checkpoint.recording))
        plan = notes.plan or notes.begin(*self._search(audio, stage(progress, 0.0, _SEARCHED), cancelled))
        self._hear(audio, language, plan, notes, stage(progress, _SEARCHED, _HEARD), cancelled)
        heard = self._hear_suspects(audio, language, plan, notes, stage(progress, _HEARD, _CHECKED), cancelled)
        kept, removed = inventions.remove(heard, plan.speech, self.settings.prompt)
        removed = sorted(notes.removed + removed, key=lambda part: part.start)
        respell = self.settings.respell and language == MANDARIN
        finished = finish(kept, case_terms, dialect, self._lexicons, respell=respell, cancelled=cancelled)
        confirming = stage(progress, _CHECKED, _FINISHED)
        for number, segment in enumerate(finished):
            stop_if(cancelled)
            finished[number] = confirmed(segment, partial(self._listen_for, audio, language, notes, cancelled))
            confirming(number, len(finished))
        progress(_FINISHED, 1.0)
        guess = bool(finished) and not one_voice
        telling = stage(progress, _FINISHED, 1.0)
        turns = self._turns.turns(audio, plan.speech, progress=telling, cancelled=cancelled) if guess else []
        progress(1.0, 1.0)
        return Transcript(
            file=file,
            duration=audio.duration,
            language=language,
            model=self.model.name,
            segments=tuple(assign(finished, turns)),
            coverage=coverage(plan.speech, finished, removed),
            removed=tuple(removed),
            truncated=audio.truncated,
            speakers=self._turns.name if guess else None,
        )

    def _listen_for(
        self, audio: Audio, language: str, notes: Notes, cancelled: IsCancelled, start: float, end: float, prompt: str
    ) -> Hearing:
        question = f"{start} {end} {prompt}"

        def hear() -> Again:
            end_of_sound = min(end, audio.duration)
            found = self._listener.hear_again(audio, start, end_of_sound, language, prompt, cancelled)
            return Again(question, hearing=found)

        hearing = notes.ask(question, hear).hearing
        assert hearing is not None
        return hearing

    def _key(self, audio: Audio, language: str, recording: str) -> str:
        settings = self.settings
        how = (self._weights, settings.beam, settings.device, settings.precision, settings.prompt)
        return repr((*how, language, recording, len(audio.samples)))

    def _search(self, audio: Audio, progress: Progress, cancelled: IsCancelled) -> tuple[list[Span], list[Window]]:
        speech = voice_activity.speech_spans(audio, cancelled=cancelled, progress=progress)
        return speech, pack(speech, audio.duration)

    def _hear(
        self, audio: Audio, language: str, plan: Plan, notes: Notes, progress: Progress, cancelled: IsCancelled
    ) -> None:
        """Hear the windows of the plan that are still to be heard, as many a step as are heard side by side."""
        seconds = [voice_activity.total(window.speech) for window in plan.windows]
        progress(sum(seconds[: notes.done]), sum(seconds))
        while notes.done < len(plan.windows):
            stop_if(cancelled)
            windows = plan.windows[notes.done : notes.done + self.settings.threads]
            for segments, removed in self._listener.hear(audio, windows, language, cancelled):
                notes.add(Heard(1, tuple(segments), tuple(removed)))
            progress(sum(seconds[: notes.done]), sum(seconds))

    def _hear_suspects(
        self, audio: Audio, language: str, plan: Plan, notes: Notes, progress: Progress, cancelled: IsCancelled
    ) -> list[Segment]:
        """The segments, those of suspect windows replaced where the window heard in parts gives more text."""
        heard = list(notes.segments)
        doubtful = suspects(plan.windows, heard)
        for number, window in enumerate(doubtful):
            stop_if(cancelled)
            progress(number, len(doubtful))
            before = within(window, heard)
            hear = partial(self._hear_parts, audio, language, window, cancelled)
            found = notes.ask(_parts_of(window), hear).segments
            after, _ = inventions.remove(found, plan.speech, self.settings.prompt)
            if sum(len(part.text) for part in after) > sum(len(part.text) for part in before):
                heard = sorted([part for part in heard if part not in before] + after, key=lambda part: part.start)
        return heard

    def _hear_parts(self, audio: Audio, language: str, window: Window, cancelled: IsCancelled) -> Again:
        parts = pack(window.speech, window.end, longest=voice_activity.total(window.speech) / 2)
        found = self._listener.hear(audio, parts, language, cancelled)
        return Again(_parts_of(window), tuple(part for segments, _ in found for part in segments))


def _parts_of(window: Window) -> str:
    return f"{window.start} {window.end} in parts"
