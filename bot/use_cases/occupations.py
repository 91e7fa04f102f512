"""Whom submitted records keep busy and when, so that nobody is in two places at once unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.work import Work
from dialogs.facts import ClashFact
from dialogs.packs.schema import Record as Form
from models.tables import Case, Occupation, Record

_STANDS = ("frozen", "sealed")


async def occupy(work: Work, record: Record, form: Form, answers: Mapping[str, object]) -> None:
    """Keep whom the record just submitted keeps busy; what an earlier submission of it said no longer counts.

    `answers`: as conditions see them.
    """
    former = await work.session.exec(select(Occupation).where(col(Occupation.record_id) == record.id))
    for row in former.all():
        await work.session.delete(row)
    assert record.id is not None
    for officer_id, since, until in _occupied(form, answers):
        work.session.add(Occupation(record_id=record.id, officer_id=officer_id, since=since, until=until))
    await work.session.flush()


def _occupied(form: Form, answers: Mapping[str, object]) -> Iterator[tuple[int, datetime, datetime]]:
    if form.occupies is None:
        return

    def given(reference: str) -> object:
        return answers.get(reference.removeprefix("answers."))

    since, until = given(form.occupies.from_), given(form.occupies.until)
    if not isinstance(since, datetime) or not isinstance(until, datetime) or until <= since:
        return
    people = [given(reference) for reference in form.occupies.people]
    named = [each for found in people if isinstance(found, list | tuple) for each in found]
    for officer_id in dict.fromkeys(str(each) for each in named):
        if officer_id.isdecimal():
            yield int(officer_id), since, until


async def clashes_of(work: Work, case: Case) -> tuple[ClashFact, ...]:
    """Where a person of the case's records was busy in another record of the agency at the same time.

    Two records of this case that clash are told once, under the later one.
    """
    ours, theirs = aliased(Occupation), aliased(Occupation)
    corrected = select(Record.corrects_id).where(col(Record.corrects_id).is_not(None), col(Record.state) == "sealed")
    standing = select(Record.id).where(col(Record.state).in_(_STANDS), col(Record.id).not_in(corrected))
    found = await work.session.exec(
        select(ours, theirs, Case)
        .join(theirs, col(theirs.officer_id) == col(ours.officer_id))
        .join(Record, col(Record.id) == col(theirs.record_id))
        .join(Case, col(Case.id) == col(Record.case_id))
        .where(
            col(ours.record_id).in_(standing.where(col(Record.case_id) == case.id)),
            col(theirs.record_id).in_(standing),
            col(theirs.record_id) != col(ours.record_id),
            col(ours.since) < col(theirs.until),
            col(theirs.since) < col(ours.until),
        )
        .order_by(col(ours.since), col(ours.id), col(theirs.id))
    )
    return tuple(
        ClashFact(
            officer=str(mine.officer_id),
            record=str(mine.record_id),
            other_record=str(busy.record_id),
            other_case=elsewhere.number or "",
            since=max(mine.since, busy.since),
            until=min(mine.until, busy.until),
        )
        for mine, busy, elsewhere in found.all()
        if elsewhere.id != case.id or busy.record_id < mine.record_id
    )
