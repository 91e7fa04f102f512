"""Recording in the vault -> transcript draft as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from bot.jobs.kinds.base import Control, Stopped, Tools
from models.errors import Missing
from models.tables import Evidence
from transcribe.decode import decode
from transcribe.engine import Settings as EngineSettings
from transcribe.engine import Transcriber
from transcribe.progress import Cancelled

_DECODED = 0.02  # the part of the bar that decoding is worth


class Transcription:
    """`arguments`: terms (list of words of the case), dialect (a lexicon's id, or none), sound (SHA-256 of a message
    that is no evidence, in place of the recording's). Result: {transcript}.

    The model is loaded with the first job and kept: one copy a process.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._transcriber: Transcriber | None = None

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what decoding and loading the model raise."""
        sha256, name = arguments.get("sound"), ""
        if sha256 is None:
            async with self._tools.database.reading() as session:
                evidence = (await session.exec(select(Evidence).where(col(Evidence.id) == evidence_id))).first()
            if evidence is None:
                raise Missing("evidence.unknown")
            sha256, name = evidence.sha256, evidence.file_name
        return await asyncio.to_thread(self._transcribe, sha256, name, arguments, control)

    def _transcribe(self, sha256: str, name: str, arguments: Mapping[str, Any], control: Control) -> dict[str, Any]:
        with self._tools.vault.opened(sha256) as path:
            audio = decode(path, self._tools.settings.recording_seconds)
        control.report(_DECODED)
        if self._transcriber is None:
            settings = self._tools.settings
            self._transcriber = Transcriber(
                EngineSettings(
                    model=settings.whisper_model or None,
                    threads=settings.whisper_threads,
                    lexicons=settings.lexicons,
                )
            )

        def progress(done: float, total: float) -> None:
            # Being stopped is learned through `cancelled`, between windows, where the engine wants to be.
            control.progress = _DECODED + (1 - _DECODED) * (done / total if total else 1.0)

        try:
            transcript = self._transcriber.transcribe(
                audio,
                case_terms=arguments.get("terms", ()),
                dialect=arguments.get("dialect"),
                progress=progress,
                cancelled=lambda: control.stop_asked,
                file=name,
            )
        except Cancelled as asked:
            raise Stopped from asked
        return {"transcript": transcript.to_json()}
