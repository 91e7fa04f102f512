"""西岗区财政局: from an urgent start to the supervisor's alert, as its people see it."""

from __future__ import annotations

from tests.stories.xigang import AGENCY, INTERVIEW, START, begin, open_case, photo, sign_on_screen
from tests.support.filling import fill
from tests.support.house import House


async def test_an_urgent_start_says_at_once_what_is_owed(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    said = "\n".join((await officer.texts())[-3:])
    assert "补报立案审批表" in said
    assert "第八条" in said
    assert "24 小时" in said
    assert "大连海晏商贸有限公司" in await officer.last()


async def test_the_start_record_is_approved_and_sealed(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    reviewer = await house.person(AGENCY, "reviewer")
    head = await house.person(AGENCY, "approver")
    await open_case(house, officer)
    await begin(officer, "立案审批表")
    await fill(officer, START)
    await officer.tap("确认并定稿")
    assert any("按期办结" in text for text in await officer.texts())
    assert "建议立案调查" not in "\n".join(await reviewer.texts())  # nobody decides on what is not signed yet
    await sign_on_screen(house, officer, "承办人")
    assert "建议立案调查" in await reviewer.last()
    assert "建议立案调查" not in "\n".join(await head.texts())  # nor before the unit has reviewed it
    await reviewer.tap("同意")
    assert "郭建平" not in await head.last()
    assert "建议立案调查" in await head.last()

    await head.tap("退回并说明理由")
    await head.send("请补充案情。")
    assert any("请补充案情" in text for text in await officer.texts())
    await officer.tap("现在修改")
    await officer.tap("修改答案")
    await officer.tap("基本案情")
    await officer.send("日常检查发现该公司2025年账簿全部缺失。")
    await officer.tap("确认并定稿")
    await sign_on_screen(house, officer, "承办人")
    await reviewer.tap("同意")
    assert "2025年账簿全部缺失" in await head.last()
    assert any("document" in message for message in (await house.messages(head.id))[-2:-1])  # the paper comes first

    await head.tap("同意")
    assert any("封存" in text for text in await officer.texts())
    documents = [m["document"]["file_name"] for m in await house.messages(officer.id) if "document" in m]
    assert "立案审批表 西财立〔2026〕1号.pdf" in documents
    assert "立案审批表 西财立〔2026〕1号.docx" in documents


async def test_an_interview_is_confirmed_by_both_and_refused_before_a_witness(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    second = await house.person(AGENCY, "officer", 1)
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    asked = await fill(officer, INTERVIEW)
    assert any("在哪里询问" in question for question in asked)
    await officer.tap("确认并定稿")
    assert "请您" in "\n".join((await second.texts())[-2:]) or "确认" in await second.last()
    await second.tap("确认并定稿")
    await officer.tap("拒签")
    await officer.send("不同意笔录内容")
    await officer.send("王建国，黄河社区居委会")
    await sign_on_screen(house, officer, "询问人")
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("询问笔录")
    await officer.tap("拍摄已签名的纸质文书")
    await officer.upload(photo(), "photo", "signed.jpg")
    await officer.tap("封存文书")
    assert any("封存" in text for text in (await officer.texts())[-4:])


async def test_a_correction_is_a_new_version(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await officer.tap("案件登记")
    await officer.tap("更正（制作新版本）")
    await officer.send("住所登记有误")
    await officer.tap("修改答案")
    await officer.tap("住址")
    await officer.send("大连市西岗区黄河路2号")
    await officer.tap("确认并定稿")
    async with house.app.database.reading() as session:
        from sqlmodel import col, select

        from models.tables import Case, OpenTerm, Record

        records = (await session.exec(select(Record).order_by(col(Record.id)))).all()
        assert [record.state for record in records] == ["sealed", "sealed"]
        assert records[1].corrects_id == records[0].id
        assert "黄河路1号" in str(records[0].content)
        assert "黄河路2号" in str(records[1].content)
        assert len((await session.exec(select(Case))).all()) == 1
        assert len((await session.exec(select(OpenTerm))).all()) == 1


async def test_the_supervisor_is_told_of_an_overdue_paper(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    supervisor = await house.person(AGENCY, "supervisor")
    await open_case(house, officer)
    inside = house.transport == "webchat"  # outside the agency's network a reminder names the case only
    await officer.send("/clock +19h")
    assert any("补报立案审批表" in text for text in (await officer.texts())[-2:]) == inside
    await officer.send("/clock +6h")
    alert = "\n".join((await supervisor.texts())[-2:])
    assert "西财案〔2026〕1号" in alert
    assert ("林晓舟" in alert) == inside
    assert ("第八条" in alert) == inside
    await supervisor.tap("西财案〔2026〕1号")
    assert "大连海晏商贸有限公司" in await supervisor.last()
