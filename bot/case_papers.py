"""Papers about a whole case, made from what the database and the vault hold of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.case_compliance import names_in
from bot.use_cases.case_facts import load_facts
from bot.views.case_papers import Listed, Piece, Subject, compliance_paper, index_paper
from bot.work import Work
from dialogs.compliance import check
from dialogs.course import course_of
from dialogs.papers.blocks import DISPOSED
from dialogs.papers.typst_pdf import render_pdf
from models.database import Session
from models.errors import Missing
from models.tables import Agency, Case, Evidence, Paper, Record
from models.vault import Vault

COMPLIANCE, INDEX = "compliance", "case_index"
_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")  # the page tree, which our PDFs do not compress


async def build_case_paper(
    session: Session, vault: Vault, shelf: Shelf, case_id: int, *, of: str, now: datetime
) -> bytes:
    """A PDF `of` the case's compliance or its index, as the case stands at `now`.

    Raises what rendering raises.
    """
    case = await session.get_one(Case, case_id)
    work = Work(session, now, vault, shelf, Settings())
    subject = await _subject(work, case)
    if of == COMPLIANCE:
        paper = compliance_paper(subject)
    else:
        found = await session.exec(select(Record).where(col(Record.case_id) == case.id).order_by(col(Record.id)))
        records = list(found.all())
        paper = index_paper(subject, await _listed(work, subject, records), await _pieces(work, case, records))
    return await asyncio.to_thread(render_pdf, paper)


async def _subject(work: Work, case: Case) -> Subject:
    pack = work.shelf.get(case.pack)
    agency = await work.session.get_one(Agency, case.agency_id)
    facts = await load_facts(work, case, None, clashes=True)
    found = check(pack, facts)
    return Subject(agency.name, case.number or "", pack, facts, found, await names_in(work, found), work.now)


async def _listed(work: Work, subject: Subject, records: Sequence[Record]) -> list[Listed]:
    """Sealed records by stage, then time. A replaced version stays in the file and says so."""
    order = [stage.id for stage in course_of(subject.pack, subject.facts).stages]
    replaced = {each.corrects_id: each for each in records if each.corrects_id and each.state == "sealed"}
    by_id = {each.id: each for each in records}
    pages = await _pages(work, [each.id for each in records])
    listed = []
    for record in records:
        if record.state != "sealed" or record.sealed_at is None:
            continue
        form = work.shelf.get(record.pack).record(record.form)
        place = order.index(form.stage) if form.stage in order else len(order)
        former = by_id.get(record.corrects_id) if record.corrects_id else None
        remarks = [
            "已由更正版本替代" if record.id in replaced else "",
            f"更正{former.number or former.id}" if former else "",
        ]
        remark = "；".join(each for each in remarks if each)
        entry = Listed(form.title, record.number, record.sealed_at, pages.get((record.id, record.round)), remark)
        listed.append((place, record.sealed_at, record.id or 0, entry))
    return [each[-1] for each in sorted(listed, key=lambda each: each[:3])]


async def _pages(work: Work, record_ids: Sequence[int | None]) -> Mapping[tuple[int | None, int], int]:
    """Pages of each record's paper by record and round: of the sealed one, of the frozen one until it is made."""
    found = await work.session.exec(
        select(Paper)
        .where(col(Paper.record_id).in_(record_ids), col(Paper.format) == "pdf")
        .order_by(col(Paper.stage), col(Paper.id))  # the later word stands
    )
    return {(paper.record_id, paper.round): count for paper in found.all() if (count := pages_of(work, paper))}


def pages_of(work: Work, paper: Paper) -> int | None:
    """How many pages a PDF of ours has; None when its bytes are gone."""
    try:
        counted = _PAGES.search(work.vault.read(paper.sha256))
    except Missing:
        return None
    return int(counted[1]) if counted else None


async def _pieces(work: Work, case: Case, records: Sequence[Record]) -> list[Piece]:
    titles = {
        each.id: f"{work.shelf.get(each.pack).record(each.form).title} {each.number or ''}".strip() for each in records
    }
    found = await work.session.exec(select(Evidence).where(col(Evidence.case_id) == case.id).order_by(col(Evidence.id)))
    return [
        Piece(
            id=piece.id or 0,
            kind=piece.kind,
            record=titles.get(piece.record_id, "") if piece.record_id else "",
            received_at=piece.received_at,
            seconds=piece.seconds,
            sha256=piece.sha256,
            remark=_remark(piece),
        )
        for piece in found.all()
    ]


def _remark(piece: Evidence) -> str:
    if piece.disposed_at is not None:
        return DISPOSED
    return {"withdrawn": "已撤回", "declared": "文件未收到"}.get(piece.state, "")
