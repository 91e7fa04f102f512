"""Open a case and start its records."""

from __future__ import annotations

from sqlmodel import col, func, select

from bot.published import keep_published
from bot.shelf import reference_of
from bot.use_cases.access import case_for, case_to_fill, conversation_of, expect, roles_in
from bot.use_cases.answer_question import show_current
from bot.use_cases.case_facts import load_facts
from bot.use_cases.departures import checked_reason, depart
from bot.use_cases.reading import note_access
from bot.use_cases.show_record import show_record
from bot.views.forms import forms_screen
from bot.views.needs import before_beginning
from bot.work import Person, Work
from dialogs import engine
from dialogs.course import Startable, course_of, startable
from dialogs.facts import Facts
from dialogs.packs.schema import Pack
from dialogs.packs.schema import Record as Form
from models.errors import Denied, InvalidInput, Missing
from models.tables import Case, Record

_MOST_OPENINGS = 20  # unfinished openings one officer may leave lying about


async def open_case(work: Work, person: Person) -> Record:
    """Begin a case: its opening record is answered like any other; the case opens when that is confirmed."""
    person.require("officer")
    pack = work.shelf.newest(person.agency.pack)
    form = next((form for form in pack.records if form.opens_case), None)
    if form is None:
        raise Missing("pack.no_opening", pack=pack.id)
    unfinished = await work.session.exec(
        select(func.count()).select_from(Case).where(col(Case.officer_id) == person.id, col(Case.state) == "opening")
    )
    if unfinished.one() >= _MOST_OPENINGS:
        raise InvalidInput("case.too_many_openings", limit=_MOST_OPENINGS)
    await keep_published(work.session, pack, work.now)
    assert person.agency.id is not None
    case = Case(
        agency_id=person.agency.id,
        unit_id=person.officer.unit_id,
        pack=reference_of(pack),
        officer_id=person.id,
        opened_at=work.now,
    )
    work.session.add(case)
    await work.session.flush()
    await work.record_change("case.begun", f"case:{case.id}", {"pack": case.pack}, person)
    record = await _begin(work, person, case, form)
    await resume_record(work, person, record)
    return record


async def start_record(
    work: Work, person: Person, case_id: int, form_id: str, *, reason: str | None = None
) -> Record | None:
    """Start a record of a case. None when something should come first, which is shown unless `reason` says why not.

    Raises Missing `form.unknown`; InvalidInput `case.not_open`, `case.archived`, `form.not_now`, `form.only_once`, and
    what `case_to_fill` and `checked_reason` raise.
    """
    case, pack, form = await case_to_fill(work, person, case_id, form_id)
    await work.session.refresh(case, with_for_update=True)  # two officers at once must not begin one form twice
    if case.state not in ("open", "archived"):
        raise InvalidInput("case.not_open", state=case.state)
    if case.state == "archived" and not form.after_archive:
        raise InvalidInput("case.archived")
    standing = await _begun(work, person, case, form_id)
    if standing is not None:  # a second press resumes what is begun; nothing is asked twice
        await resume_record(work, person, standing)
        return standing
    if not form.repeatable and await exists_in(work, case, form_id):
        raise InvalidInput("form.only_once", form=form.title)
    facts = await load_facts(work, case, None)
    found = next((each for each in _startable(person, case, pack, facts) if each.form.id == form_id), None)
    if found is None:
        raise InvalidInput("form.not_now", form=form.title)
    if found.unmet and reason is None:
        await work.reply(person, before_beginning(person.t, pack, case, form, found.unmet))
        return None
    checked = checked_reason(reason) if found.unmet and reason is not None else None
    record = await _begin(work, person, case, form)
    if checked is not None:
        await depart(work, person, record, found.unmet, checked)
    await resume_record(work, person, record)
    return record


async def offer_forms(
    work: Work, person: Person, case_id: int, stage: str | None = None, page: int = 0, *, fresh: bool = True
) -> None:
    """The records that may be begun: what is expected now and the present stage's, or those of `stage`."""
    case = await case_for(work, person, case_id)
    pack = work.shelf.get(case.pack)
    if not may_begin(person, case, pack):
        raise Denied("case.not_yours")
    facts = await load_facts(work, case, None)
    found = _startable(person, case, pack, facts)
    course = course_of(pack, facts)
    await work.reply(person, forms_screen(person.t, case, course, found, stage=stage, page=page, fresh=fresh))


def may_begin(person: Person, case: Case, pack: Pack) -> bool:
    """Whether the person's roles begin any record in this case, whatever its course."""
    roles = set(roles_in(person.officer, case))
    archived = case.state == "archived"
    return case.state in ("open", "archived") and any(
        roles & set(form.by) and not form.opens_case and (form.after_archive or not archived) for form in pack.records
    )


def _startable(person: Person, case: Case, pack: Pack, facts: Facts) -> tuple[Startable, ...]:
    return startable(pack, facts, roles_in(person.officer, case), archived=case.state == "archived")


async def _begun(work: Work, person: Person, case: Case, form_id: str) -> Record | None:
    draft = await work.session.exec(
        select(Record).where(
            col(Record.case_id) == case.id,
            col(Record.form) == form_id,
            col(Record.state) == "draft",
            col(Record.maker_id) == person.id,
            col(Record.corrects_id).is_(None),
        )
    )
    return draft.first()


async def exists_in(work: Work, case: Case, form_id: str) -> bool:
    """Whether the case has a record of this form that is not cancelled."""
    made = select(Record.id).where(
        col(Record.case_id) == case.id, col(Record.form) == form_id, col(Record.state) != "cancelled"
    )
    return (await work.session.exec(made.limit(1))).first() is not None


async def unfinished_record(work: Work, person: Person) -> Record | None:
    """The draft to go on with: the one being filled in, else the newest the person has begun."""
    conversation = await conversation_of(work, person.id)
    active = await work.session.get(Record, conversation.record_id) if conversation.record_id else None
    if active is not None and active.state == "draft":
        return active
    begun = select(Record).where(col(Record.maker_id) == person.id, col(Record.state) == "draft")
    return (await work.session.exec(begun.order_by(col(Record.id).desc()).limit(1))).first()


async def resume_record(work: Work, person: Person, record: Record) -> None:
    """Make the record the person's active one and show where it stands."""
    if record.state != "draft":
        await show_record(work, person, record)
        return
    await note_access(work, person.id, await work.session.get_one(Case, record.case_id), f"record:{record.id}")
    conversation = await conversation_of(work, person.id)
    conversation.case_id, conversation.record_id, conversation.focus = record.case_id, record.id, None
    expect(conversation)
    work.session.add(conversation)
    await show_current(work, person, record)


async def _begin(work: Work, person: Person, case: Case, form: Form) -> Record:
    draft = engine.start(case.pack, form)
    assert case.id is not None
    record = Record(
        agency_id=case.agency_id,
        case_id=case.id,
        pack=case.pack,
        form=form.id,
        answers=engine.draft_to_json(draft),
        maker_id=person.id,
        created_at=work.now,
    )
    work.session.add(record)
    await work.session.flush()
    await work.record_change("record.begun", f"record:{record.id}", {"form": form.id, "case": case.id}, person)
    return record
