"""抚顺市人力资源和社会保障局: a wage case from a complaint to the returned loan of its file."""

from __future__ import annotations

from tests.stories.desk import Desk
from tests.support.house import House

AGENCY = "抚顺市人力资源和社会保障局"
OPENING = {
    "kind_of_act": "penalty",
    "source": "complaint",
    "complaint_content": "十二名职工反映连续三个月没有发工资。",
    "complaint_named": True,
    "complainant": "郑小兵，13900001111",
    "party_kind": "organisation",
    "organisation_name": "抚顺宏盛劳务有限公司",
    "organisation_code": {"unknown": "现场未能提供营业执照"},
    "matter": "涉嫌拖欠劳动者工资",
    "urgent": False,
}
LAW = "《劳动保障监察条例》第二十六条第一项"


async def test_a_wage_case_goes_from_the_complaint_to_the_archive(house: House) -> None:
    desk = Desk(house, AGENCY)
    officer = await desk.at("officer")
    await desk.open(OPENING)
    await desk.make("投诉举报登记表", {"named": True, "accepted": True, "told": True})
    await desk.make("程序启动审批表", {"major": True, "disputed": True})
    await desk.make("权利告知书", {})
    interview = await desk.make("询问笔录", {"subject_document": "none", "refused": "evidence", "confirmed": True})
    assert "拒绝情况音像记录" in str(interview.content)
    await desk.make("调查报告", {"proposed": "penalty", "legal_basis": LAW, "law_broken": LAW, "major": True})
    await desk.make("行政处罚事先告知书", {"legal_basis": LAW, "law_broken": LAW})
    await desk.make("送达回证", {"document": "penalty_prior_notice", "way": "direct", "signed_by": "recipient"})
    await desk.make("法制审核意见书", {"result": "agreed"}, by="legal_reviewer")
    await desk.make("集体讨论记录", {})
    decision = await desk.make(
        "行政处罚决定书",
        {"decision_kind": "penalty", "legal_basis": LAW, "law_broken": LAW, "legal_basis_depth": "item"},
        departing="陈述期限与复核同日届满，当事人书面放弃。",
    )
    assert decision.number is not None and decision.number.startswith("抚人社罚")
    await desk.make("送达回证", {"document": "decision", "way": "post", "post_result": "returned"})
    assert any("另行送达" in text for text in await officer.texts())
    await desk.make("送达回证", {"document": "decision", "way": "direct", "signed_by": "recipient"})
    await desk.make("履行情况记录", {"document": "decision", "result": "whole"})
    await desk.make("长期保存标记", {"ground": "obstruction"})
    await desk.make("长期保存登记", {"medium": "disc"})
    await desk.make("音像记录移交单", {"medium": "system"})
    await desk.make("归档登记", {"complete": True, "contents": ["text", "audiovisual"]})
    await officer.send("/check")
    assert "合规" in await officer.last()
    await desk.make("档案借阅单", {"duties_told": True})
    assert any("归还" in text for text in await (await desk.at("archivist")).texts())
