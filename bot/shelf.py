"""The regulation packs of this installation: those on disk, and every version that was ever in use here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.settings import Settings
from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack
from models.errors import Missing, Unavailable


class Shelf:
    """Packs by `id@version`; `newest` finds the one an agency's new cases use.

    packs: those on disk, by id. published: contents in use before, which stand for their reference whatever the disk
    says. Those on disk that differ from them are `refused`: nothing new begins under them.
    """

    def __init__(self, packs: Mapping[str, Pack], published: Iterable[Pack] = ()) -> None:
        self.on_disk = dict(packs)
        self.published = tuple(published)
        self._packs = {reference_of(pack): pack for pack in packs.values()}
        self._packs |= {reference_of(pack): pack for pack in self.published}
        self.refused = frozenset(
            pack.id for pack in packs.values() if self._packs[reference_of(pack)].sha256 != pack.sha256
        )

    def get(self, reference: str) -> Pack:
        """The pinned pack. Raises Missing `pack.unknown`."""
        try:
            return self._packs[reference]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=reference) from cause

    def versions(self, pack_id: str) -> tuple[Pack, ...]:
        """Every version of a pack that is known here."""
        return tuple(pack for pack in self._packs.values() if pack.id == pack_id)

    def newest(self, pack_id: str) -> Pack:
        """The pack on disk. Raises Missing `pack.unknown`, Unavailable `pack.changed` when it was changed without a
        new version."""
        try:
            pack = self.on_disk[pack_id]
        except KeyError as cause:
            raise Missing("pack.unknown", pack=pack_id) from cause
        if pack_id in self.refused:
            raise Unavailable("pack.changed", pack=pack_id, version=pack.version)
        return pack

    def newer_than(self, reference: str) -> Pack | None:
        """The pack on disk when it is a later version of the one referred to."""
        pack_id, _, version = reference.partition("@")
        pack = self.on_disk.get(pack_id)
        if pack is None or pack_id in self.refused or version_key(pack.version) <= version_key(version):
            return None
        return pack

    def holds(self, reference: str, sha256: str) -> bool:
        pack = self._packs.get(reference)
        return pack is not None and pack.sha256 == sha256


def reference_of(pack: Pack) -> str:
    return f"{pack.id}@{pack.version}"


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def load_shelf(settings: Settings) -> Shelf:
    """The shipped packs and the agency's own, as they lie on disk; see `bot.published` for those of before."""
    packs = load_all()
    for folder in settings.packs:
        packs.update(load_all(folder))
    return Shelf(packs)
