"""Recording in the vault -> transcript draft as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.engine_settings import engine_settings
from bot.jobs.kinds.base import Control, Tools
from bot.jobs.turnstile import Stopped
from models.errors import Missing
from models.tables import Evidence
from transcribe.checkpoint import Checkpoint
from transcribe.decode import Audio, decode
from transcribe.engine import Transcriber
from transcribe.progress import Cancelled, Progress, stage
from transcribe.transcript import Transcript

_DECODED = 0.03  # the part of the bar that decoding is worth


@dataclass(frozen=True)
class _Sound:
    sha256: str
    name: str
    seconds: float | None


class Transcription:
    """`arguments`: terms (list of words of the case), dialect (a lexicon's id, or none), purpose (in a dialogue voices
    are told apart, anything else is one person's), sound (SHA-256 of a message that is no evidence, in place of the
    recording's). Result: {transcript}.

    The model is loaded with the first job and kept: one copy a process. Several jobs take turns at it, step by step.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._transcriber: Transcriber | None = None

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises what decoding and loading the model raise."""
        sound = await self._sound(evidence_id, arguments)
        try:
            transcript = await asyncio.to_thread(self._transcribe, sound, arguments, control)
        except Cancelled as asked:
            raise Stopped from asked
        return {"transcript": transcript.to_json()}

    async def _sound(self, evidence_id: int | None, arguments: Mapping[str, Any]) -> _Sound:
        if "sound" in arguments:
            return _Sound(arguments["sound"], "", arguments.get("seconds"))
        async with self._tools.database.reading() as session:
            evidence = (await session.exec(select(Evidence).where(col(Evidence.id) == evidence_id))).first()
        if evidence is None:
            raise Missing("evidence.unknown")
        return _Sound(evidence.sha256, evidence.file_name, evidence.seconds)

    def _transcribe(self, sound: _Sound, arguments: Mapping[str, Any], control: Control) -> Transcript:
        def progress(done: float, total: float) -> None:
            # Being stopped is learned through `cancelled`, between steps, where the engine wants to be.
            control.progress = max(control.progress, done / total)

        decoding = stage(progress, 0.0, _DECODED)
        with self._tools.vault.opened(sound.sha256) as path, control.turn:
            audio = self._decode(path, control, lambda done, _: decoding(done, sound.seconds or done))
        with control.turn:
            return self._loaded().transcribe(
                audio,
                case_terms=arguments.get("terms", ()),
                dialect=arguments.get("dialect"),
                one_voice=arguments.get("purpose") != "dialogue",
                progress=stage(progress, _DECODED, 1.0),
                cancelled=control.between,
                checkpoint=Checkpoint(sound.sha256, control.kept, control.keep),
                file=sound.name,
            )

    def _decode(self, path: Path, control: Control, progress: Progress) -> Audio:
        # On the vault's own disk: memory may be all that the system's folder for temporary files has.
        folder = self._tools.vault.root
        return decode(path, self._tools.settings.recording_seconds, control.between, progress, folder)

    def _loaded(self) -> Transcriber:
        """The model. Called within a turn, so by one thread at a time."""
        if self._transcriber is None:
            self._transcriber = Transcriber(engine_settings(self._tools.settings))
        return self._transcriber
