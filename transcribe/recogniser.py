"""One window of sound -> what the model heard, with a time and a probability for every word.

Never samples: the same recording gives the same draft. Times come from the cross-attention, not from time stamp
tokens.
"""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from models.errors import Unavailable
from transcribe.decode import SAMPLE_RATE
from transcribe.models import Model
from transcribe.transcript import Word

LOOPING = 2.4
"""Text that zlib compresses more than this repeats itself (the measure and limit of the Whisper paper)."""
UNLIKELY = -1.0
SPARSE = 1.5
"""Tokens a second of speech under which text is surely missing (a Chinese character is one to three tokens)."""
SILENT = 0.6
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
    def looping(self) -> bool:
        """The text repeats itself as no speaker does."""
        return self.compression > LOOPING


@dataclass(frozen=True)
class _Attempt:
    tokens: list[int]
    likelihood: float
    no_speech: float
    compression: float


class Recogniser:
    """A loaded model. Safe to use from several threads; loading takes about a second for base."""

    def __init__(self, model: Model, *, threads: int, beam: int, device: str, precision: str) -> None:
        self.model = model
        self.beam = beam
        self._tokenizers: dict[str, Tokenizer] = {}
        self._lock = threading.Lock()
        try:
            self._whisper = WhisperModel(model.source, device=device, compute_type=precision, cpu_threads=threads)
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
        prompt: str = "",
    ) -> Hearing:
        """What is said in `sound` (16 kHz mono, at most 30 s), of which `speech` seconds are speech.

        Set `stamped` (time stamp tokens) false for a single sentence, which is then read better; with several
        sentences the model would stop early or leave out hesitations. A doubtful attempt (looping,
        unlikely, or too little text for the speech) is followed by one the other way, and the better is taken.
        """
        tokenizer = self._tokenizer(language)
        features = self._whisper.feature_extractor(sound)
        frames = min(features.shape[-1], self._whisper.feature_extractor.nb_max_frames)
        encoded = self._whisper.encode(pad_or_trim(features))
        attempt = self._attempt(encoded, tokenizer, prompt, timestamps=stamped)
        if _doubtful(attempt, speech):

            def rank(each: _Attempt) -> tuple[bool, bool, float]:
                return each.compression <= LOOPING, not _sparse(each, speech), each.likelihood

            second = self._attempt(encoded, tokenizer, prompt, timestamps=not stamped)
            attempt = max(attempt, second, key=rank)
        words = self._words(encoded, tokenizer, attempt.tokens, frames)
        limit = len(sound) / SAMPLE_RATE
        inside = tuple(
            Word(min(word.start, limit), min(word.end, limit), word.text, word.probability) for word in words
        )
        return Hearing(inside, attempt.likelihood, attempt.no_speech, attempt.compression)

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

    def _attempt(self, encoded: Any, tokenizer: Tokenizer, prompt: str, *, timestamps: bool) -> _Attempt:
        previous = tokenizer.encode(" " + prompt.strip()) if prompt else []
        start = self._whisper.get_prompt(tokenizer, previous, without_timestamps=not timestamps)
        result = self._whisper.model.generate(
            encoded,
            [start],
            beam_size=self.beam,
            max_length=self._whisper.max_length,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            max_initial_timestamp_index=50,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        length = len(result.sequences_ids[0])
        text = tokenizer.decode(tokens).encode()
        return _Attempt(
            tokens,
            float(result.scores[0]) * length / (length + 1),
            float(result.no_speech_prob),
            len(text) / len(zlib.compress(text)) if text else 0.0,
        )

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


def _sparse(attempt: _Attempt, seconds: float) -> bool:
    return len(attempt.tokens) < SPARSE * seconds
