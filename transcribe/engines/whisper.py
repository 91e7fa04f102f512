"""Whisper models in CTranslate2's format, by faster-whisper."""

from __future__ import annotations

import ctranslate2

from models.errors import Unavailable
from transcribe import language_model
from transcribe.engines import Options, SpeechEngine
from transcribe.likelihood import fluency
from transcribe.models import resolve
from transcribe.recogniser import Recogniser

PRECISIONS = {"cpu": "int8", "cuda": "float16"}
"""What each device is fast at."""


def load(model: str | None, options: Options) -> SpeechEngine:
    """The Whisper model `model` (None: the verified default). Raises Unavailable `model.*`."""
    device, precision = placed(options)
    return Recogniser(
        resolve(model, options.cache),
        threads=options.threads,
        beam=options.beam,
        device=device,
        precision=precision,
        fluency=lambda text: fluency(text, language_model.mandarin()),
    )


def placed(options: Options) -> tuple[str, str]:
    """Device and precision to use.

    Raises Unavailable `model.no_device` (device) or `model.precision` (precision, device, known).
    """
    cards = ctranslate2.get_cuda_device_count()
    device = options.device if options.device != "auto" else "cuda" if cards else "cpu"
    if device == "cuda" and not cards:
        raise Unavailable("model.no_device", device=device)
    precision = options.precision or PRECISIONS[device]
    known = ctranslate2.get_supported_compute_types(device)
    if precision not in known:
        raise Unavailable("model.precision", precision=precision, device=device, known=sorted(known))
    return device, precision
