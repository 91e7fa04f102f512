"""A case given to another officer: a submitted text stays its maker's, a returned one goes to who can mend it."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from models.tables import Case, CaseFact, OpenTerm, Record
from tests.support.office import Office


async def _give(office: Office, to: str, seat: str = "承办人：甲") -> str:
    await office["庚"].send("/cases")
    await office["庚"].tap("号")
    await office["庚"].tap("改派")
    await office["庚"].tap(seat)
    await office["庚"].tap(to)
    return await office["庚"].send("工作调整")


async def _decision(office: Office) -> Record:
    async with office.house.app.database.reading() as session:
        return (await session.exec(select(Record).where(col(Record.form) == "decision"))).one()


async def test_a_returned_record_goes_to_the_new_officer_and_needs_both_again(office: Office) -> None:
    await office.set_roles("丁", "officer")
    await office.decision()
    await _give(office, "丁审核")
    assert (await _decision(office)).maker_id == office["甲"].id  # submitted: it stays theirs
    await office["丙"].tap("退回并说明理由")
    await office["丙"].send("请补充理由。")
    returned = await _decision(office)
    assert (returned.state, returned.maker_id) == ("draft", office["丁"].id)
    await office["丁"].tap("现在修改")
    await office["丁"].tap("确认并定稿")
    again = await _decision(office)
    assert str(office["丁"].id) in again.confirmed and str(office["甲"].id) not in again.confirmed


async def test_whoever_decided_on_a_record_is_not_offered(office: Office) -> None:
    await office.set_roles("丙", "reviewer", "officer")
    await office.set_roles("丁", "reviewer", "officer")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    await office["庚"].send("/cases")
    await office["庚"].tap("号")
    await office["庚"].tap("改派")
    await office["庚"].tap("承办人：甲")
    offered = [each for each in await office["庚"].buttons() if "在办" in each]
    assert any(each.startswith("丁审核") for each in offered)
    assert not any(each.startswith(("丙审核", "甲承办", "乙承办")) for each in offered)


async def test_a_forged_button_gives_nothing_to_anybody(office: Office) -> None:
    """Officers and archivists do not reassign, whatever their client sends."""
    for name in ("甲", "辛"):
        assert (await office.forge(name, f"rep:1:1:{office['乙'].id}")).startswith("✗")
        assert (await office.forge(name, "rea:1")).startswith("✗")
        assert (await office.forge(name, "overdue:0:new:u1")).startswith("✗")
    assert "不能是同一人" in await office.forge("庚", f"rep:1:1:{office['乙'].id}")
    assert (await office.forge("庚", "rep:1:3:2")).startswith("✗")


async def test_of_a_secret_case_a_filter_tells_nothing(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        now = (await office.house.app.make_work(session)).now
        case = (await session.exec(select(Case))).one()
        assert case.id is not None
        pack = office.house.app.shelf.get(case.pack)
        session.add(CaseFact(case_id=case.id, name="secrecy", value="no-such-level"))
        session.add(
            OpenTerm(
                agency_id=1, case_id=case.id, deadline=pack.deadlines[0].id, opened_by="x",
                opened_at=now - timedelta(days=3), due_at=now - timedelta(days=1),
            )
        )  # fmt: skip
    shown = await office["庚"].send("/overdue")
    assert "逾期事项（1）" in shown and "已定密" in shown
    await office["庚"].tap("承办人 ▾")
    assert not any("甲承办（" in each for each in await office["庚"].buttons())
    assert "没有逾期事项" in await office.forge("庚", f"overdue:0:new:o{office['甲'].id}")
    assert "没有逾期事项" in await office.forge("庚", f"overdue:0:new:u{case.unit_id}")
    assert (await office.forge("庚", "odt:1")).startswith("✗")
    assert (await office.forge("庚", "urg:1")).startswith("✗")
