"""兴隆台区住房和城乡建设局: a supervision inspection from a patrol to the archive, and the start of a major penalty."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from models.tables import Case, OpenTerm, Paper
from models.verify import verify
from tests.papers.reading import pdf_text, squeezed
from tests.stories.xigang import begin
from tests.stories.xinglongtai import (
    ARCHIVE,
    CHECK,
    END,
    INSPECTION,
    INSPECTION_OPENING,
    ORDER,
    PENALTY_OPENING,
    START,
    START_OF_INSPECTION,
    STORED,
    SUMMARY,
    Person,
    in_days,
    make,
    open_case,
    person,
    sign,
)
from tests.support.filling import fill
from tests.support.house import House

FOREIGN = ("XG-", "LY-", "FS-", "西岗", "辽阳", "抚顺", "补报")


async def said(*chats: Person) -> str:
    return "\n".join([text for chat in chats for text in await chat.texts()])


async def terms(house: House) -> dict[str, str]:
    """State of the newest term of each kind."""
    async with house.app.database.reading() as session:
        found = (await session.exec(select(OpenTerm).order_by(col(OpenTerm.id)))).all()
    return {term.deadline: term.state for term in found}


async def papers(house: House) -> str:
    async with house.app.database.reading() as session:
        kept = (await session.exec(select(Paper).where(col(Paper.format) == "pdf"))).all()
    return "\n".join(squeezed(pdf_text(house.app.vault.read(each.sha256))) for each in kept)


async def inspect(house: House, officer: Person, second: Person) -> None:
    """On patrol, before the start is registered, and the party will not sign."""
    await begin(officer, "现场检查")
    assert "第三十八条" in await officer.last()
    await officer.tap("仍要继续")
    await officer.send("巡查途中当场发现险情，先检查后补登记。")
    asked = await fill(officer, INSPECTION)
    assert any("这次需要告知" in question for question in asked)
    assert not any("听证" in question for question in asked)
    await officer.tap("确认并定稿")
    await second.tap("确认并定稿")
    await officer.tap("拒签")
    await officer.send("认为检查结果不实")
    await officer.send("王建国，泰山社区居委会")
    await sign(house, officer, "检查人", "检查人（记录人）")
    await officer.tap("封存文书")


async def summarise(house: House, officer: Person) -> None:
    """Returned once with a reason, then agreed to by the unit and the head."""
    reviewer, head = await person(house, "reviewer"), await person(house, "approver")
    await make(officer, "监督检查结果汇总表", SUMMARY)
    await sign(house, officer, "承办人")
    await reviewer.tap("✔ 同意")
    await head.tap("退回并说明理由")
    await head.send("请写明改正期限。")
    assert any("请写明改正期限" in text for text in await officer.texts())
    await officer.tap("现在修改")
    await officer.tap("修改答案")
    await officer.tap("处理内容和理由")
    await officer.send("责令五日内改正，到期核查。")
    await officer.tap("确认并定稿")
    await sign(house, officer, "承办人")
    await reviewer.tap("✔ 同意")
    await head.tap("✔ 同意")


async def order(house: House, officer: Person, second: Person) -> None:
    reviewer, head = await person(house, "reviewer"), await person(house, "approver")
    await make(
        officer, "责令改正通知书", ORDER | {"哪一天发现": in_days(0), "最迟哪一天改正": in_days(5)}, second=second
    )
    await sign(house, officer, "当事人（签收人）", "制作人", "承办人")
    await reviewer.tap("✔ 同意")
    await head.tap("✔ 同意")


async def test_an_inspection_goes_through_to_the_archive(house: House) -> None:
    officer, second = await person(house, "officer"), await person(house, "officer", 1)
    await open_case(officer, INSPECTION_OPENING)
    assert "行政监督检查程序" in await officer.last()
    await inspect(house, officer, second)
    assert (await terms(house))["inspection_handover"] == "open"
    await make(officer, "行政监督检查启动登记表", START_OF_INSPECTION)
    await sign(house, officer, "承办人")
    await officer.tap("封存文书")
    await make(officer, "音像记录存储登记", STORED)
    assert (await terms(house))["inspection_handover"] == "met"
    await summarise(house, officer)
    await order(house, officer, second)
    assert (await terms(house))["correction"] == "open"

    supervisor = await person(house, "supervisor")
    await officer.send("/clock +220h")
    assert "兴住建案〔2026〕1号" in await said(supervisor)
    await make(officer, "改正情况核查记录", CHECK, second=second)
    await sign(house, officer, "在场人", "核查人", "核查人（记录人）")
    await officer.tap("封存文书")
    await make(officer, "行为终结登记", END)
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    await officer.tap("合规检查")
    check = await officer.last()
    assert "巡查途中当场发现险情" in check
    assert "缺失 1 · ⏰ 逾期 1 · ↷ 偏离 1" in check  # the file itself is still to be archived, the check came late
    assert "尚未制作归档登记" in check
    await make(officer, "归档登记", ARCHIVE)
    found = await terms(house)
    assert (found["inspection_archive"], found["correction"]) == ("met", "met")
    async with house.app.database.reading() as session:
        assert (await session.exec(select(Case.state))).one() == "archived"
    assert not [word for word in FOREIGN if word in await said(officer, second, supervisor)]
    report = await verify(house.app.database, house.app.vault)
    assert report.ok, report


@pytest.mark.parametrize("house", ["webchat"], indirect=True)
async def test_every_signature_on_the_paper_has_its_date(house: House) -> None:
    officer, second = await person(house, "officer"), await person(house, "officer", 1)
    await open_case(officer, INSPECTION_OPENING)
    await inspect(house, officer, second)
    text = await papers(house)
    day = in_days(0).split("-")
    date = f"{int(day[0])}年{int(day[1])}月{int(day[2])}日"
    for name in ("于海洋", "赵启航", "孟凡星"):
        assert name in text
    assert text.count(date) >= 3


@pytest.mark.parametrize("house", ["webchat"], indirect=True)
async def test_only_a_major_case_is_started_with_a_legal_opinion(house: House) -> None:
    officer = await person(house, "officer")
    reviewer, lawyer, head = [await person(house, role) for role in ("reviewer", "legal_reviewer", "approver")]
    await open_case(officer, PENALTY_OPENING)
    assert "行政处罚程序" in await officer.last()
    await make(officer, "立案审批表", START)
    await sign(house, officer, "承办人")
    await reviewer.tap("✔ 同意")
    assert "建议立案" not in await said(head)
    assert "建议立案" in await lawyer.last()
    await lawyer.tap("同意并写意见")
    await lawyer.send("主体适格，程序合法，同意立案。")
    await head.tap("✔ 同意")
    text = await papers(house)
    for item in ("立案原因", "当事人", "承办人意见", "承办股室意见", "法制股合法性审查意见", "行政机关负责人意见"):
        assert item in text, item
    assert "主体适格" in text
    assert not [item for item in ("案件来源", "基本案情", "紧急") if item in text]

    await open_case(officer, PENALTY_OPENING)
    await make(officer, "立案审批表", START | {"重大行政执法行为吗": "tap:否"})
    await sign(house, officer, "承办人")
    before = len(await lawyer.texts())
    await reviewer.tap("✔ 同意")
    assert len(await lawyer.texts()) == before
    assert "兴住建立〔2026〕2号" in await said(head)
