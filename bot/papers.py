"""A frozen or sealed record as its formal paper, in every format."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.case_facts import load_facts
from bot.use_cases.record_versions import versions_up_to
from bot.views.opinions import in_stead
from bot.work import Work
from dialogs import engine
from dialogs.papers.blocks import Paper
from dialogs.papers.compose import Decided, Signed, compose
from dialogs.papers.docx_file import render_docx
from dialogs.papers.typst_pdf import render_pdf
from dialogs.questions.date_time import printed as printed_moment
from models.database import Session
from models.errors import InvalidInput
from models.tables import Agency, Case, Evidence, Officer, Opinion, Record, Signature
from models.vault import Vault


async def build_paper(
    session: Session, vault: Vault, shelf: Shelf, record_id: int, stage: str
) -> list[tuple[str, bytes]]:
    """`[(format, bytes)]` for `pdf` and `docx`. `stage`: frozen (to be signed) or sealed (signatures printed)."""
    record = await session.get_one(Record, record_id)
    if record.content_hash is None or record.frozen_at is None:
        raise InvalidInput("record.wrong_state", state=record.state, wanted="frozen")
    paper = await _compose(session, vault, shelf, record, sealed=stage == "sealed")
    pdf = await asyncio.to_thread(render_pdf, paper)
    docx = await asyncio.to_thread(render_docx, paper)
    return [("pdf", pdf), ("docx", docx)]


async def _compose(session: Session, vault: Vault, shelf: Shelf, record: Record, *, sealed: bool) -> Paper:
    case = await session.get_one(Case, record.case_id)
    agency = await session.get_one(Agency, record.agency_id)
    pack = shelf.get(record.pack)
    assert record.content_hash is not None and record.frozen_at is not None
    # The moment of freezing, not of printing: the paper says what the record said then.
    work = Work(session, record.frozen_at, vault, shelf, Settings())
    facts = await load_facts(work, case, record)
    photos = await _photos(session, record)
    made_at: datetime = record.sealed_at if sealed and record.sealed_at else record.frozen_at
    notices = []
    if record.corrects_id is not None:
        former = await session.get_one(Record, record.corrects_id)
        notices.append(
            f"本文书为更正版本，替代{former.number or former.id}（SHA-256 {(former.content_hash or '')[:16]}）；"
            f"更正原因：{record.correction_reason}"
        )
    notices += [_listened(each) for each in (record.content or {}).get("listened", ())]
    return compose(
        pack,
        pack.record(record.form),
        engine.draft_from_json(record.answers),
        facts,
        agency_name=agency.name,
        number=record.number,
        made_at=made_at,
        record_hash=record.content_hash,
        signatures=await _signatures(session, vault, record) if sealed else {},
        opinions=await _opinions(session, record),
        pictures={str(photo.id): _picture(vault, photo) for photo in photos if photo.disposed_at is None},
        disposed=[str(photo.id) for photo in photos if photo.disposed_at is not None],
        notices=notices,
    )


def _listened(told: Mapping[str, Any]) -> str:
    """Who has compared the dialogue with the recording it was written from."""
    when = printed_moment(datetime.fromisoformat(told["at"]))
    changed = f"；此后在本文书中改动{told['changed_after']}行" if told["changed_after"] else ""
    return f"录音录像{told['recording']}号的转写稿，由{told['by']}于{when}听取录音并逐句核对{changed}。"


async def _signatures(session: Session, vault: Vault, record: Record) -> dict[str, Signed]:
    found = await session.exec(
        select(Signature).where(col(Signature.record_id) == record.id, col(Signature.round) == record.round)
    )
    return {
        signature.slot: Signed(
            name=signature.name,
            at=signature.signed_at,
            way=signature.way,  # type: ignore[arg-type]  # one of the three by construction
            # A photograph of the whole paper is kept as evidence; only drawn signatures fit into a slot.
            image=vault.read(signature.image) if signature.image and signature.way == "drawn" else None,
            reason=signature.reason,
            witness=signature.witness,
        )
        for signature in found.all()
    }


async def _opinions(session: Session, record: Record) -> dict[str, Decided]:
    found = await session.exec(
        select(Opinion, Officer).where(
            col(Opinion.record_id) == record.id,
            col(Opinion.round) == record.round,
            col(Opinion.result) == "approved",
            col(Opinion.officer_id) == col(Officer.id),
        )
    )
    decided = {}
    for opinion, officer in found.all():
        absent = await session.get(Officer, opinion.stands_for_id) if opinion.stands_for_id else None
        name = in_stead(officer.name, absent.name if absent else None)
        decided[opinion.step] = Decided(name=name, at=opinion.given_at or opinion.asked_at, text=opinion.text)
    return decided


async def _photos(session: Session, record: Record) -> Sequence[Evidence]:
    found = await session.exec(
        select(Evidence).where(
            col(Evidence.record_id).in_(await versions_up_to(session, record)),
            col(Evidence.kind) == "photo",
            col(Evidence.state) == "received",
        )
    )
    return found.all()


def _picture(vault: Vault, photo: Evidence) -> bytes:
    """The watermarked view where there is one; the original stays in the vault untouched."""
    return vault.read(str(photo.details.get("view") or photo.sha256))


def file_name(title: str, number: str | None, extension: str) -> str:
    """`询问笔录 西财询〔2026〕3号.pdf`, free of what file systems refuse."""
    name = f"{title} {number or ''}".strip()
    return "".join("_" if character in '\\/:*?"<>|' else character for character in name) + f".{extension}"
