"""One window of sound -> what the model heard, with a time and a probability for every word.

Never samples: the same recording gives the same draft. Times come from the cross-attention, not from time stamp
tokens.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from models.errors import Unavailable
from transcribe.decode import SAMPLE_RATE
from transcribe.models import Model
from transcribe.normalisation import simplified
from transcribe.progress import IsCancelled, never, stop_if
from transcribe.tempo import slowed
from transcribe.transcript import Word
from transcribe.voting import Candidate, least_risk

LOOPING = 2.4
"""Text that zlib compresses more than this repeats itself (the measure and limit of the Whisper paper)."""
UNLIKELY = -1.0
SPARSE = 1.5
"""Tokens a second of speech under which text is surely missing (a Chinese character is one to three tokens)."""
SILENT = 0.6
DOUBTFUL_SILENCE, DOUBT = 0.3, 1.2
QUIET_FRAMES = 500
"""Frames of 10 ms of silence after a long window. Whisper learnt on 30 s filled up with silence and reads a single
sentence best so (CER 0.27 against 0.28), but the encoder's time goes with the length: 30 s for 3 s of speech."""
SLOWER = 1.12
"""How much longer the second hearing of a sentence takes: its errors are other ones than those of the first."""
_PUNCTUATION = frozenset("，。！？、：；“”‘’（）《》…—,.!?:;\"'()-")


@dataclass(frozen=True)
class Hearing:
    """What was heard in one window: `words` spell the text; times in seconds from the window's start."""

    words: tuple[Word, ...]
    likelihood: float
    no_speech: float
    compression: float

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def silent(self) -> bool:
        """The model itself says that nobody speaks, and does not believe its own text."""
        return self.no_speech > SILENT and self.likelihood < UNLIKELY

    @property
    def doubted(self) -> bool:
        """The model holds it possible that nobody speaks, the more so the less it believes its own text.

        Measured, this sum of both doubts: at most 1.1 where words were understood, 1.2 to 3.2 for sounds without words.
        """
        return self.no_speech > DOUBTFUL_SILENCE and self.no_speech - self.likelihood > DOUBT

    @property
    def looping(self) -> bool:
        """The text repeats itself as no speaker does."""
        return self.compression > LOOPING


@dataclass(frozen=True)
class _Attempt:
    tokens: list[int]
    text: str
    likelihood: float
    no_speech: float
    compression: float


