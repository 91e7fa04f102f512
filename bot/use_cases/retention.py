"""How long a case's evidence and its file are kept, and what of it may be disposed of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from bot.work import Work
from dialogs.facts import Facts
from dialogs.packs.schema import Pack
from dialogs.retention import Kept, case_kept, evidence_kept
from models.tables import Case, Evidence, Record


@dataclass(frozen=True)
class CaseTerms:
    """A case's terms, judged as of one moment: of its file, and of each piece of evidence by number."""

    case: Case
    file: Kept
    evidence: Mapping[int, Kept]


async def terms_of(work: Work, case: Case) -> CaseTerms:
    """Judge everything the case holds."""
    pack, facts = work.shelf.get(case.pack), await load_facts(work, case, None)
    forms = {record.id: record.form for record in await _records(work, case)}
    found = await work.session.exec(select(Evidence).where(col(Evidence.case_id) == case.id).order_by(col(Evidence.id)))
    kept = {evidence.id: _kept(pack, facts, evidence, forms) for evidence in found.all() if evidence.id is not None}
    return CaseTerms(case, case_kept(pack, facts), kept)


async def kept_of(work: Work, evidence: Evidence) -> Kept:
    """One piece's term."""
    case = await work.session.get_one(Case, evidence.case_id)
    forms = {record.id: record.form for record in await _records(work, case)}
    return _kept(work.shelf.get(case.pack), await load_facts(work, case, None), evidence, forms)


def _kept(pack: Pack, facts: Facts, evidence: Evidence, forms: Mapping[int | None, str]) -> Kept:
    """Terms run from reception, by the server's own clock: what a file says of itself must not shorten them."""
    item: dict[str, object] = {
        "kind": evidence.kind,
        "form": forms.get(evidence.record_id),
        "question": evidence.question,
        "seconds": evidence.seconds,
        "device": evidence.device_id is not None,
    }
    return evidence_kept(pack, facts, item, evidence.received_at)


async def _records(work: Work, case: Case) -> list[Record]:
    return list((await work.session.exec(select(Record).where(col(Record.case_id) == case.id))).all())


async def cases_that_hold(work: Work, agency_id: int | None = None) -> list[int]:
    """Numbers of the cases that hold something whose term may end."""
    query = select(Case.id).where(col(Case.id).in_(select(Evidence.case_id)) | (col(Case.state) == "archived"))
    if agency_id is not None:
        query = query.where(col(Case.agency_id) == agency_id)
    return [each for each in (await work.session.exec(query.order_by(col(Case.id)))).all() if each is not None]
