"""The regulation packs of this installation, loaded once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.settings import Settings
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack
from models.errors import Missing


class Shelf:
    """The packs of this installation by `id@version`; `newest` finds the one an agency's new cases use."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = {f"{pack.id}@{pack.version}": pack for pack in packs.values()}
        self._newest = {pack.id: pack for pack in packs.values()}

    def get(self, reference: str) -> Pack:
        """The pinned pack. Raises Missing `pack.unknown`."""
        try:
            return self._packs[reference]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=reference) from cause

    def newest(self, pack_id: str) -> Pack:
        try:
            return self._newest[pack_id]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=pack_id) from cause


def load_shelf(settings: Settings) -> Shelf:
    """The shipped packs and the agency's own."""
    packs = load_all()
    for folder in settings.packs:
        packs.update(load_all(folder))
    return Shelf(packs)
