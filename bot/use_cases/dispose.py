"""Disposal: by a sealed decision only, of named evidence only, never before its term. Rows and ledger stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import col, select

from bot.jobs.queue import enqueue
from bot.use_cases.access import officers_of
from bot.use_cases.answer_question import draft_of
from bot.use_cases.retention import terms_of
from bot.views import archive as view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from dialogs.questions.base import SHANGHAI
from dialogs.retention import Kept
from models.errors import InvalidInput
from models.tables import Case, Evidence, Record

_NUMBERS = re.compile(r"(?<!\d)(\d{1,9})(?!\d)(?:\s*[-–—~～至到]\s*(\d{1,9})(?!\d))?")
_MOST = 1000
COPIES = "copies"  # made for readers, with their name on them
_VIEWS = ("view", "thumbnail")  # made of a photo; they go with it


@dataclass(frozen=True)
class Item:
    """One piece of evidence named in a decision. `code`: why it may not go; '' when it may."""

    id: int
    code: str = ""
    params: dict[str, object] = field(default_factory=dict)
    evidence: Evidence | None = None


async def check_disposal(work: Work, record: Record, case: Case, form: Form) -> None:
    """Before the text is fixed: nothing may be decided that would be refused.

    Raises InvalidInput with the code of the first item that may not go (id, until).
    """
    if form.disposes is None:
        return
    for item in await items_of(work, record, case, form):
        if item.code:
            raise InvalidInput(item.code, id=item.id, **item.params)


async def dispose(work: Work, person: Person, record: Record, case: Case, form: Form) -> list[Item]:
    """The sealed decision takes effect: rows and ledger say so now, a job removes the bytes once this is committed."""
    items = await items_of(work, record, case, form)
    gone: list[str] = []
    for item in items:
        if item.code or item.evidence is None:
            continue
        evidence = item.evidence
        views = [str(evidence.details[name]) for name in _VIEWS if name in evidence.details]
        views += evidence.details.get(COPIES, [])
        evidence.disposed_at = work.now
        evidence.details = {name: value for name, value in evidence.details.items() if name not in (*_VIEWS, COPIES)}
        work.session.add(evidence)
        leaf = {"sha256": evidence.sha256, "views": views, "decision": record.id, "content": record.content_hash}
        await work.record_change("evidence.disposed", f"evidence:{evidence.id}", leaf, person)
        gone += [evidence.sha256, *views]
    if gone:
        await enqueue(
            work,
            "disposal",
            officer_id=person.id,
            agency_id=case.agency_id,
            record_id=record.id,
            arguments={"sha256": gone},
        )
    for officer_id in officers_of(case, record):
        await work.tell(officer_id, lambda t: view.disposed_screen(t, case, record, items))
    return items


async def items_of(work: Work, record: Record, case: Case, form: Form) -> list[Item]:
    """What the decision names, judged as of now."""
    given = draft_of(record).answers.get((form.disposes or "").removeprefix("answers."))
    wanted = list(dict.fromkeys(_numbers(given.value if given else None)))[:_MOST]
    terms = await terms_of(work, case)
    found = await work.session.exec(
        select(Evidence).where(col(Evidence.case_id) == case.id, col(Evidence.id).in_(wanted)).with_for_update()
    )
    held = {evidence.id: evidence for evidence in found.all()}
    return [_judged(work, number, held.get(number), terms.evidence.get(number)) for number in wanted]


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


def _numbers(value: object) -> Iterator[int]:
    """Numbers of evidence in an answer: `3、5`, `7-9`, a list, or the first filled cell of each row of a table."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, str):
        for match in _NUMBERS.finditer(value):
            first, last = int(match[1]), int(match[2] or match[1])
            yield from range(first, min(last, first + _MOST) + 1)
    elif isinstance(value, dict):
        yield from _numbers(next((cell for cell in value.values() if cell), None))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)
