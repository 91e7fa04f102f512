"""A sealed correction moves the terms whose opening or closing fact it changes, and no others; a term's own card."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.use_cases.agency_days import set_duty, state_days
from bot.use_cases.events import emit
from dialogs.zone import SHANGHAI
from models.tables import Agency, Case, CaseEvent, LedgerLeaf, Officer, OpenTerm, TermChange
from tests.stories.xigang import AGENCY, begin
from tests.support.filling import fill
from tests.use_cases.conftest import Desk

HOUR = timedelta(hours=1)
RETURN = "handover_after_return"


async def now(desk: Desk) -> datetime:
    async with desk.reading() as session:
        return (await desk.house.app.make_work(session)).now.astimezone(SHANGHAI).replace(second=0, microsecond=0)


async def term(desk: Desk, deadline: str) -> OpenTerm:
    async with desk.reading() as session:
        return (await session.exec(select(OpenTerm).where(col(OpenTerm.deadline) == deadline))).one()


async def come_back(desk: Desk, at: datetime) -> None:
    """外出, then back at `at`: the term for handing over runs from then."""
    await begin(desk.officer, "外出执法登记")
    asked = {"哪些执法人员": "tap:采用：", "在哪里": "大连市金州区", "属于哪种": "tap:连续", "为什么": "当晚在外留宿",
             "怎样保管": "随身携带"}  # fmt: skip
    await fill(desk.officer, asked)
    await desk.officer.tap("确认并定稿")
    await begin(desk.officer, "返回单位登记")
    await fill(desk.officer, {"什么时候返回": f"{at:%Y-%m-%d %H:%M}", "哪些执法人员": "tap:采用：", "带回": "一段录像"})
    await desk.officer.tap("确认并定稿")


async def correct(desk: Desk, title: str, label: str, value: str) -> None:
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    await desk.officer.tap(title)
    await desk.officer.tap("更正（制作新版本）")
    await desk.officer.send("时间记错")
    await desk.officer.tap("修改答案")
    await desk.officer.tap(label)
    await desk.officer.send(value)
    await desk.officer.tap("确认并定稿")


async def noted(desk: Desk) -> tuple[list[TermChange], list[str]]:
    async with desk.reading() as session:
        found = (await session.exec(select(TermChange).order_by(col(TermChange.id)))).all()
        leaves = (await session.exec(select(LedgerLeaf.subject).where(col(LedgerLeaf.kind) == "term.moved"))).all()
        return list(found), list(leaves)


async def test_a_corrected_time_of_return_moves_the_term_it_opened(desk: Desk) -> None:
    back = await now(desk) - 3 * HOUR
    await come_back(desk, back)
    before = await term(desk, RETURN)
    assert before.opened_at == back and before.due_at == back + 24 * HOUR
    await correct(desk, "返回单位登记", "返回单位时间", f"{back - 5 * HOUR:%Y-%m-%d %H:%M}")
    after = await term(desk, RETURN)
    assert (after.opened_at, after.due_at) == (back - 5 * HOUR, back + 19 * HOUR)
    assert after.next_at != before.next_at
    [change], leaves = await noted(desk)
    assert (change.kind, change.reason, change.due_before, change.due_after) == (
        "corrected",
        "时间记错",
        before.due_at,
        after.due_at,
    )
    assert leaves == [f"term:{after.id}"]
    for chat in (desk.officer, desk.second):
        card = next(text for text in reversed(await chat.texts()) if "期限变更" in text)
        assert "返回后移交" in card and "因为记录已更正：时间记错" in card and "起算：原" in card
    async with desk.reading() as session:
        happened = (await session.exec(select(CaseEvent.at).where(col(CaseEvent.name) == "recordings.returned"))).all()
    assert list(happened) == [back - 5 * HOUR]


async def test_a_correction_of_anything_else_moves_nothing(desk: Desk) -> None:
    back = await now(desk) - 3 * HOUR
    await come_back(desk, back)
    before = await term(desk, RETURN)
    await correct(desk, "返回单位登记", "带回的音像记录", "两段录像")
    after = await term(desk, RETURN)
    assert (after.opened_at, after.due_at, after.next_at) == (before.opened_at, before.due_at, before.next_at)
    assert await noted(desk) == ([], [])


async def test_a_correction_of_a_correction_goes_on_from_it(desk: Desk) -> None:
    back = await now(desk) - 3 * HOUR
    await come_back(desk, back)
    await correct(desk, "返回单位登记", "返回单位时间", f"{back - 5 * HOUR:%Y-%m-%d %H:%M}")
    await correct(desk, "返回单位登记", "返回单位时间", f"{back - HOUR:%Y-%m-%d %H:%M}")
    assert (await term(desk, RETURN)).due_at == back + 23 * HOUR
    changes, leaves = await noted(desk)
    assert [each.due_after for each in changes] == [back + 19 * HOUR, back + 23 * HOUR]
    assert len(leaves) == 2


async def test_a_late_correction_moves_a_closed_term_only_in_what_it_changes(desk: Desk) -> None:
    back = await now(desk) - 3 * HOUR
    await come_back(desk, back)
    async with desk.transaction() as session:
        work = await desk.house.app.make_work(session)
        case = (await session.exec(select(Case))).one()
        await emit(work, case, "record.recording_handover.submitted", subject="999")
    closed = await term(desk, RETURN)
    assert closed.state == "met" and closed.closed_at is not None
    await desk.officer.send("/clock +60d")
    await correct(desk, "返回单位登记", "返回单位时间", f"{back - 48 * HOUR:%Y-%m-%d %H:%M}")
    after = await term(desk, RETURN)
    assert (after.state, after.closed_at, after.due_at) == ("met", closed.closed_at, back - 24 * HOUR)
    assert after.next_at is None
    card = next(text for text in reversed(await desk.officer.texts()) if "期限变更" in text)
    assert "还剩" not in card  # it no longer runs


async def test_a_term_whose_end_lies_before_its_corrected_beginning_runs_again(desk: Desk) -> None:
    back = await now(desk) - 6 * HOUR
    await come_back(desk, back)
    async with desk.transaction() as session:
        work = await desk.house.app.make_work(session)
        case = (await session.exec(select(Case))).one()
        await emit(work, case, "record.recording_handover.submitted", at=back + HOUR, subject="999")
    assert (await term(desk, RETURN)).state == "met"
    await correct(desk, "返回单位登记", "返回单位时间", f"{back + 2 * HOUR:%Y-%m-%d %H:%M}")
    again = await term(desk, RETURN)
    assert (again.state, again.closed_at, again.due_at) == ("open", None, back + 26 * HOUR)
    assert again.next_at is not None
    assert "重新计算" in next(text for text in reversed(await desk.officer.texts()) if "期限变更" in text)


async def test_the_case_card_leads_to_the_card_of_each_term(desk: Desk) -> None:
    back = await now(desk) - 3 * HOUR
    await come_back(desk, back)
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    await desk.officer.tap("⏳ ")
    card = await desk.officer.last()
    assert "起算：" in card and "还没有发出提醒" in card
    await desk.officer.tap("打开")
    assert "西财案〔2026〕1号" in await desk.officer.last()
    assert "没有" in await desk.forge(desk.officer, "term:999")
    running = await term(desk, RETURN)
    assert "没有允许延长" in await desk.forge(desk.officer, f"tx:{running.id}")


async def test_the_head_extends_by_a_tap_and_a_reason_and_others_are_refused(desk: Desk) -> None:
    async with desk.transaction() as session:
        case = (await session.exec(select(Case))).one()
        await emit(await desk.house.app.make_work(session), case, "access.requested", subject="9")
        head = await session.get_one(Officer, desk.head.id)
        head.unit_id = case.unit_id  # an approver reads the cases of their own unit
        session.add(head)
    running = await term(desk, "law_access")
    supervisor = await desk.house.person(AGENCY, "supervisor")
    assert "由其他角色批准延长" in await desk.forge(desk.officer, f"tx:{running.id}")
    await desk.forge(desk.head, f"term:{running.id}")
    await desk.head.tap("延长")
    assert "可以延长 20 个工作日，由审批人批准；已用 0 次，最多 1 次" in await desk.head.last()
    await desk.head.send("案卷在外地，需要调取")
    longer = await term(desk, "law_access")
    assert longer.due_at > running.due_at
    for chat in (desk.head, desk.officer, desk.second, supervisor):
        assert "因为已批准延长：案卷在外地，需要调取" in await chat.last()
    assert "已经按规定延长过 1 次" in await desk.forge(desk.head, f"tx:{running.id}")
    assert not any("延长" in button for button in (await desk.head.buttons())[-3:])


async def test_everybody_reads_duty_hours_and_own_days_among_the_settings(desk: Desk) -> None:
    async with desk.transaction() as session:
        work = await desk.house.app.make_work(session)
        agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
        first = work.now.date() + timedelta(days=30)
        await state_days(work, agency, first, first + timedelta(days=1), worked=False, name="局庆", by="管理员")
        await set_duty(work, agency, start="08:30", end="17:30", workdays=True, by="管理员")
    await desk.officer.send("/settings")
    card = await desk.officer.last()
    assert "一般提醒：工作日，08:30 至 17:30" in card and "局庆 · 休息" in card
