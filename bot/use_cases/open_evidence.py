"""Opening a piece of evidence in chat; who opened it is kept."""

from __future__ import annotations

from bot.use_cases.copies import gets_copies, owe_photo_copy
from bot.use_cases.reading import note_access
from bot.use_cases.withdraw_evidence import evidence_for
from bot.views import evidence as view
from bot.work import Person, Work
from models.errors import InvalidInput
from models.tables import Case, Evidence


async def open_evidence(work: Work, person: Person, evidence_id: int) -> Evidence:
    """Send the recording or file, of a photo the view with time and place; others than its officers get a marked copy.

    Raises InvalidInput `evidence.not_here` while the bytes are owed or once they are disposed of, and what
    `evidence_for` raises.
    """
    evidence = await evidence_for(work, person, evidence_id)
    if evidence.state == "declared" or evidence.disposed_at is not None:
        raise InvalidInput("evidence.not_here")
    case = await work.session.get_one(Case, evidence.case_id)
    if evidence.kind == "photo" and gets_copies(person.id, case):
        await owe_photo_copy(work, person.officer, case, evidence)
        return evidence
    await work.reply(person, view.evidence_screen(person.t, evidence))
    await note_access(work, person.id, case, f"evidence:{evidence.id}")
    return evidence
