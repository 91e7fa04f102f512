"""A term that cannot be handled: it waits, all others go, and the schedule's heart beats on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.schedule import tick as ticking
from bot.schedule.digests import Digests
from bot.schedule.health import NAME
from bot.schedule.scheduler import Schedule
from models.tables import Agency, Case, Heartbeat, Officer, OpenTerm, RungSent
from tests.schedule.conftest import PACK, Office

MINUTE = timedelta(minutes=1)
POISON = "archive"


def schedule_of(office: Office) -> Schedule:
    schedule = Schedule(office.database, office.vault, office.shelf, office.settings, after=lambda: None)
    schedule._digests = Digests(())
    return schedule


async def add_term(office: Office, case: Case, deadline: str, subject: str) -> int:
    """A term that has just ended."""
    now = datetime.now(UTC)
    async with office.work() as work:
        term = OpenTerm(
            agency_id=case.agency_id,
            case_id=case.id,
            deadline=deadline,
            subject=subject,
            opened_by="x.y",
            opened_at=now - timedelta(hours=1),
            due_at=now,
            next_at=now,
        )
        work.session.add(term)
        await work.session.flush()
        assert term.id is not None
        return term.id


async def told_of(office: Office) -> list[int]:
    async with office.database.reading() as session:
        found = await session.exec(select(RungSent.term_id).where(col(RungSent.rung) == "due").distinct())
        return sorted(found.all())


async def next_at(office: Office, term_id: int) -> datetime:
    async with office.database.reading() as session:
        at = (await session.get_one(OpenTerm, term_id)).next_at
        assert at is not None
        return at


async def test_one_that_fails_is_put_off_alone_and_comes_when_it_recovers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await add_term(office, office.case, "recording_handover", "1")
    poison = await add_term(office, office.case, POISON, "2")
    after = await add_term(office, office.case, "recording_handover", "3")
    schedule, deadline_of = schedule_of(office), ticking.deadline_of

    def fail(pack: Any, deadline: str) -> Any:
        if deadline == POISON:
            raise ZeroDivisionError("poison")
        return deadline_of(pack, deadline)

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(ticking, "deadline_of", fail)
        assert await schedule.tick_all() == 3
        assert await schedule.tick_all() == 0, "it is not tried again at every tick"
    assert await told_of(office) == [before, after]
    [told] = [entry for entry in logs if "term" in entry]
    assert (told["term"], told["log_level"], told["exc_info"]) == (poison, "error", True)
    assert 9 * MINUTE < await next_at(office, poison) - datetime.now(UTC) <= 10 * MINUTE
    async with office.database.reading() as session:
        assert datetime.now(UTC) - (await session.get_one(Heartbeat, NAME)).beat_at < MINUTE
    async with office.work() as work:
        term = await work.session.get_one(OpenTerm, poison)
        term.next_at = datetime.now(UTC)
        work.session.add(term)
    assert await schedule.tick_all() == 1
    assert await told_of(office) == [before, poison, after]


@pytest.mark.parametrize("batch_only", [True, False], ids=["batch", "one-by-one"])
async def test_a_database_that_went_away_puts_nothing_off(
    office: Office, monkeypatch: pytest.MonkeyPatch, batch_only: bool
) -> None:
    term = await add_term(office, office.case, "recording_handover", "1")
    due_at, calls = await next_at(office, term), 0

    async def fail(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if not batch_only and calls == 1:
            raise ZeroDivisionError
        raise OperationalError("", None, OSError(), connection_invalidated=True)

    schedule = schedule_of(office)
    with monkeypatch.context() as patched:
        patched.setattr(ticking, "steps_ahead", fail)
        with pytest.raises(OperationalError):
            await schedule.tick_all()
    assert calls == (1 if batch_only else 2)
    assert await next_at(office, term) == due_at
    assert await schedule.tick_all() == 1
    assert await told_of(office) == [term]


async def test_an_agency_whose_hours_cannot_be_read_holds_up_no_other(office: Office) -> None:
    async with office.work() as work:
        agency = Agency(code="z", name="甲局", pack=PACK.id, duty={"from": "late"}, created_at=work.now)
        work.session.add(agency)
        await work.session.flush()
        officer = Officer(agency_id=agency.id, name="甲", roles=["officer"])
        work.session.add(officer)
        await work.session.flush()
        case = Case(agency_id=agency.id, pack=office.case.pack, state="open", officer_id=officer.id, opened_at=work.now)
        work.session.add(case)
    poison = await add_term(office, case, "recording_handover", "1")
    healthy = await add_term(office, office.case, "recording_handover", "2")
    assert await schedule_of(office).tick_all() == 2
    assert await told_of(office) == [healthy]
    assert await next_at(office, poison) > datetime.now(UTC)
