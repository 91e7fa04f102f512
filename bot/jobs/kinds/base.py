"""What a kind of job is given and gives."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.jobs.queue import Stretch
from bot.jobs.turnstile import Stopped, Turn, Turnstile
from bot.published import with_published
from bot.settings import Settings
from bot.shelf import Shelf, load_shelf
from models.database import Database, Session
from models.vault import Vault


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
    """Between the kind's thread and the worker's loop. Plain attributes: each is written by one side only.

    `kept`: what earlier attempts at the job kept, in order.
    """

    def __init__(
        self,
        progress: float = 0.0,
        kept: Sequence[dict[str, Any]] = (),
        turnstile: Turnstile | None = None,
        seconds: float = 0.0,
    ) -> None:
        self.progress = progress
        self.kept = kept
        self.stop_asked = False
        self.turn = Turn(turnstile or Turnstile(), seconds, lambda: self.stop_asked)
        self._unsaved: deque[Stretch] = deque()

    def report(self, progress: float) -> None:
        """Note progress (0..1). Raises Stopped when the work is no longer wanted."""
        self.progress = min(max(progress, self.progress), 1.0)
        if self.stop_asked:
            raise Stopped

    def between(self) -> bool:
        """Asked within `self.turn` between steps of a second or two: lets other work pass. True: stop."""
        self.turn.give_way()
        return self.stop_asked

    def keep(self, position: int, data: dict[str, Any]) -> None:
        """Have the worker store a stretch, in order, within a second or so."""
        self._unsaved.append(Stretch(position, data))

    def unsaved(self) -> list[Stretch]:
        """What is to be stored now; whoever asks takes it over."""
        taken = []
        while self._unsaved:
            taken.append(self._unsaved.popleft())
        return taken


class Kind(Protocol):
    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Do the work; the result is plain JSON, bytes lie in the vault.

        Heavy work belongs in a thread and calls `control.report`; where several jobs may be under way at once
        (`AT_ONCE`), it computes within `control.turn`. ZhiluError fails the job for good with its code;
        any other fault is tried again.
        """
        ...
