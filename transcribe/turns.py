"""Who speaks when. The default claims nothing: a wrong name in a record of questioning is worse than none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from transcribe.decode import Audio
from transcribe.progress import IsCancelled, Progress, never, unreported
from transcribe.transcript import Segment


class SpeakerTurns(Protocol):
    """Gives segments their speakers."""

    def assign(
        self,
        audio: Audio,
        segments: Sequence[Segment],
        *,
        progress: Progress = unreported,
        cancelled: IsCancelled = never,
    ) -> list[Segment]:
        """The segments in order with `speaker` set where known; a segment may be split at a change of speaker."""
        ...


class Undetermined:
    """Leaves every speaker null."""

    def assign(
        self,
        audio: Audio,
        segments: Sequence[Segment],
        *,
        progress: Progress = unreported,
        cancelled: IsCancelled = never,
    ) -> list[Segment]:
        """`segments` as they are."""
        return list(segments)


class OneSpeaker:
    """One voice message is one person's answer: every segment is `speaker`'s."""

    def __init__(self, speaker: str) -> None:
        self._speaker = speaker

    def assign(
        self,
        audio: Audio,
        segments: Sequence[Segment],
        *,
        progress: Progress = unreported,
        cancelled: IsCancelled = never,
    ) -> list[Segment]:
        """`segments`, all given to the one speaker."""
        return [replace(segment, speaker=self._speaker) for segment in segments]
