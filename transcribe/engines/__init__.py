"""What hears: one module for each kind of engine, found by its name.

A model is named `ENGINE:MODEL`; without a known engine's name before the colon it is one of `whisper`. A module here
defines `load(model, options) -> SpeechEngine` and nothing else needs to know of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.models import Model
from transcribe.progress import IsCancelled, never

if TYPE_CHECKING:
    from transcribe.recogniser import Hearing

DEFAULT = "whisper"


@dataclass(frozen=True)
class Options:
    """How an engine is to run. `device` cpu, cuda or auto; no `precision`: what suits the device.

    `cache`: the folder of models known by name. `beam`: hypotheses kept, for engines that search.
    """

    threads: int = 2
    beam: int = 5
    device: str = "cpu"
    precision: str | None = None
    cache: Path | None = None


class SpeechEngine(Protocol):
    """A loaded model. Used from several threads.

    Its hearings account for what it left out: speech without words, and `likelihood` and `no_speech` as a measure of
    belief, are what the draft's coverage and the removal of inventions rest on.
    """

    @property
    def model(self) -> Model:
        """Its name in transcripts, and where its weights lie: what is half heard goes on only with the same."""
        ...

    def language_for(self, wanted: str) -> str:
        """The code to hear language `wanted` with, `zh` or `yue`."""
        ...

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
        """What is said in `sound`: 16 kHz mono in [-1, 1), at most 30 s, of which `speech` seconds are speech.

        Hints, which an engine may ignore: `stamped` is false and `twice` true for a single sentence, `prompt` is text
        that may come before it; `cancelled` is best asked every second or so (`stop_if`): others may be let pass then.
        """
        ...


def names() -> tuple[str, ...]:
    """The engines there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def split(model: str | None) -> tuple[str, str | None]:
    """`model` as (engine, what the engine is to load)."""
    engine, colon, rest = (model or "").partition(":")
    return (engine, rest or None) if colon and engine in names() else (DEFAULT, model or None)


def load(model: str | None, options: Options) -> SpeechEngine:
    """The engine `model` names, loaded. Raises Unavailable `model.*`."""
    engine, own = split(model)
    loaded: SpeechEngine = importlib.import_module(f"{__name__}.{engine}").load(own, options)
    return loaded