class Recogniser:
    """A loaded model, hearing up to `threads` windows side by side. Safe to use from several threads.

    `fluency`: log-likelihood of a Chinese text as written, by which the readings of a sentence heard twice are weighed.
    """

    def __init__(
        self,
        model: Model,
        *,
        threads: int,
        beam: int,
        device: str,
        precision: str,
        fluency: Callable[[str], float] = lambda text: 0.0,
    ) -> None:
        self.model = model
        self.beam = beam
        self._fluency = fluency
        self._tokenizers: dict[str, Tokenizer] = {}
        self._lock = threading.Lock()
        try:
            # One thread a window and several windows at once: threads that share a window wait for each other.
            self._whisper = WhisperModel(
                model.source, device=device, compute_type=precision, cpu_threads=1, num_workers=threads
            )
        except (RuntimeError, ValueError, OSError) as fault:
            # CTranslate2 and the model hub raise these for a missing, damaged or unsupported model.
            raise Unavailable("model.unloadable", name=model.name) from fault

    def language_for(self, wanted: str) -> str:
        """`wanted` if the model knows it; Cantonese (`yue`) falls back to `zh` on models older than large-v3."""
        if not self._whisper.model.is_multilingual:
            return "en"
        known = self._whisper.hf_tokenizer.token_to_id(f"<|{wanted}|>") is not None
        return wanted if known else "zh"

    def hear(
        self,
        sound: NDArray[np.float32],
        language: str,
        *,
        speech: float = 0.0,
        stamped: bool = True,
        twice: bool = False,
        prompt: str = "",
        cancelled: IsCancelled = never,
    ) -> Hearing:
        """What is said in `sound` (16 kHz mono, at most 30 s), of which `speech` seconds are speech.

        Set `stamped` (time stamp tokens) false for a single sentence, which is then read better; with several
        sentences the model would stop early or leave out hesitations. A doubtful attempt (looping, unlikely, or too
        little text for the speech) is followed by one the other way. `twice` hears a slower copy as well and takes,
        of all readings, the one the others agree with most; without it the likeliest is taken. `cancelled` is asked
        before each call of the model: it takes up to a second. Raises Cancelled.
        """
        stop_if(cancelled)
        tokenizer = self._tokenizer(language)
        readings, quiet = (self.beam, self._whisper.feature_extractor.nb_max_frames) if twice else (1, QUIET_FRAMES)
        encoded, frames = self._encode(sound, quiet)
        stop_if(cancelled)
        attempts = self._attempts(encoded, tokenizer, prompt, timestamps=stamped, readings=readings)
        no_speech = attempts[0].no_speech
        if _doubtful(attempts[0], speech):
            stop_if(cancelled)
            attempts += self._attempts(encoded, tokenizer, prompt, timestamps=not stamped, readings=readings)
        if twice:
            stop_if(cancelled)
            slower, _ = self._encode(slowed(sound, SLOWER), quiet)
            stop_if(cancelled)
            attempts += self._attempts(slower, tokenizer, prompt, timestamps=stamped, readings=readings)
        attempt = self._chosen(attempts, speech, language) if twice else max(attempts, key=lambda a: _rank(a, speech))
        stop_if(cancelled)
        words = self._words(encoded, tokenizer, attempt.tokens, frames)
        limit = len(sound) / SAMPLE_RATE
        inside = tuple(
            Word(min(word.start, limit), min(word.end, limit), word.text, word.probability) for word in words
        )
        return Hearing(inside, attempt.likelihood, no_speech, attempt.compression)

    def _encode(self, sound: NDArray[np.float32], quiet: int) -> tuple[Any, int]:
        """The encoder's output for `sound` and up to `quiet` frames of silence; how many frames of it are sound."""
        extractor = self._whisper.feature_extractor
        features = extractor(sound)[:, : extractor.nb_max_frames]
        frames = features.shape[-1]
        # The encoder halves the frames: an even number of them.
        length = min(extractor.nb_max_frames, frames + quiet) // 2 * 2
        return self._whisper.encode(np.pad(features, ((0, 0), (0, max(0, length - frames))))[:, :length]), frames

    def _chosen(self, attempts: Sequence[_Attempt], speech: float, language: str) -> _Attempt:
        """The reading of least risk among those without a fault, or the least faulty."""
        sound = [each for each in attempts if each.compression <= LOOPING and not _sparse(each, speech)]
        if not sound:
            return max(attempts, key=lambda each: _rank(each, speech))
        fluent = self._fluency if language == "zh" else None
        candidates = [
            Candidate(each.text, each.likelihood, len(each.tokens), fluent(simplified(each.text)) if fluent else 0.0)
            for each in sound
        ]
        return sound[least_risk(candidates)]

    def _tokenizer(self, language: str) -> Tokenizer:
        with self._lock:
            if language not in self._tokenizers:
                self._tokenizers[language] = Tokenizer(
                    self._whisper.hf_tokenizer,
                    self._whisper.model.is_multilingual,
                    task="transcribe",
                    language=language,
                )
            return self._tokenizers[language]

    def _attempts(
        self, encoded: Any, tokenizer: Tokenizer, prompt: str, *, timestamps: bool, readings: int
    ) -> list[_Attempt]:
        """The likeliest `readings`, best first."""
        previous = tokenizer.encode(" " + prompt.strip()) if prompt else []
        start = self._whisper.get_prompt(tokenizer, previous, without_timestamps=not timestamps)
        result = self._whisper.model.generate(
            encoded,
            [start],
            beam_size=self.beam,
            num_hypotheses=readings,
            max_length=self._whisper.max_length,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            max_initial_timestamp_index=50,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        attempts = []
        for sequence, score in zip(result.sequences_ids, result.scores, strict=True):
            tokens = [token for token in sequence if token < tokenizer.eot]
            text = tokenizer.decode(tokens)
            size = len(text.encode())
            attempts.append(
                _Attempt(
                    tokens,
                    text,
                    float(score) * len(sequence) / (len(sequence) + 1),
                    float(result.no_speech_prob),
                    size / len(zlib.compress(text.encode())) if size else 0.0,
                )
            )
        return attempts

    def _words(self, encoded: Any, tokenizer: Tokenizer, tokens: list[int], frames: int) -> list[Word]:
        if not tokens:
            return []
        words: list[Word] = []
        for part in self._whisper.find_alignment(tokenizer, [tokens], encoded, frames)[0]:
            text, start, end = part["word"], float(part["start"]), float(part["end"])
            if not text:
                continue
            if words and text.strip() and set(text.strip()) <= _PUNCTUATION:
                # A punctuation mark is nobody's sound: it belongs to the word before it.
                last = words[-1]
                words[-1] = Word(last.start, last.end, last.text + text, last.probability)
            else:
                words.append(Word(start, max(start, end), text, float(part["probability"])))
        return words


def _doubtful(attempt: _Attempt, seconds: float) -> bool:
    return attempt.compression > LOOPING or attempt.likelihood < UNLIKELY or _sparse(attempt, seconds)


def _rank(attempt: _Attempt, seconds: float) -> tuple[bool, bool, float]:
    return attempt.compression <= LOOPING, not _sparse(attempt, seconds), attempt.likelihood


def _sparse(attempt: _Attempt, seconds: float) -> bool:
    return len(attempt.tokens) < SPARSE * seconds
