"""What waits for a person's decision: found with as few statements among many as among few, and listed by pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import col, select

from models.tables import Case, Officer, Opinion, Record
from tests.support.office import Office
from tests.support.statements import statements


async def ask(office: Office, many: int) -> None:
    """So many further decisions wait for the first step of review, each in a case of its own."""
    async with office.house.app.database.transaction() as session:
        now = (await office.house.app.make_work(session)).now
        known = (await session.exec(select(Case))).first()
        assert known is not None
        officer = await session.get_one(Officer, known.officer_id)
        for _ in range(many):
            case = Case(
                agency_id=known.agency_id,
                unit_id=officer.unit_id,
                pack=known.pack,
                state="open",
                officer_id=known.officer_id,
                second_officer_id=known.second_officer_id,
                opened_at=now,
            )
            session.add(case)
            await session.flush()
            case.number = f"示案{case.id}号"
            record = Record(
                agency_id=case.agency_id,
                case_id=case.id,
                pack=case.pack,
                form="decision",
                answers={"pack": case.pack, "record": "decision", "revision": 0, "answers": {}},
                state="frozen",
                maker_id=case.officer_id,
                created_at=now,
                round=1,
                content={"answers": [{"question": "ruling", "label": "决定", "text": f"第{case.id}案罚款。"}]},
            )
            session.add(record)
            await session.flush()
            session.add(Opinion(record_id=record.id, round=1, step="unit", asked_at=now))


async def first_case(office: Office) -> int:
    async with office.house.app.database.reading() as session:
        query = select(Record.case_id).join(Opinion, col(Opinion.record_id) == col(Record.id))
        return (await session.exec(query.order_by(col(Opinion.id)))).first() or 0


async def menu(office: Office) -> None:
    await office["丙"].send("/menu")


async def cases(office: Office) -> None:
    await office["丙"].send("/cases")


async def one_case(office: Office) -> None:
    assert "当事人" in await office.forge("丙", f"case:{await first_case(office)}")


async def waiting(office: Office) -> None:
    await office.forge("丙", "pending")


@pytest.mark.parametrize("tap", [menu, cases, one_case, waiting])
async def test_a_tap_costs_as_much_among_many_requests_as_among_few(
    office: Office, tap: Callable[[Office], Awaitable[None]]
) -> None:
    counts = []
    for more in (5, 45):
        await ask(office, more)
        await tap(office)
        with statements(office.house.app.database) as found:
            await tap(office)
        counts.append(len(found))
    assert counts[1] <= counts[0] + 2, counts


async def test_the_list_of_what_waits_is_paged_in_place_and_opens_each_request(office: Office) -> None:
    await ask(office, 10)
    await office["丙"].send("/menu")
    first = await office["丙"].tap("待我审批（10）")
    assert "示案2号" in first and "示案9号" in first and "示案10号" not in first
    assert "承办机构审核意见" in first
    shown = len(await office.house.messages(office["丙"].id))
    second = await office["丙"].tap("下一页")
    assert "示案11号" in second and "示案2号" not in second
    assert len(await office.house.messages(office["丙"].id)) == shown
    assert "第11案罚款" in await office["丙"].tap("示案11号")
    await office["丙"].tap("✔ 同意")
    async with office.house.app.database.reading() as session:
        given = await session.exec(select(Opinion.officer_id).where(col(Opinion.result) == "approved"))
        assert given.all() == [office["丙"].id]


async def test_a_request_is_opened_by_those_asked_only(office: Office) -> None:
    await ask(office, 1)
    assert "罚款" not in await office.forge("庚", "op:1")
    assert "罚款" not in await office.forge("甲", "op:1")
    assert "罚款" in await office.forge("丙", "op:1")
