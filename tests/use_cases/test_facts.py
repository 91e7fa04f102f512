"""Facts are read once in a unit of work, and anew after what they rest on was written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from models.tables import Case, CaseEvent, CaseFact, Record
from tests.support.office import Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await Office.open(tmp_path)
    await opened.case()
    await opened.make("调查报告", {"查明": "属实。"})
    await opened.begin("处罚决定书")
    yield opened
    await opened.house.close()


def statements(office: Office) -> list[str]:
    """What is sent to the database from now on."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(office.house.app.database.engine.sync_engine, "before_cursor_execute", note)
    return seen


async def test_a_second_look_reads_nothing(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        case = await session.get_one(Case, 1)
        first = await load_facts(work, case, None)
        seen = statements(office)
        assert await load_facts(work, case, None) == first
        assert seen == []


async def test_what_was_written_meanwhile_is_seen(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        case = await session.get_one(Case, 1)
        before = await load_facts(work, case, None)
        session.add(CaseEvent(case_id=1, name="case.told", at=work.now))
        fact = (await session.exec(select(CaseFact).where(col(CaseFact.name) == "party_name"))).one()
        fact.value = "李四"
        session.add(fact)
        after = await load_facts(work, case, None)
        assert (before.case["party_name"], after.case["party_name"]) == ("王大山", "李四")
        assert after.happened["case.told"] == work.now


async def test_another_records_change_is_seen_and_ones_own_answers_cost_no_second_reading(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        case = await session.get_one(Case, 1)
        found = await session.exec(select(Record).order_by(col(Record.id)))
        _, report, decision = found.all()
        await load_facts(work, case, decision)
        decision.revision += 1
        session.add(decision)
        seen = statements(office)
        await load_facts(work, case, decision)
        assert [each for each in seen if each.startswith("SELECT")] == []
        report.state = "cancelled"
        session.add(report)
        assert [each.form for each in (await load_facts(work, case, decision)).records] == ["opening"]


async def test_a_form_that_looks_at_no_records_reads_none(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        case = await session.get_one(Case, 1)
        found = await session.exec(select(Record).order_by(col(Record.id)))
        _, report, decision = found.all()
        assert (await load_facts(work, case, report)).records == ()
        assert len((await load_facts(work, case, decision)).records) == 2
