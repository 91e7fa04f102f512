"""A supervisor sees what is overdue, presses for it, and gives a case to somebody else, through either door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.use_cases.supervision import supervisor_morning
from models.tables import (
    AnswerEvent,
    Case,
    CaseFact,
    Conversation,
    Delegation,
    LedgerLeaf,
    Officer,
    OpenTerm,
    Reassignment,
    Record,
    RungSent,
    Unit,
    Urging,
)
from models.verify import verify
from tests.stories.xigang import AGENCY, begin, open_case
from tests.support.house import Chat, House


async def _people(house: House) -> tuple[Chat, Chat, Chat]:
    officer, second = await house.person(AGENCY, "officer"), await house.person(AGENCY, "officer", 1)
    return officer, second, await house.person(AGENCY, "supervisor")


async def _third(house: House, name: str = "钟小满") -> Chat:
    """Another officer, of another unit, reachable through the same door as all."""
    from models.tables import ChatAccount

    async with house.app.database.transaction() as session:
        now = (await house.app.make_work(session)).now
        unit = Unit(agency_id=1, name="会计管理科")
        session.add(unit)
        await session.flush()
        new = Officer(agency_id=1, unit_id=unit.id, name=name, roles=["officer"], certificate="XG9")
        session.add(new)
        await session.flush()
        assert new.id is not None
        session.add(
            ChatAccount(transport=house.transport, user_id=new.id, chat_id=new.id, officer_id=new.id, bound_at=now)
        )
    if house.server is not None:
        async with house.server.database.transaction() as mirror:
            mirror.add(Officer(id=new.id, agency_id=1, name=name, roles=[]))
            await mirror.flush()
            mirror.add(
                ChatAccount(transport="webchat", user_id=new.id, chat_id=new.id, officer_id=new.id, bound_at=now)
            )
    chat = Chat(house, new.id, name)
    await chat.send("/start")
    return chat


async def _many(house: House, count: int) -> None:
    """More overdue terms of the newest case, of two kinds."""
    async with house.app.database.transaction() as session:
        now = (await house.app.make_work(session)).now
        case = (await session.exec(select(Case).order_by(col(Case.id).desc()))).first()
        assert case is not None and case.id is not None
        for number in range(count):
            kind = "archive" if number % 2 else "recording_handover"
            session.add(
                OpenTerm(
                    agency_id=case.agency_id, case_id=case.id, deadline=kind,
                    subject=str(number), opened_by="x", opened_at=now - timedelta(days=20),
                    due_at=now - timedelta(days=number + 2),
                )
            )  # fmt: skip


async def test_what_is_overdue_is_filtered_paged_and_opened(house: House) -> None:
    officer, _, supervisor = await _people(house)
    await open_case(house, officer)
    await officer.send("/clock +25h")
    await _many(house, 10)
    shown = await supervisor.send("/overdue")
    assert "逾期事项（11）" in shown
    assert shown.index("11 天") < shown.index("10 天") < shown.index("9 天")  # longest first
    assert "7. " in await supervisor.tap("下一页")
    await supervisor.tap("期限种类")
    shown = await supervisor.tap("归档（5）")
    assert "逾期事项（5）" in shown and "筛选：期限种类 归档" in shown and "移交音像" not in shown
    await supervisor.tap("部门 ▾")
    shown = await supervisor.tap("财政监督科（5）")
    assert "部门 财政监督科 · 期限种类 归档" in shown
    await supervisor.tap("承办人 ▾")
    assert "承办人 林晓舟" in await supervisor.tap("林晓舟（5）")
    assert "逾期事项（11）" in await supervisor.tap("清除筛选")
    card = await supervisor.tap("1. 西财案")
    assert "归档" in card and "执法人员：林晓舟、宋一鸣" in card and "合规检查" in card and "第十八条" in card
    assert "合规检查" in await supervisor.tap("合规检查")


async def test_only_those_who_oversee_see_what_is_overdue(house: House) -> None:
    officer, _, _ = await _people(house)
    for command in ("/overdue", "/report"):
        assert (await officer.send(command)).startswith("✗")
    head = await house.person(AGENCY, "head")
    assert "没有逾期事项" in await head.send("/overdue")


async def _overdue(house: House) -> tuple[Chat, Chat, Chat]:
    officer, second, supervisor = await _people(house)
    await open_case(house, officer)
    await officer.send("/clock +25h")
    await supervisor.send("/overdue")
    await supervisor.tap("1. 西财案")
    return officer, second, supervisor


async def test_urging_reaches_the_officers_once_an_hour(house: House) -> None:
    officer, second, supervisor = await _overdue(house)
    inside = house.transport == "webchat"
    answer = await supervisor.tap("催办")
    assert "已发给：林晓舟、宋一鸣" in answer
    for chat in (officer, second):
        alert = await chat.last()
        assert ("沈若兰 催办：补报立案审批表" in alert) == inside
        assert "西财案〔2026〕1号" in alert
    await supervisor.tap("返回该期限")
    assert "沈若兰 于" in await supervisor.last()
    assert "每小时催办一次" in await supervisor.tap("催办")
    assert "每小时催办一次" in await supervisor.tap("催办并留言")  # said before anything is typed
    await officer.send("/clock +61m")
    await supervisor.tap("催办并留言")
    assert "已发给" in await supervisor.send("今天下班前必须补上")
    assert ("今天下班前必须补上" in await officer.last()) == inside
    async with house.app.database.reading() as session:
        urgings = (await session.exec(select(Urging).order_by(col(Urging.id)))).all()
        leaves = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "term.urged"))).all()
    assert [each.message for each in urgings] == ["", "今天下班前必须补上"] and len(leaves) == 2
    assert "今天" not in str([leaf.data for leaf in leaves])  # the ledger holds the digest only


async def test_a_message_rather_not_sent_is_not_sent(house: House) -> None:
    officer, _, supervisor = await _overdue(house)
    await supervisor.tap("催办并留言")
    await supervisor.tap("算了")
    await supervisor.send("这不是留言")
    async with house.app.database.reading() as session:
        assert not (await session.exec(select(Urging))).all()
    assert "这不是留言" not in await officer.last()


async def test_a_case_goes_to_another_officer_with_its_draft_and_its_reminders(house: House) -> None:
    officer, second, supervisor = await _people(house)
    new = await _third(house)
    await open_case(house, officer)
    await begin(officer, "立案审批表")
    await officer.send("周海平，经理")
    await supervisor.send("/cases")
    await supervisor.tap("西财案")
    await supervisor.tap("改派")
    await supervisor.tap("承办人：林晓舟")
    assert not any("宋一鸣（" in each for each in (await supervisor.buttons())[-4:])  # the other officer is no choice
    await supervisor.tap("钟小满（会计管理科")
    done = await supervisor.send("林晓舟调离")
    assert "林晓舟" in done and "钟小满" in done and "林晓舟调离" in done
    inside = house.transport == "webchat"
    told = await new.last()
    assert ("由您承办" in told and "补报立案审批表" in told and "立案审批表" in told) == inside
    for chat in (officer, second, new):
        assert "西财案〔2026〕1号" in await chat.last()
    await officer.send("继续写")  # the former officer's chat is no longer about the case
    async with house.app.database.reading() as session:
        case = (await session.exec(select(Case))).one()
        draft = (await session.exec(select(Record).where(col(Record.state) == "draft"))).one()
        given = (await session.exec(select(AnswerEvent).where(col(AnswerEvent.record_id) == draft.id))).all()
        fact = (await session.exec(select(CaseFact).where(col(CaseFact.name) == "officers"))).one()
        left = (await session.exec(select(Conversation).where(col(Conversation.officer_id) == officer.id))).one()
        row = (await session.exec(select(Reassignment))).one()
    assert (case.officer_id, draft.maker_id) == (new.id, new.id)
    assert fact.value == [str(new.id), str(second.id)]
    assert [each.officer_id for each in given] == [officer.id]  # who answered what stays, and no more is taken
    assert left.case_id is None and left.record_id is None
    assert (row.from_id, row.to_id, row.reason) == (officer.id, new.id, "林晓舟调离")
    await new.send("/cases")
    await new.tap("西财案")
    assert "立案审批表 · 2/15" in await new.tap("立案审批表")  # goes on where they stopped
    # Reminders go to the new officer.
    await supervisor.send("/clock +25h")
    async with house.app.database.reading() as session:
        reminded = set((await session.exec(select(RungSent.officer_id))).all())
    assert new.id in reminded and officer.id not in reminded


async def test_a_case_never_has_the_same_officer_twice_nor_one_who_decided_in_it(house: House) -> None:
    officer, second, supervisor = await _people(house)
    await open_case(house, officer)
    async with house.app.database.transaction() as session:
        case = (await session.exec(select(Case))).one()
        approver = next(
            each
            for each in (await session.exec(select(Officer))).all()
            if each.agency_id == 1 and "approver" in each.roles
        )
        approver.roles = [*approver.roles, "officer"]
        session.add(approver)
        record = (await session.exec(select(Record))).one()
        from models.tables import Opinion

        session.add(
            Opinion(
                record_id=record.id or 0, round=1, step="x", result="approved", officer_id=approver.id,
                asked_at=case.opened_at,
            )
        )  # fmt: skip
        case_id, approver_id = case.id, approver.id
    from bot.use_cases.reassign import reassign
    from bot.work import Person
    from models.errors import InvalidInput, Missing, Stale
    from models.tables import Agency

    async def give(to: int, seat: str = "officer") -> None:
        async with house.app.database.transaction() as session:
            work = await house.app.make_work(session)
            by = Person(
                await session.get_one(Officer, supervisor.id), await session.get_one(Agency, 1), house.transport, 1
            )
            await reassign(work, by, case_id or 0, seat, to, "试")

    for to, seat, fault in (
        (second.id, "officer", InvalidInput),
        (officer.id, "second_officer", InvalidInput),
        (officer.id, "officer", Stale),
        (approver_id, "officer", InvalidInput),
        (supervisor.id, "officer", Missing),
        (10**6, "officer", Missing),
    ):
        with pytest.raises(fault):
            await give(to or 0, seat)


async def test_the_morning_names_units_oldest_first_and_leads_to_the_list(house: House) -> None:
    officer, _, supervisor = await _people(house)
    await open_case(house, officer)
    await officer.send("/clock +25h")
    await _many(house, 4)
    async with house.app.database.transaction() as session:
        work = await house.app.make_work(session)
        screen = await supervisor_morning(work, await session.get_one(Officer, supervisor.id))
        assert screen is not None
        assert "逾期事项（5）" in screen.text and "财政监督科 5 · 最久：西财案〔2026〕1号" in screen.text
        assert "音像记录尚未移交：2，其中逾期 2" in screen.text
        assert await supervisor_morning(work, await session.get_one(Officer, officer.id)) is None
        await work.tell(supervisor.id, lambda t: screen)
    await house.settle()
    assert "筛选：部门 财政监督科" in await supervisor.tap("财政监督科（5）")


async def test_who_stands_in_for_an_absent_supervisor_has_their_morning_and_the_list(house: House) -> None:
    officer, second, supervisor = await _people(house)
    await open_case(house, officer)
    await officer.send("/clock +25h")
    assert "您的角色无权" in await second.send("/overdue")
    async with house.app.database.transaction() as session:
        work = await house.app.make_work(session)
        away = Delegation(
            agency_id=1, absent_id=supervisor.id, deputy_id=second.id, reason="出差",
            since=work.now - timedelta(hours=1), until=work.now + timedelta(days=1),
        )  # fmt: skip
        session.add(away)
        await session.flush()
        assert await supervisor_morning(work, await session.get_one(Officer, supervisor.id)) is None
        screen = await supervisor_morning(work, await session.get_one(Officer, second.id))
        assert screen is not None and "逾期事项" in screen.text
    assert "逾期事项" in await second.send("/overdue")


async def test_a_morning_with_nothing_to_say_says_nothing(house: House) -> None:
    _, _, supervisor = await _people(house)
    async with house.app.database.transaction() as session:
        work = await house.app.make_work(session)
        assert await supervisor_morning(work, await session.get_one(Officer, supervisor.id)) is None


async def test_a_report_is_asked_for_and_comes_with_its_files(house: House) -> None:
    officer, _, supervisor = await _people(house)
    await open_case(house, officer)
    await officer.send("/clock +25h")
    await supervisor.send("/report")
    await supervisor.tap("本月")
    texts = await supervisor.texts()
    assert any("逾期未完成 1 (0)" in text for text in texts)
    assert [text.split(" · ")[0] for text in texts[-3:]] == ["图示", "工作簿", "报表文书"]
    assert "“昨天”不是时期" in await supervisor.send("/report 昨天")
    found = await verify(house.app.database, house.app.vault)
    assert found.ok and not found.pending, "the ledger names what was made, so that backups hold it"
