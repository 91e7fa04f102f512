"""辽宁省残疾人联合会: a case of the short procedure, done on the spot in one sitting, and an oral application."""

from __future__ import annotations

from tests.stories.desk import Desk
from tests.support.house import House

AGENCY = "辽宁省残疾人联合会"
OPENING = {
    "kind_of_act": "penalty",
    "source": "own_check",
    "party_kind": "person",
    "person_name": "金某",
    "person_document": "none",
    "person_no_document": "未携带证件",
    "matter": "涉嫌虚报残疾人就业人数",
    "urgent": False,
}
ON_SPOT = {
    "certificates_shown": True,
    "party_kind": "person",
    "statement_made": True,
    "statement_outcome": "rejected",
    "penalty_kind": "fine",
    "fine": "100元",
    "collected": True,
    "collect_ground": "small",
    "collected_amount": "100元",
    "disputed": True,
    "short_ground": "《行政处罚法》第五十一条",
}


async def test_a_disputed_fine_on_the_spot_is_recorded_filed_and_archived(house: House) -> None:
    desk = Desk(house, AGENCY)
    officer = await desk.at("officer")
    await desk.open(OPENING)
    decision = await desk.make("当场行政处罚决定书", ON_SPOT)
    assert decision.number is not None and decision.number.startswith("辽残联当罚")
    assert "当场收缴" in str(decision.content) and "备案" in str(decision.content)
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("制作文书")
    assert not any("启动审批表" in button for button in (await officer.buttons())[-12:])  # general procedure only
    await desk.make("履行情况记录", {"document": "on_spot_decision", "result": "whole"})
    await desk.make("音像记录移交单", {"own_copy": False, "medium": "system"})
    await desk.make("归档登记", {"complete": True, "contents": ["text", "audiovisual"]})
    await officer.send("/check")
    assert "合规" in await officer.last()


async def test_an_oral_application_with_gaps_is_told_once_and_a_second_telling_is_a_departure(house: House) -> None:
    desk = Desk(house, AGENCY)
    officer = await desk.at("officer")
    licence = {"kind_of_act": "licence", "source": "application", "matter": "申请设立盲人保健按摩机构"}
    opening = {name: each for name, each in OPENING.items() if name != "urgent"}  # nothing to approve first
    await desk.open(opening | licence)
    await desk.make("申请登记表", {"form": "oral", "corrected_on_spot": True, "complete": False})
    await desk.make("一次性补正告知书", {"all_listed": True, "told_way": "on_spot"})
    second = await desk.make(
        "一次性补正告知书", {"all_listed": True, "told_way": "on_spot"}, departing="申请人补交的材料不清晰。"
    )
    await officer.send("/check")
    shown = "\n".join((await officer.texts())[-1:])
    assert "一次" in shown, shown
    assert second.state == "sealed"
