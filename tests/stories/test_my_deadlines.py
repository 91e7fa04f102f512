"""The officer's own terms: what ends each and the way there, the countdown on the case, and ‘I know’."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import col, select

from models.tables import Acknowledgement, Delegation, LedgerLeaf
from tests.stories.xigang import AGENCY, INTERVIEW, START, begin, open_case
from tests.support.filling import fill
from tests.support.house import Chat, House


async def move(house: House, by: str) -> None:
    """Move the demonstration's clock, by somebody whom no reminder concerns."""
    await (await house.person(AGENCY, "legal_reviewer")).send(f"/clock {by}")


async def card(chat: Chat) -> str:
    await chat.send("/cases")
    return await chat.tap("〔2026〕")


async def test_the_list_says_what_ends_a_term_and_goes_there(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    second = await house.person(AGENCY, "officer", 1)
    await open_case(house, officer)
    said = await officer.send("/deadlines")
    assert "补报立案审批表" in said and "完成“立案审批表”即办结" in said
    assert "立案审批表" in await officer.tap("去办：立案审批表")
    record = await officer.transcript(1)

    assert "期限（1）" in await officer.send("/deadlines")
    assert not any("去办" in label for label in (await officer.buttons())[-3:]), "begun once, it is gone on with"
    await officer.tap("继续：立案审批表")
    assert (await officer.transcript(1)).splitlines()[0] == record.splitlines()[0]
    await second.send("/deadlines")
    await second.tap("继续：立案审批表")  # the draft of the one is the other's too
    assert "立案审批表" in await second.last()

    await fill(officer, START)
    await officer.tap("确认并定稿")
    assert await officer.send("/deadlines") == "没有正在计算的期限。"


async def test_whoever_cannot_do_it_is_told_whose_task_it_is(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    archivist = await house.person(AGENCY, "archivist")
    await open_case(house, officer)
    said = await archivist.send("/deadlines")
    assert "完成“立案审批表”即办结（由承办人办理）" in said
    assert not any("▶" in label for label in await archivist.buttons())


async def test_who_stands_in_sees_the_terms_of_who_is_away(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    deputy = await house.person(AGENCY, "approver")
    await open_case(house, officer)
    async with house.app.database.transaction() as session:
        now = (await house.app.make_work(session)).now
        session.add(
            Delegation(
                agency_id=1,
                absent_id=officer.id,
                deputy_id=deputy.id,
                reason="外出",
                since=now,
                until=now + timedelta(days=3),
            )
        )
    assert "您代 林晓舟 留意这项期限。" in await deputy.send("/deadlines")
    assert "您代" not in await officer.send("/deadlines")


async def test_the_case_counts_down_the_most_urgent_first(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await begin(officer, "立案审批表")
    shown = await card(officer)
    assert re.search(r"⏳ 还剩 23 小时 5\d 分钟 · 补报立案审批表（第八条） · 截止：20\d\d年", shown)
    await move(house, "+25h 10m")
    assert re.search(r"⏰ 已逾期 1 小时 1\d 分钟 · 补报立案审批表", await card(officer))


async def test_what_is_known_is_not_repeated_for_a_day(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    supervisor = await house.person(AGENCY, "supervisor")
    await open_case(house, officer)
    await move(house, "+24h 1m")
    await move(house, "+72h")  # the last rung of the ladder, which comes again every day
    said = await officer.tap("知道了，暂不重复提醒")
    assert "期限照常计算，后续各级提醒照发。" in said and "之前不再向您重复提醒" in said

    told = [len(await each.texts()) for each in (officer, supervisor)]
    await officer.tap("知道了，暂不重复提醒")
    assert await officer.last() == said, "a second tap says the same"
    await move(house, "+23h 58m")
    await move(house, "+1m")
    assert len(await officer.texts()) == told[0]
    assert len(await supervisor.texts()) == told[1] + 1, "what one knows is repeated to the other"
    await move(house, "+24h")
    assert len(await officer.texts()) == told[0] + 1

    async with house.app.database.reading() as session:
        [kept] = (await session.exec(select(Acknowledgement))).all()
        leaves = await session.exec(select(LedgerLeaf.kind).where(col(LedgerLeaf.kind) == "term.acknowledged"))
        assert (kept.until - kept.at, len(leaves.all())) == (timedelta(hours=24), 1)


async def test_one_tap_for_all_of_one_message(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await open_case(house, officer)
    await move(house, "+25h")
    assert "不再向您重复提醒这 2 项期限" in await officer.tap("知道了")
    async with house.app.database.reading() as session:
        assert [each.term_id for each in (await session.exec(select(Acknowledgement))).all()] == [1, 2]


async def test_what_has_ended_needs_no_acknowledging(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await move(house, "+25h")
    await begin(officer, "立案审批表")
    await fill(officer, START)
    await officer.tap("确认并定稿")
    assert await officer.tap("知道了") == "✗ 这项期限已经结束，不用再办了。"


async def test_the_summary_on_demand_counts_what_waits_for_the_person(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    second = await house.person(AGENCY, "officer", 1)
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    await fill(officer, INTERVIEW)
    await officer.tap("确认并定稿")
    said = await second.send("/digest")
    assert "3 天内到期 1 项" in said and "待您确认 1 件" in said and "1. 补报立案审批表" in said
    await second.tap("确认并定稿")
    assert "待签名或封存 1 件" in await officer.send("/digest")

    assert "期限提醒照常发送" in await second.tap("不再发提要")
    assert "有事可报的工作日" in await second.tap("恢复每日提要")
