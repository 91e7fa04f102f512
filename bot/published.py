"""Published packs live on: what was in use under `id@version` is kept, and read again when the disk has moved on."""

from __future__ import annotations

from datetime import datetime

import structlog
from pydantic import ValidationError
from sqlmodel import col, select

from bot.clock import domain_now
from bot.shelf import Shelf, reference_of
from dialogs.packs.loader import content_of, hash_of
from dialogs.packs.schema import Pack
from models import ledger
from models.database import Database, Session
from models.errors import Unavailable
from models.tables import PackVersion

log = structlog.get_logger(__name__)


async def stocked(database: Database, shelf: Shelf) -> Shelf:
    """Once at the start: keep what lies on disk, and add what was kept before.

    A pack whose content differs from what was kept under the same version is left out of new work, with an error
    that says to raise its version; everything else goes on.
    """
    async with database.transaction() as session:
        full = await with_published(session, shelf)
        for pack in full.on_disk.values():
            if pack.id in full.refused:
                log.error(
                    "pack refused: changed without a new version; raise `version` in its pack.yaml and start again",
                    pack=reference_of(pack),
                    sha256=pack.sha256,
                    kept=full.get(reference_of(pack)).sha256,
                )
            else:
                await keep_published(session, pack, await domain_now(session))
    return full


async def with_published(session: Session, shelf: Shelf) -> Shelf:
    """The shelf with every version kept in the database; reads only those it does not hold yet."""
    rows = (await session.exec(select(PackVersion.reference, PackVersion.sha256))).all()
    missing = [reference for reference, sha256 in rows if not shelf.holds(reference, sha256)]
    if not missing:
        return shelf
    found = await session.exec(select(PackVersion).where(col(PackVersion.reference).in_(missing)))
    return Shelf(shelf.on_disk, [*shelf.published, *(pack for row in found.all() if (pack := _pack(row)) is not None)])


async def keep_published(session: Session, pack: Pack, now: datetime) -> None:
    """Keep a pack before anything is pinned to it. Raises Unavailable `pack.changed` when another content is kept
    under its version."""
    kept = await session.get(PackVersion, reference_of(pack))
    if kept is None:
        # The leaf comes first: appending to the ledger makes two processes that start at once queue.
        await ledger.append(session, "pack.published", f"pack:{reference_of(pack)}", {"sha256": pack.sha256}, now=now)
        kept = await session.get(PackVersion, reference_of(pack), populate_existing=True)
    if kept is None:
        session.add(
            PackVersion(reference=reference_of(pack), sha256=pack.sha256, content=content_of(pack), first_used_at=now)
        )
        await session.flush()
    elif kept.sha256 != pack.sha256:
        raise Unavailable("pack.changed", pack=pack.id, version=pack.version)


def _pack(row: PackVersion) -> Pack | None:
    """The pack as it was; None when what is stored is no longer what was published."""
    if hash_of(row.content) != row.sha256:
        log.error("published pack was changed in the database", pack=row.reference)
        return None
    try:
        return Pack.model_validate(row.content).model_copy(update={"sha256": row.sha256})
    except ValidationError:
        log.exception("published pack cannot be read by this version", pack=row.reference)
        return None
