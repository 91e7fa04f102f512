"""The frozen view of a case that the engine sees, loaded in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, TypeVar

from sqlmodel import col, select

from bot.memo import Memo, Tables
from bot.use_cases.duty import calendar_of
from bot.use_cases.occupations import clashes_of
from bot.use_cases.own_events import standing_events
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
    Occupation,
    Officer,
    OpenTerm,
    Opinion,
    Record,
    Signature,
    Unit,
)

T = TypeVar("T")

_EVERYTHING = frozenset({"case", "evidence", "deadlines", "place", "records", "happened", "settings", "workdays"})
_ALWAYS = frozenset({"case", "evidence", "place"})
_mentions: dict[tuple[str, str, str], frozenset[str]] = {}


async def load_facts(work: Work, case: Case, record: Record | None, *, clashes: bool = False) -> Facts:
    """Everything conditions, offers and checks may look at; evidence is that of the record and its former versions.

    For a record, what no condition of its form mentions is left out. Of a case all is there, `clashes` when asked for.
    """
    pack = work.shelf.get(record.pack if record else case.pack)
    wanted = _mentioned(pack, record.form) if record else _EVERYTHING | ({"clashes"} if clashes else set())
    memo, of_case = Memo.of(work.session), case.id
    of_record = record.id if record else None

    async def part(name: str, rests_on: Tables, read: Callable[[], Awaitable[T]], nothing: T) -> T:
        key = (name, of_case, of_record, work.now)
        return await memo.get(key, rests_on, read, apart_from=record) if name in wanted else nothing

    async def amounts() -> frozenset[str]:
        return pack.amounts()

    agency, register = await memo.get(
        ("register", case.agency_id), (Agency, Officer, Unit), lambda: _register(work, case.agency_id)
    )
    return Facts(
        now=work.now,
        case=await part("case", (CaseFact, Case), lambda: _values(work, case), {}),
        agency={"name": agency.name, "code": agency.code},
        officers=_officers(case, record, register),
        register=register,
        evidence=await part("evidence", (Evidence,), lambda: _evidence(work, case, record), ()),
        deadlines=await part("deadlines", (OpenTerm,), lambda: _deadlines(work, case), ()),
        place=await part("place", (Evidence,), lambda: _place(work, case), None),
        records=await part(
            "records", (Record, Opinion, Signature, Departure), lambda: record_facts(work, case, leave_out=record), ()
        ),
        happened=await part("happened", (CaseEvent, Record), lambda: _happened(work, case), {}),
        settings=await part("settings", (AgencySetting,), lambda: agency_settings(work, agency, pack), {}),
        clashes=await part("clashes", (Occupation, Record), lambda: clashes_of(work, case), ()),
        calendar=await calendar_of(work, case.agency_id) if "workdays" in wanted else None,
        amounts=await memo.get(("amounts", pack.id, pack.sha256), (), amounts),
    )


def _mentioned(pack: Pack, form_id: str) -> frozenset[str]:
    """The parts of the facts that a form may look at, by the words in it: rather one too many than one too few."""
    key = (pack.id, pack.sha256, form_id)
    if key not in _mentions:
        outlines = [outline for outline in pack.outlines if outline.record == form_id]
        text = "".join(each.model_dump_json() for each in (pack.record(form_id), *outlines))
        named = {name for name in (*_EVERYTHING, "clashes") if name in text}
        _mentions[key] = _ALWAYS | named | ({"records"} if "number." in text else set())
    return _mentions[key]


async def _register(work: Work, agency_id: int) -> tuple[Agency, tuple[OfficerFact, ...]]:
    """The agency, and its officers by id."""
    agency = await work.session.get_one(Agency, agency_id)
    units = await work.session.exec(select(Unit).where(col(Unit.agency_id) == agency_id))
    names = {unit.id: unit.name for unit in units.all()}
    people = await work.with_role(agency_id, "officer")
    return agency, tuple(_officer(officer, names) for officer in people)


def _officers(case: Case, record: Record | None, register: tuple[OfficerFact, ...]) -> tuple[OfficerFact, ...]:
    """The case's officers, the record's maker first."""
    maker = record.maker_id if record else case.officer_id
    order = [maker, *(i for i in (case.officer_id, case.second_officer_id) if i and i != maker)]
    by_id = {officer.id: officer for officer in register}
    return tuple(by_id[str(i)] for i in order if str(i) in by_id)


async def _values(work: Work, case: Case) -> dict[str, object]:
    facts = (await work.session.exec(select(CaseFact).where(col(CaseFact.case_id) == case.id))).all()
    values: dict[str, object] = {fact.name: fact.value for fact in facts}
    return values | {"number": case.number, "state": case.state, "opened_at": case.opened_at.isoformat()}


async def agency_settings(work: Work, agency: Agency, pack: Pack) -> dict[str, object]:
    """What the pack leaves to the agency, by setting id: its newest choice, else the pack's default."""

    async def read() -> dict[str, object]:
        chosen = select(AgencySetting).where(col(AgencySetting.agency_id) == agency.id)
        rows = await work.session.exec(chosen.order_by(col(AgencySetting.id)))
        return {row.setting: row.value for row in rows.all()}

    values = await Memo.of(work.session).get(("chosen settings", agency.id), (AgencySetting,), read)
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
                refusals={
                    each.slot: each.reason or ""
                    for each in signatures
                    if each.record_id == record.id and each.round == record.round and each.way == "refused"
                },
                returned=sum(each.record_id == record.id and each.result == "returned" for each in opinions),
                corrects=str(record.corrects_id) if record.corrects_id else None,
            )
        )
    return tuple(found)


async def _happened(work: Work, case: Case) -> dict[str, datetime]:
    return {event.name: event.at for event in await standing_events(work, case)}


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
