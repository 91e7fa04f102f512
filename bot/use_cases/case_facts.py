"""The frozen view of a case that the engine sees, loaded in one place."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from bot.use_cases.record_versions import versions_up_to
from bot.work import Work
from dialogs.facts import DeadlineFact, EvidenceFact, Facts, OfficerFact
from models.tables import Agency, Case, CaseFact, Evidence, Officer, OpenTerm, Record, Unit


async def load_facts(work: Work, case: Case, record: Record | None) -> Facts:
    """Everything conditions, offers and checks may look at; evidence is that of the record and its former versions."""
    session = work.session
    agency = await session.get_one(Agency, case.agency_id)
    units = {u.id: u.name for u in (await session.exec(select(Unit).where(col(Unit.agency_id) == agency.id))).all()}
    people = await work.with_role(case.agency_id, "officer")
    register = tuple(_officer(officer, units) for officer in people)
    maker = record.maker_id if record else case.officer_id
    order = [maker, *(i for i in (case.officer_id, case.second_officer_id) if i and i != maker)]
    by_id = {officer.id: officer for officer in register}
    facts = (await session.exec(select(CaseFact).where(col(CaseFact.case_id) == case.id))).all()
    values: dict[str, object] = {fact.name: fact.value for fact in facts}
    values |= {"number": case.number, "state": case.state, "opened_at": case.opened_at.isoformat()}
    evidence = await _evidence(work, record)
    return Facts(
        now=work.now,
        case=values,
        agency={"name": agency.name, "code": agency.code},
        officers=tuple(by_id[str(i)] for i in order if str(i) in by_id),
        register=register,
        evidence=evidence,
        deadlines=await _deadlines(work, case),
        place=await _place(work, case),
    )


def _officer(officer: Officer, units: dict[int | None, str]) -> OfficerFact:
    return OfficerFact(
        id=str(officer.id),
        name=officer.name,
        certificate=officer.certificate,
        unit=units.get(officer.unit_id, ""),
    )


async def _evidence(work: Work, record: Record | None) -> tuple[EvidenceFact, ...]:
    if record is None:
        return ()
    found = await work.session.exec(
        select(Evidence)
        .where(col(Evidence.record_id).in_(await versions_up_to(work.session, record)))
        .order_by(col(Evidence.id))
    )
    return tuple(
        EvidenceFact(
            id=str(item.id),
            kind=item.kind,  # type: ignore[arg-type]  # one of the three by construction
            question=item.question,
            received_at=item.received_at,
            state=item.state,  # type: ignore[arg-type]
            seconds=item.seconds,
            captured_at=item.captured_at,
        )
        for item in found.all()
    )


async def _deadlines(work: Work, case: Case) -> tuple[DeadlineFact, ...]:
    found = await work.session.exec(select(OpenTerm).where(col(OpenTerm.case_id) == case.id))
    return tuple(
        DeadlineFact(
            id=term.deadline,
            state="met" if term.state == "met" else ("overdue" if _past(term.due_at, work.now) else "open"),
            opened_at=term.opened_at,
            due_at=term.due_at,
            closed_at=term.closed_at,
        )
        for term in found.all()
    )


def _past(moment: datetime, now: datetime) -> bool:
    return moment < now


async def _place(work: Work, case: Case) -> str | None:
    """The place last declared in this case, offered where a place is asked."""
    found = await work.session.exec(
        select(Evidence.place)
        .where(col(Evidence.case_id) == case.id, col(Evidence.place).is_not(None))
        .order_by(col(Evidence.id).desc())
        .limit(1)
    )
    return found.first()
