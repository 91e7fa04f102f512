"""Withdrawing evidence: never removed, marked with who, when and why, and shown so ever after."""

from __future__ import annotations

import hashlib

from bot.use_cases.access import case_for, conversation_of, expect
from bot.views import evidence as view
from bot.work import Person, Work
from models.errors import InvalidInput, Missing, Stale
from models.tables import Evidence, Record

MODE = "withdraw_evidence"
LONGEST_REASON = 500


async def evidence_for(work: Work, person: Person, evidence_id: int, *, to_change: bool = False) -> Evidence:
    """The evidence, when the person may open its case. Raises Missing `evidence.unknown`, Denied `case.not_yours`."""
    evidence = await work.session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None or evidence.agency_id != person.agency.id:
        raise Missing("evidence.unknown")
    await case_for(work, person, evidence.case_id, to_change=to_change)
    return evidence


async def ask_withdrawal(work: Work, person: Person, evidence_id: int) -> None:
    """Ask for the reason; the person's next text is it."""
    evidence = await _withdrawable(work, person, evidence_id)
    conversation = await conversation_of(work, person.id)
    expect(conversation, MODE, evidence=evidence.id)
    work.session.add(conversation)
    await work.reply(person, view.withdrawal_prompt(person.t, evidence))


async def withdraw_evidence(work: Work, person: Person, evidence_id: int, reason: str) -> Evidence:
    """Mark evidence of a case, or of a draft, as withdrawn.

    Raises InvalidInput `evidence.reason_needed`, `answer.too_long`, `evidence.fixed` (its record's text is fixed),
    Stale `evidence.withdrawn`, and what `evidence_for` raises.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput("evidence.reason_needed")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("answer.too_long", length=len(reason), limit=LONGEST_REASON)
    evidence = await _withdrawable(work, person, evidence_id)
    evidence.state, evidence.reason = "withdrawn", reason
    work.session.add(evidence)
    if evidence.record_id is not None:
        record = await work.session.get_one(Record, evidence.record_id, with_for_update=True)
        record.confirmed = {}  # whoever has confirmed saw a text in which it still stood
        work.session.add(record)
    # The reason may name people, so the ledger holds its hash; the row holds the text.
    leaf = {"sha256": evidence.sha256, "reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
    await work.record_change("evidence.withdrawn", f"evidence:{evidence.id}", leaf, person)
    await work.reply(person, view.withdrawn_screen(person.t, evidence))
    return evidence


async def _withdrawable(work: Work, person: Person, evidence_id: int) -> Evidence:
    evidence = await evidence_for(work, person, evidence_id, to_change=True)
    if evidence.state == "withdrawn":
        raise Stale("evidence.withdrawn")
    record = await work.session.get(Record, evidence.record_id) if evidence.record_id else None
    if record is not None and record.state not in ("draft", "cancelled"):
        raise InvalidInput("evidence.fixed")
    return evidence
