"""The events a record brought about, told apart from those of other things by their names."""

from __future__ import annotations

from sqlmodel import col, select

from bot.work import Work
from dialogs.packs.schema import Record as Form
from models.tables import Case, CaseEvent, Record


async def events_of(work: Work, record: Record) -> list[CaseEvent]:
    """What the record's submission and the opinions on it brought about, oldest first."""
    form = work.shelf.get(record.pack).record(record.form)
    found = await work.session.exec(
        select(CaseEvent)
        .where(col(CaseEvent.case_id) == record.case_id, col(CaseEvent.subject) == str(record.id))
        .order_by(col(CaseEvent.at), col(CaseEvent.id))
    )
    return [event for event in found.all() if _is_of(form, event.name)]


async def standing_events(work: Work, case: Case) -> list[CaseEvent]:
    """Everything that happened to the case, without what cancelled records brought about; oldest first."""
    found = await work.session.exec(
        select(CaseEvent).where(col(CaseEvent.case_id) == case.id).order_by(col(CaseEvent.at), col(CaseEvent.id))
    )
    cancelled = await work.session.exec(
        select(Record).where(col(Record.case_id) == case.id, col(Record.state) == "cancelled", col(Record.round) > 0)
    )
    gone = {event.id for record in cancelled.all() for event in await events_of(work, record)}
    return [event for event in found.all() if event.id not in gone]


def _is_of(form: Form, name: str) -> bool:
    """A recording's id may be the same number as the record's: its events have other names."""
    return name.startswith(f"record.{form.id}.") or name in {each.event for each in form.emits}
