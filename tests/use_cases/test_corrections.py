"""Correcting sealed records: the case keeps its number, versions never fork, evidence and facts follow."""

from __future__ import annotations

from sqlmodel import col, select

from bot.use_cases.case_facts import load_facts
from models.tables import Case, CaseFact, DocumentNumber, LedgerLeaf, Record
from tests.stories.xigang import INTERVIEW, begin, photo
from tests.support.filling import fill
from tests.use_cases.conftest import Desk


async def _begin_correction(desk: Desk) -> None:
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    await desk.officer.tap("案件登记")
    await desk.officer.tap("更正（制作新版本）")
    await desk.officer.send("登记有误")


async def _change(desk: Desk, label: str, *doings: str) -> None:
    await desk.officer.tap("修改答案")
    if not any(label in button for button in (await desk.officer.buttons())[-16:]):
        await desk.officer.tap("下一页")
    await desk.officer.tap(label)
    for doing in doings:
        await (desk.officer.tap(doing.removeprefix("tap:")) if doing.startswith("tap:") else desk.officer.send(doing))


async def test_a_corrected_opening_keeps_the_case_number_and_day(desk: Desk) -> None:
    async with desk.reading() as session:
        before = (await session.exec(select(Case))).one()
    await desk.officer.send("/clock +30d")
    await _begin_correction(desk)
    await _change(desk, "联系电话", "13900000000")
    await desk.officer.tap("确认并定稿")
    async with desk.reading() as session:
        after = (await session.exec(select(Case))).one()
        numbers = (await session.exec(select(DocumentNumber))).all()
        opened = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "case.opened"))).all()
    assert (after.number, after.opened_at) == (before.number, before.opened_at)
    assert len(numbers) == 1
    assert len(opened) == 1


async def test_a_fact_no_longer_stated_is_taken_back(desk: Desk) -> None:
    await _begin_correction(desk)
    await _change(desk, "紧急", "tap:否")
    await desk.officer.tap("确认并定稿")
    async with desk.reading() as session:
        facts = {fact.name: fact.value for fact in (await session.exec(select(CaseFact))).all()}
    assert facts["urgent"] in (False, "no")
    assert "urgency_reason" not in facts


async def test_a_correction_leaves_alone_what_another_record_said_since(desk: Desk) -> None:
    await begin(desk.officer, "立案审批表")
    await desk.officer.tap("暂停")
    async with desk.transaction() as session:
        later = (await session.exec(select(Record).where(col(Record.form) == "case_start"))).one()
        phone = (await session.exec(select(CaseFact).where(col(CaseFact.name) == "party_phone"))).one()
        phone.value, phone.record_id = "13700000000", later.id
        session.add(phone)
    await _begin_correction(desk)
    await _change(desk, "住址", "大连市西岗区黄河路2号")
    await desk.officer.tap("确认并定稿")
    async with desk.reading() as session:
        facts = {fact.name: fact.value for fact in (await session.exec(select(CaseFact))).all()}
    assert facts["party_phone"] == "13700000000"
    assert facts["party_address"] == "大连市西岗区黄河路2号"


async def test_a_version_is_corrected_once(desk: Desk) -> None:
    await _begin_correction(desk)
    async with desk.reading() as session:
        first = (await session.exec(select(Record).where(col(Record.state) == "sealed"))).one()
    await desk.forge(desk.second, f"cor:{first.id}")
    await desk.second.send("也要更正")
    async with desk.reading() as session:
        drafts = (await session.exec(select(Record).where(col(Record.state) == "draft"))).all()
    assert len(drafts) == 1
    await desk.officer.tap("确认并定稿")
    assert "新版本" in await desk.forge(desk.officer, f"cor:{first.id}")
    async with desk.reading() as session:
        assert len((await session.exec(select(Record))).all()) == 2


async def test_evidence_of_the_former_version_is_seen_by_the_new_one(desk: Desk) -> None:
    await begin(desk.officer, "立案审批表")
    await desk.officer.upload(photo(), "photo", "a.jpg")
    await desk.officer.tap("撤回")
    await desk.officer.send("拍错了")
    async with desk.transaction() as session:
        old = (await session.exec(select(Record).where(col(Record.form) == "case_start"))).one()
        new = Record(**old.model_dump(exclude={"id"}) | {"corrects_id": old.id})
        session.add(new)
        await session.flush()
        work = await desk.house.app.make_work(session)
        facts = await load_facts(work, await session.get_one(Case, old.case_id), new)
    assert [each.state for each in facts.evidence] == ["withdrawn"]


async def test_a_second_tap_does_not_call_the_other_officer_twice(desk: Desk) -> None:
    await begin(desk.officer, "询问笔录")
    await fill(desk.officer, INTERVIEW)
    card = next(m for m in reversed(await desk.house.messages(desk.officer.id)) if "确认并定稿" in str(m))
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await desk.forge(desk.officer, data)
    told = len(await desk.second.texts())
    assert "已保存" in await desk.forge(desk.officer, data)
    assert len(await desk.second.texts()) == told
