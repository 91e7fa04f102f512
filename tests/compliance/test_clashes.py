"""One person in two places at once, as the records of two cases say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from bot.use_cases.occupations import occupy
from dialogs import engine
from dialogs.facts import ClashFact
from dialogs.packs.schema import Record as Form
from models.tables import Case, Record
from tests.compliance.cases import HOUR, NOW
from tests.support.office import Office

VISIT = Form.model_validate(
    {
        "id": "visit",
        "title": "走访记录",
        "stage": "investigation",
        "occupies": {"people": ["answers.who"], "from": "answers.begun", "until": "answers.ended"},
    }
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await Office.open(tmp_path)
    await opened.case()
    await opened.case()
    yield opened
    await opened.house.close()


async def visit(
    office: Office,
    case_id: int,
    begins: timedelta,
    ends: timedelta,
    *,
    state: str = "sealed",
    corrects: int | None = None,
) -> int:
    """甲 was on a visit; the id of its record."""
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        case = await session.get_one(Case, case_id)
        maker = office["甲"].id
        record = Record(
            agency_id=case.agency_id, case_id=case_id, pack=case.pack, form="visit", state=state, maker_id=maker,
            created_at=NOW, frozen_at=NOW, content={"answers": []}, corrects_id=corrects,
            answers=engine.draft_to_json(engine.start(case.pack, VISIT)),
        )  # fmt: skip
        session.add(record)
        await session.flush()
        await occupy(work, record, VISIT, {"who": [str(maker)], "begun": NOW + begins, "ended": NOW + ends})
        assert record.id is not None
        return record.id


async def clashes(office: Office, case_id: int) -> tuple[ClashFact, ...]:
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        return (await load_facts(work, await session.get_one(Case, case_id), None, clashes=True)).clashes


async def test_overlapping_visits_in_two_cases_are_found_from_both(office: Office) -> None:
    first = await visit(office, 1, 0 * HOUR, 2 * HOUR)
    second = await visit(office, 2, 1 * HOUR, 3 * HOUR)
    (here,) = await clashes(office, 1)
    (there,) = await clashes(office, 2)
    assert (here.record, here.other_record, there.record) == (str(first), str(second), str(second))
    assert (here.since, here.until) == (NOW + HOUR, NOW + 2 * HOUR)
    assert here.other_case.endswith("2号")


async def test_two_visits_of_one_case_clash_once(office: Office) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    later = await visit(office, 1, 1 * HOUR, 3 * HOUR)
    assert [each.record for each in await clashes(office, 1)] == [str(later)]


async def test_one_visit_after_the_other_is_no_clash(office: Office) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    await visit(office, 2, 2 * HOUR, 3 * HOUR)
    assert await clashes(office, 1) == ()


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_what_was_taken_back_keeps_nobody_busy(office: Office, state: str) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    await visit(office, 2, 1 * HOUR, 3 * HOUR, state=state)
    assert await clashes(office, 1) == ()


async def test_a_correction_takes_the_place_of_what_it_corrects(office: Office) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    wrong = await visit(office, 2, 1 * HOUR, 3 * HOUR)
    await visit(office, 2, 4 * HOUR, 5 * HOUR, corrects=wrong)
    assert await clashes(office, 1) == ()


async def test_an_end_before_the_beginning_keeps_nobody_busy(office: Office) -> None:
    await visit(office, 1, 2 * HOUR, 1 * HOUR)
    await visit(office, 2, 0 * HOUR, 3 * HOUR)
    assert await clashes(office, 1) == ()


async def test_the_card_names_the_person_and_the_other_case(office: Office) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    await visit(office, 2, 1 * HOUR, 3 * HOUR)
    await office.forge("甲", "check:1")
    card = await office["甲"].last()
    assert "甲承办在2026年3月5日 16:30至2026年3月5日 17:30同时参与案件" in card
    assert "系统发现，未对应条文" in card


async def test_facts_without_being_asked_for_clashes_hold_none(office: Office) -> None:
    await visit(office, 1, 0 * HOUR, 2 * HOUR)
    await visit(office, 2, 1 * HOUR, 3 * HOUR)
    async with office.house.app.database.transaction() as session:
        work = await office.house.app.make_work(session)
        found = await session.exec(select(Case).where(col(Case.id) == 1))
        assert (await load_facts(work, found.one(), None)).clashes == ()
