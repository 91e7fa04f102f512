"""The frozen view of a case that the engine sees, loaded in one place."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import col, select

from bot.use_cases.record_versions import versions_up_to
from bot.work import Work
from dialogs import engine
from dialogs.engine.sheet import seen
from dialogs.facts import DeadlineFact, EvidenceFact, Facts, OfficerFact, RecordFact
from dialogs.packs.schema import Pack
from dialogs.packs.settings import fits
from models.tables import (
    Agency,
    AgencySetting,
    Case,
    CaseEvent,
    CaseFact,
    Departure,
    Evidence,
    Officer,
    OpenTerm,
    Opinion,
    Record,
    Signature,
    Unit,
)


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
    pack = work.shelf.get(case.pack)
    return Facts(
        now=work.now,
        case=values,
        agency={"name": agency.name, "code": agency.code},
        officers=tuple(by_id[str(i)] for i in order if str(i) in by_id),
        register=register,
        evidence=await _evidence(work, case, record),
        deadlines=await _deadlines(work, case),
        place=await _place(work, case),
        records=await record_facts(work, case, leave_out=record),
        happened=await _happened(work, case),
        settings=await agency_settings(work, agency, pack),
    )


async def agency_settings(work: Work, agency: Agency, pack: Pack) -> dict[str, object]:
    """What the pack leaves to the agency, by setting id: its newest choice, else the pack's default."""
    chosen = await work.session.exec(
        select(AgencySetting).where(col(AgencySetting.agency_id) == agency.id).order_by(col(AgencySetting.id))
    )
    values = {row.setting: row.value for row in chosen.all()}
    return {
        setting.id: values[setting.id] if setting.id in values and fits(setting, values[setting.id]) else setting.value
        for setting in pack.settings
    }


async def record_facts(work: Work, case: Case, *, leave_out: Record | None = None) -> tuple[RecordFact, ...]:
    """The case's records as rules see them; `leave_out` is the one being filled in."""
    session = work.session
    mine = (col(Record.case_id) == case.id, col(Record.state) != "cancelled")
    records = (await session.exec(select(Record).where(*mine).order_by(col(Record.id)))).all()
    corrected = {each.corrects_id for each in records if each.corrects_id and each.state == "sealed"}
    ids = select(Record.id).where(*mine)
    opinions = (await session.exec(select(Opinion).where(col(Opinion.record_id).in_(ids)))).all()
    signatures = (await session.exec(select(Signature).where(col(Signature.record_id).in_(ids)))).all()
    departures = (await session.exec(select(Departure).where(col(Departure.record_id).in_(ids)))).all()
    found = []
    for record in records:
        if record.id in corrected or (leave_out is not None and record.id == leave_out.id):
            continue
        form = work.shelf.get(record.pack).record(record.form)  # each stays on its own version
        draft = engine.draft_from_json(record.answers)
        questions = {question.id: question for question in form.questions}
        # Once fixed, the visible answers are those of the text; before that any may still be parked.
        shown = [each["question"] for each in record.content["answers"]] if record.content else list(draft.answers)
        given = {name: draft.answers[name] for name in shown if name in draft.answers and name in questions}
        found.append(
            RecordFact(
                id=str(record.id),
                form=record.form,
                title=form.title,
                stage=form.stage,
                state=record.state,  # type: ignore[arg-type]  # cancelled ones are left out above
                maker=str(record.maker_id),
                answers={name: seen(questions[name], each.value) for name, each in given.items()},
                number=record.number,
                submitted_at=record.frozen_at if record.state != "draft" else None,
                sealed_at=record.sealed_at,
                waived={name: each.reason for name, each in given.items() if each.reason},
                departures={each.need: each.reason for each in departures if each.record_id == record.id},
                decided={
                    each.step: str(each.officer_id)
                    for each in opinions
                    if each.record_id == record.id and each.round == record.round and each.result == "approved"
                },
                signed={
                    each.slot: each.way
                    for each in signatures
                    if each.record_id == record.id and each.round == record.round
                },
                returned=sum(each.record_id == record.id and each.result == "returned" for each in opinions),
                corrects=str(record.corrects_id) if record.corrects_id else None,
            )
        )
    return tuple(found)


async def _happened(work: Work, case: Case) -> dict[str, datetime]:
    found = await work.session.exec(
        select(CaseEvent).where(col(CaseEvent.case_id) == case.id).order_by(col(CaseEvent.at), col(CaseEvent.id))
    )
    return {event.name: event.at for event in found.all()}


def _officer(officer: Officer, units: dict[int | None, str]) -> OfficerFact:
    return OfficerFact(
        id=str(officer.id),
        name=officer.name,
        certificate=officer.certificate,
        unit=units.get(officer.unit_id, ""),
    )


async def _evidence(work: Work, case: Case, record: Record | None) -> tuple[EvidenceFact, ...]:
    """Of a record: its own and its former versions'; of a case: everything."""
    query = select(Evidence).where(col(Evidence.case_id) == case.id)
    if record is not None:
        query = select(Evidence).where(col(Evidence.record_id).in_(await versions_up_to(work.session, record)))
    found = await work.session.exec(query.order_by(col(Evidence.id)))
    return tuple(
        EvidenceFact(
            id=str(item.id),
            kind=item.kind,  # type: ignore[arg-type]  # one of the three by construction
            question=item.question,
            received_at=item.received_at,
            state="declared" if _owed(item, work.now) else item.state,  # type: ignore[arg-type]
            seconds=item.details["declared_seconds"] if _owed(item, work.now) else item.seconds,
            captured_at=item.captured_at,
            record=str(item.record_id) if item.record_id else None,
        )
        for item in found.all()
    )


def _owed(item: Evidence, now: datetime) -> bool:
    """Whether a declared recording's bytes were not there at `now`: a text fixed before they came says so still."""
    if "declared_seconds" not in item.details or item.state == "withdrawn":
        return False
    return item.state == "declared" or item.received_at > now


async def _deadlines(work: Work, case: Case) -> tuple[DeadlineFact, ...]:
    found = await work.session.exec(select(OpenTerm).where(col(OpenTerm.case_id) == case.id))
    return tuple(
        DeadlineFact(
            id=term.deadline,
            state=_state(term, work.now),
            opened_at=term.opened_at,
            due_at=term.due_at,
            closed_at=term.closed_at,
            subject=term.subject,
        )
        for term in found.all()
    )


def _state(term: OpenTerm, now: datetime) -> Literal["open", "met", "overdue", "replaced"]:
    if term.state == "met":
        return "met"
    if term.state == "replaced":
        return "replaced"
    return "overdue" if term.due_at < now else "open"


async def _place(work: Work, case: Case) -> str | None:
    """The place last declared in this case, offered where a place is asked."""
    found = await work.session.exec(
        select(Evidence.place)
        .where(col(Evidence.case_id) == case.id, col(Evidence.place).is_not(None))
        .order_by(col(Evidence.id).desc())
        .limit(1)
    )
    return found.first()
