"""A recording's file in, its transcript out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from transcribe.decode import DEFAULT_LIMIT_SECONDS, decode
from transcribe.engine import Transcriber
from transcribe.progress import IsCancelled, Progress, never, unreported
from transcribe.transcript import Transcript


def transcribe_file(
    path: Path,
    transcriber: Transcriber,
    *,
    name: str | None = None,
    language: str = "zh",
    case_terms: Sequence[str] = (),
    dialect: str | None = None,
    one_voice: bool = False,
    limit: float = DEFAULT_LIMIT_SECONDS,
    progress: Progress = unreported,
    cancelled: IsCancelled = never,
) -> Transcript:
    """The transcript of the recording at `path`, called `name` in it (else the file's own name).

    Raises what `transcribe.decode.decode` and `Transcriber.transcribe` raise.
    """
    return transcriber.transcribe(
        decode(path, limit, cancelled),
        language=language,
        case_terms=case_terms,
        dialect=dialect,
        one_voice=one_voice,
        progress=progress,
        cancelled=cancelled,
        file=name or path.name,
    )
