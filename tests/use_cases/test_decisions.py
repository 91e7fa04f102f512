"""Opinions, papers and what a chat waits for."""

from __future__ import annotations

from sqlmodel import col, select

from models.tables import CaseFact, DocumentNumber, Job, Officer, Opinion, Paper, Record
from tests.stories.xigang import AGENCY, START, begin, sign_on_screen
from tests.support.filling import fill
from tests.use_cases.conftest import Desk

HEADS = select(Opinion).where(col(Opinion.step) == "head_opinion")


async def _submit(desk: Desk) -> Record:
    """A start form that waits for the head: confirmed, signed and reviewed."""
    reviewer = await desk.house.person(AGENCY, "reviewer")
    await begin(desk.officer, "立案审批表")
    await fill(desk.officer, START)
    await desk.officer.tap("确认并定稿")
    await sign_on_screen(desk.house, desk.officer, "承办人")
    await reviewer.tap("同意")
    async with desk.reading() as session:
        return (await session.exec(select(Record).where(col(Record.form) == "case_start"))).one()


async def test_an_officer_of_the_case_decides_nothing_in_it(desk: Desk) -> None:
    async with desk.transaction() as session:
        for officer_id, roles in ((desk.second.id, ["officer", "approver"]), (desk.head.id, ["archivist"])):
            officer = await session.get_one(Officer, officer_id)
            officer.roles = roles
            session.add(officer)
    await _submit(desk)
    assert any("没有其他人可以" in text for text in await desk.officer.texts())
    async with desk.reading() as session:
        opinion = (await session.exec(HEADS)).one()
    assert "本人承办" in await desk.forge(desk.second, f"ap:{opinion.id}")
    async with desk.reading() as session:
        assert (await session.exec(HEADS)).one().result == "pending"


async def test_a_chat_stops_waiting_for_what_can_no_longer_be_done(desk: Desk) -> None:
    await _submit(desk)
    await desk.head.tap("同意并写意见")
    async with desk.transaction() as session:
        opinion = (await session.exec(HEADS)).one()
        opinion.result = "superseded"
        session.add(opinion)
    assert "已" in await desk.head.send("同意，抓紧办理。")
    refused = await desk.head.last()
    await desk.head.send("你好")
    assert refused not in (await desk.head.texts())[-2:]


async def test_blank_words_are_no_reason_and_may_be_written_again(desk: Desk) -> None:
    record = await _submit(desk)
    await desk.head.tap("退回并说明理由")
    await desk.head.send("x" * 501)
    await desk.head.send("请补充案情。")
    async with desk.reading() as session:
        assert (await session.get_one(Record, record.id)).state == "draft"
        assert (await session.exec(HEADS)).one().text == "请补充案情。"


async def test_a_cancelled_record_takes_its_number_along_and_back(desk: Desk) -> None:
    record = await _submit(desk)
    await desk.head.tap("退回并说明理由")
    await desk.head.send("不予立案。")

    async def number() -> DocumentNumber:
        async with desk.reading() as session:
            return (await session.exec(select(DocumentNumber).where(col(DocumentNumber.record_id) == record.id))).one()

    await desk.forge(desk.officer, f"cx:{record.id}")
    assert (await number()).state == "void"
    assert (await number()).reason
    await desk.officer.tap("撤销")
    assert (await number()).state == "used"
    await desk.forge(desk.officer, f"cx:{record.id}")
    await begin(desk.officer, "立案审批表")
    assert "已有" in await desk.forge(desk.officer, f"ux:{record.id}")


async def test_a_cancelled_opening_no_longer_counts_as_a_case(desk: Desk) -> None:
    for _ in range(21):
        await desk.officer.send("/new")
        await desk.officer.tap("取消")
    await desk.officer.send("/cases")
    assert len([button for button in await desk.officer.buttons() if "立案中" in button]) == 0
    await desk.officer.tap("撤销")
    assert "哪一类执法" in await desk.officer.last()


async def test_papers_that_failed_are_ordered_anew(desk: Desk) -> None:
    record = await _submit(desk)
    async with desk.transaction() as session:
        for paper in (await session.exec(select(Paper))).all():
            await session.delete(paper)
        job = (await session.exec(select(Job).where(col(Job.kind) == "paper"))).one()
        job.state = "failed"
        session.add(job)
    await desk.forge(desk.officer, f"pap:{record.id}")
    async with desk.reading() as session:
        assert {paper.format for paper in (await session.exec(select(Paper))).all()} == {"pdf", "docx"}


async def test_every_record_of_a_long_case_can_be_reached(desk: Desk) -> None:
    record = await _submit(desk)
    async with desk.transaction() as session:
        session.add_all(
            Record(**record.model_dump(exclude={"id"}) | {"number": f"西财立〔2025〕{n}号"}) for n in range(30)
        )
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    assert not any("2025〕0号" in button for button in await desk.officer.buttons())
    await desk.officer.tap("下一页")
    await desk.officer.tap("下一页")
    assert any("2025〕0号" in button for button in await desk.officer.buttons())
    async with desk.reading() as session:
        assert (await session.exec(select(CaseFact))).all()
