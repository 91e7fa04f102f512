"""A submitted record -> an image of its case's recordings, read back and then kept in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.disc_contents import Disc, Gone, Recording
from bot.disc_image import check_disc, write_disc
from bot.jobs.kinds.base import Control, Tools
from models.database import Session
from models.errors import InvalidInput, Missing, Unavailable
from models.tables import Agency, Case, Evidence, Officer, Record
from models.vault import Vault, sha256_of

_EVIDENCE_KIND = {"recordings": "recording"}
_WRITTEN = 0.6  # the part of the bar that writing is worth; the rest is reading back


class DiscImage:
    """`arguments`: of (recordings), round. Result: {image: {sha256, size}, or none without a recording; evidence: ids;
    gone: ids of what was disposed of and is only listed}.

    Holds no recording in memory: each is streamed from the vault into a file on the vault's disk.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(
        self, *, record_id: int | None, evidence_id: int | None, arguments: Mapping[str, Any], control: Control
    ) -> dict[str, Any]:
        """Raises Missing `record.unknown`, `vault.missing`, Unavailable `disc.not_verified`, `vault.cannot_write`."""
        if record_id is None:
            raise Missing("record.unknown")
        async with self._tools.database.reading() as session:
            disc = await disc_of(session, self._tools.vault, record_id, _EVIDENCE_KIND[arguments["of"]])
        if not disc.recordings:
            return {"image": None, "evidence": [], "gone": [one.evidence for one in disc.gone]}
        return await asyncio.to_thread(self._make, disc, control)

    def _make(self, disc: Disc, control: Control) -> dict[str, Any]:
        vault = self._tools.vault
        try:
            with ExitStack() as plain, vault.incoming() as path:
                sources = [plain.enter_context(vault.opened(one.sha256)) for one in disc.recordings]
                opened = zip(disc.recordings, sources, strict=True)
                disc = replace(disc, recordings=tuple(replace(one, source=source) for one, source in opened))
                write_disc(disc, path, lambda done: control.report(_WRITTEN * done))
                check_disc(disc, path, lambda done: control.report(_WRITTEN + (1 - _WRITTEN) * done))
                stored = vault.take(path, sha256_of(path))
        except OSError as cause:
            raise Unavailable("vault.cannot_write") from cause
        image = {"sha256": stored.sha256, "size": stored.size}
        return {
            "image": image,
            "evidence": [one.evidence for one in disc.recordings],
            "gone": [one.evidence for one in disc.gone],
        }


async def disc_of(session: Session, vault: Vault, record_id: int, evidence_kind: str) -> Disc:
    """What belongs on the record's disc: all that the case had received, and not withdrawn, when it was submitted.

    What a decision has disposed of since is named and nothing more.
    """
    record = await session.get_one(Record, record_id)
    if record.frozen_at is None or record.content is None:
        raise InvalidInput("record.wrong_state", state=record.state, wanted="frozen")
    agency = await session.get_one(Agency, record.agency_id)
    case = await session.get_one(Case, record.case_id)
    found = await session.exec(
        select(Evidence, Officer)
        .where(
            col(Evidence.case_id) == record.case_id,
            col(Evidence.kind) == evidence_kind,
            col(Evidence.state) == "received",
            col(Evidence.received_at) <= record.frozen_at,
            col(Evidence.officer_id) == col(Officer.id),
        )
        .order_by(col(Evidence.id))
    )
    rows = found.all()
    return Disc(
        volume=f"C{case.id}R{record.id}",
        agency=agency.name,
        case=case.number or "",
        title=str(record.content["title"]),
        submitted_at=record.frozen_at,
        lines=tuple((answer["label"], answer["text"]) for answer in record.content["answers"]),
        recordings=tuple(_recording(each, officer, vault) for each, officer in rows if each.disposed_at is None),
        gone=tuple(_gone(each, each.disposed_at) for each, _ in rows if each.disposed_at is not None),
    )


def _gone(evidence: Evidence, disposed_at: datetime) -> Gone:
    assert evidence.id is not None
    return Gone(evidence.id, evidence.sha256, evidence.size, evidence.seconds, evidence.received_at, disposed_at)


def _recording(evidence: Evidence, officer: Officer, vault: Vault) -> Recording:
    assert evidence.id is not None
    return Recording(
        evidence=evidence.id,
        source=vault.path(evidence.sha256),
        sha256=evidence.sha256,
        size=evidence.size,
        seconds=evidence.seconds,
        received_at=evidence.received_at,
        officer=f"{officer.name}（{officer.certificate}）" if officer.certificate else officer.name,
        original=evidence.file_name,
        media_type=evidence.media_type,
    )
