"""Disposal: by a sealed decision only, of named evidence only, never before its term. Rows and ledger stay."""

from __future__ import annotations

from collections.abc import Sequence

from bot.jobs.queue import enqueue
from bot.use_cases.access import officers_of
from bot.use_cases.disposal_items import DiscHolding, Named, named_in
from bot.views import archive as view
from bot.work import Person, Work
from dialogs.packs.schema import Record as Form
from models.errors import InvalidInput
from models.tables import Case, Evidence, Record
from models.tables.record import DISPOSED

COPIES = "copies"  # made for readers, with their name on them
EXTRACTS = "extracts"  # of a recording, by the seconds they hold
_VIEWS = ("view", "thumbnail")  # made of a photo; they go with it


async def check_disposal(work: Work, record: Record, case: Case, form: Form) -> None:
    """Before the text is fixed: nothing may be decided that would be refused.

    Raises InvalidInput with the code of the first item that may not go (id, until), or of what cannot be read (text).
    """
    for item in (await named_in(work, record, case, form)).items:
        if item.code:
            raise InvalidInput(item.code, **{"id": item.id, **item.params})


async def dispose(work: Work, person: Person, record: Record, case: Case, form: Form) -> Named:
    """The sealed decision takes effect: rows and ledger say so now, a job removes the bytes once this is committed.

    A disc image on which a piece lies goes with it: what is called disposed of must not stay readable beside it.
    """
    named = await named_in(work, record, case, form)
    gone: list[str] = []
    for item in named.items:
        if not item.code and item.evidence is not None:
            gone += await _dispose_of(work, person, record, item.evidence)
    for disc in named.discs:
        gone.append(await _dispose_of_disc(work, person, record, disc))
    if gone:
        await owe_removal(work, gone, agency_id=case.agency_id, officer_id=person.id, record_id=record.id)
    for officer_id in officers_of(case, record):
        await work.tell(officer_id, lambda t: view.disposed_screen(t, case, record, named))
    return named


async def owe_removal(
    work: Work, sha256: Sequence[str], *, agency_id: int, officer_id: int | None, record_id: int | None = None
) -> None:
    """Owe the removal of bytes that nothing names any more; what something still names stays."""
    arguments = {"sha256": list(sha256)}
    await enqueue(
        work, "disposal", officer_id=officer_id, agency_id=agency_id, record_id=record_id, arguments=arguments
    )


async def _dispose_of(work: Work, person: Person, record: Record, evidence: Evidence) -> list[str]:
    views = [str(evidence.details[name]) for name in _VIEWS if name in evidence.details]
    views += [*evidence.details.get(COPIES, []), *evidence.details.get(EXTRACTS, {}).values()]
    evidence.disposed_at = work.now
    evidence.details = {
        name: value for name, value in evidence.details.items() if name not in (*_VIEWS, COPIES, EXTRACTS)
    }
    work.session.add(evidence)
    leaf = {"sha256": evidence.sha256, "views": views, "decision": record.id, "content": record.content_hash}
    await work.record_change("evidence.disposed", f"evidence:{evidence.id}", leaf, person)
    return [evidence.sha256, *views]


async def _dispose_of_disc(work: Work, person: Person, record: Record, disc: DiscHolding) -> str:
    disc.paper.stage = DISPOSED
    work.session.add(disc.paper)
    leaf = {
        "sha256": disc.paper.sha256,
        "evidence": list(disc.holds),
        "decision": record.id,
        "content": record.content_hash,
    }
    await work.record_change("disc.disposed", f"paper:{disc.paper.id}", leaf, person)
    return disc.paper.sha256
