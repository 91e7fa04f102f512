"""The speech engine's settings out of the service's."""

from __future__ import annotations

from bot.settings import Settings
from transcribe.engine import Settings as EngineSettings


def engine_settings(settings: Settings, model: str | None = None) -> EngineSettings:
    """As `settings` say, with another `model` where one is given."""
    return EngineSettings(
        model=model or settings.whisper_model or None,
        cache=settings.whisper_models,
        threads=settings.whisper_threads,
        device=settings.whisper_device,
        precision=settings.whisper_precision or None,
        lexicons=settings.lexicons,
        speakers=settings.speakers,
    )
