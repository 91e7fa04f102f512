"""What a decision on disposal names, judged piece by piece, and the disc images that would keep it all the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import col, select

from bot.disc_contents import DISC_FORMAT
from bot.use_cases.case_facts import load_facts
from bot.use_cases.record_versions import versions_up_to
from bot.use_cases.retention import terms_of
from bot.work import Work
from dialogs import engine
from dialogs.disposal import numbers_in
from dialogs.packs.schema import Record as Form
from dialogs.retention import Kept
from dialogs.zone import SHANGHAI
from models.errors import InvalidInput
from models.tables import Case, Evidence, LedgerLeaf, Paper, Record
from models.tables.record import DISPOSED


@dataclass(frozen=True)
class Item:
    """One piece of evidence named in a decision. `code`: why it may not go; '' when it may.

    before: the version this one corrects has disposed of it already; nothing is left to do.
    """

    id: int
    code: str = ""
    params: dict[str, object] = field(default_factory=dict)
    evidence: Evidence | None = None
    before: bool = False


@dataclass(frozen=True)
class DiscHolding:
    """A disc image of the case that holds some of the pieces (`holds`). `title`: of the record it was made with."""

    paper: Paper
    title: str
    holds: tuple[int, ...]


@dataclass(frozen=True)
class Named:
    """All that a decision names."""

    items: tuple[Item, ...] = ()
    discs: tuple[DiscHolding, ...] = ()


async def named_in(work: Work, record: Record, case: Case, form: Form) -> Named:
    """What the decision names, judged as of now: of a fixed text its content, of a draft what is seen of it.

    An answer that cannot be read whole names nothing: it comes as one item with the code of its refusal.
    """
    if form.disposes is None:
        return Named()
    try:
        wanted = numbers_in(await _answer(work, record, case, form, form.disposes.removeprefix("answers.")))
    except InvalidInput as refusal:
        return Named((Item(0, refusal.code, dict(refusal.params)),))
    if not wanted:
        return Named()
    terms = await terms_of(work, case)
    found = await work.session.exec(
        select(Evidence).where(col(Evidence.case_id) == case.id, col(Evidence.id).in_(wanted)).with_for_update()
    )
    held = {evidence.id: evidence for evidence in found.all()}
    before = await _disposed_before(work, record, [each for each in held.values() if each.disposed_at is not None])
    items = tuple(
        Item(number, before=True)
        if number in before
        else _judged(work, number, held.get(number), terms.evidence.get(number))
        for number in wanted
    )
    going = [item.id for item in items if item.evidence is not None]
    return Named(items, await _discs_with(work, case, going) if going else ())


async def _answer(work: Work, record: Record, case: Case, form: Form, question: str) -> object:
    """What was fixed, for the decision is about that; never a parked answer, which no paper shows."""
    content = record.content
    if content is None:
        draft = engine.draft_from_json(record.answers)
        content = engine.canonical(form, draft, await load_facts(work, case, record))
    return next((each["value"] for each in content["answers"] if each["question"] == question), None)


async def _disposed_before(work: Work, record: Record, gone: Collection[Evidence]) -> set[int]:
    """Those of `gone` that a version this record corrects has disposed of."""
    former = (await versions_up_to(work.session, record))[1:]
    if not former or not gone:
        return set()
    leaves = await work.session.exec(
        select(LedgerLeaf).where(
            col(LedgerLeaf.kind) == "evidence.disposed",
            col(LedgerLeaf.subject).in_([f"evidence:{each.id}" for each in gone]),
        )
    )
    own = {leaf.subject for leaf in leaves.all() if leaf.data.get("decision") in former}
    return {each.id for each in gone if each.id is not None and f"evidence:{each.id}" in own}


async def _discs_with(work: Work, case: Case, going: Collection[int]) -> tuple[DiscHolding, ...]:
    """The case's disc images on which one of the pieces lies, as the leaf of their making says."""
    found = await work.session.exec(
        select(Paper, Record)
        .where(
            col(Record.case_id) == case.id,
            col(Paper.record_id) == col(Record.id),
            col(Paper.format) == DISC_FORMAT,
            col(Paper.stage) != DISPOSED,
        )
        .order_by(col(Paper.id))
    )
    papers = found.all()
    subjects = [f"record:{record.id}" for _, record in papers]
    made = await work.session.exec(
        select(LedgerLeaf).where(col(LedgerLeaf.kind) == "disc.made", col(LedgerLeaf.subject).in_(subjects))
    )
    on_disc = {str(leaf.data["sha256"]): set(leaf.data["evidence"]) for leaf in made.all()}
    discs = []
    for paper, record in papers:
        holds = tuple(sorted(on_disc.get(paper.sha256, set()) & set(going)))
        if holds:
            title = f"{work.shelf.get(record.pack).record(record.form).title} {record.number or ''}".strip()
            discs.append(DiscHolding(paper, title, holds))
    return tuple(discs)


def _judged(work: Work, number: int, evidence: Evidence | None, kept: Kept | None) -> Item:
    if evidence is None or kept is None:
        return Item(number, "disposal.unknown")
    if evidence.disposed_at is not None:
        return Item(number, "disposal.already")
    if evidence.state == "declared":
        return Item(number, "disposal.no_bytes")
    if kept.may_go(work.now):
        return Item(number, evidence=evidence)
    if kept.end == "permanent":
        return Item(number, "disposal.permanent")
    if kept.end == "unjudged":
        return Item(number, "disposal.unjudged")
    if kept.end == "open":
        return Item(number, "disposal.case_open")
    assert kept.until is not None
    last_day = (kept.until - timedelta(seconds=1)).astimezone(SHANGHAI).date()
    return Item(number, "disposal.too_early", {"until": last_day.isoformat()})
