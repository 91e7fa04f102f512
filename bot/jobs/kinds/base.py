"""What a kind of job is given and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.published import with_published
from bot.settings import Settings
from bot.shelf import Shelf, load_shelf
from models.database import Database, Session
from models.vault import Vault


class Stopped(Exception):
    """Raised inside a kind when its job was cancelled, taken over, or the worker ends."""


@dataclass
class Tools:
    """What every kind of a worker process shares. shelf: the packs, read from disk when they are first asked for."""

    settings: Settings
    database: Database
    vault: Vault
    shelf: Shelf | None = None

    async def packs(self, session: Session) -> Shelf:
        """The packs on disk and every version kept in the database."""
        self.shelf = await with_published(session, self.shelf or load_shelf(self.settings))
        return self.shelf


class Control:
    """Between the kind's thread and the worker's loop. Plain attributes: each is written by one side only."""

    def __init__(self) -> None:
        self.progress = 0.0
        self.stop_asked = False

    def report(self, progress: float) -> None:
        """Note progress (0..1). Raises Stopped when the work is no longer wanted."""
        self.progress = min(max(progress, self.progress), 1.0)
        if self.stop_asked:
            raise Stopped


class Kind(Protocol):
    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Do the work; the result is plain JSON, bytes lie in the vault.

        Heavy work belongs in a thread and calls `control.report`. ZhiluError fails the job for good with its code;
        any other fault is tried again.
        """
        ...
