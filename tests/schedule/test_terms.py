"""Terms from event to reminder to closing, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.schedule.digests import Digests
from bot.schedule.scheduler import Schedule
from bot.schedule.tick import BATCH, tick
from bot.shelf import Shelf
from bot.use_cases.deadlines import list_deadlines
from bot.use_cases.events import Changes, emit
from bot.use_cases.move_clock import move_clock
from bot.use_cases.overdue import list_overdue
from models.errors import Denied, InvalidInput
from models.tables import Case, ChatAccount, DemoClock, LedgerLeaf, Officer, OpenTerm, RungSent
from tests.schedule.conftest import START, Office

HOUR = timedelta(hours=1)
URGENT = "case.started_urgently"
SUBMITTED = "record.case_start.submitted"


async def happen(office: Office, name: str, *, after: timedelta = timedelta(0), **more: object) -> Changes:
    async with office.work(after=after) as work:
        return await emit(work, office.case, name, person=office.people["李明"], **more)  # type: ignore[arg-type]


async def ticked(office: Office, *, after: timedelta) -> int:
    async with office.work(after=after) as work:
        return await tick(work)


async def leaves(office: Office) -> list[str]:
    async with office.database.reading() as session:
        return list((await session.exec(select(LedgerLeaf.kind).order_by(col(LedgerLeaf.seq)))).all())


async def test_an_urgent_start_says_at_once_what_is_owed_and_by_when(office: Office) -> None:
    changes = await happen(office, URGENT)
    [term] = changes.opened
    assert (term.due_at, term.next_at) == (START + 24 * HOUR, START + 18 * HOUR)
    [card] = await office.messages("李明")
    assert "应办：补报立案审批表" in card
    assert "截止：2026年3月3日 09:00（依据：第八条）" in card
    assert "自 2026年3月2日 09:00 起 24 小时" in card
    assert await leaves(office) == ["term.opened"]


async def test_each_of_a_persons_chats_is_reminded_and_it_is_noted_once(office: Office) -> None:
    async with office.work() as work:
        account = {"transport": "webchat", "user_id": 98, "chat_id": 98, "bound_at": work.now}
        work.session.add(ChatAccount(officer_id=office.people["李明"].id, **account))
    await happen(office, URGENT)
    assert await ticked(office, after=18 * HOUR) == 1
    office.people["另"] = replace(office.people["李明"], chat_id=98)
    assert "还剩 6 小时" in (await office.messages("李明"))[-1] == (await office.messages("另"))[-1]
    assert len(await office.reminded("李明")) == 1


async def test_an_event_nothing_depends_on_is_silent(office: Office) -> None:
    assert await happen(office, "case.something_else") == Changes()
    assert await office.messages("李明") == []


async def test_the_same_event_twice_opens_one_term(office: Office) -> None:
    await happen(office, URGENT)
    assert (await happen(office, URGENT, after=HOUR)).opened == ()
    assert await leaves(office) == ["term.opened"]


async def test_closing_in_time_ends_the_reminders(office: Office) -> None:
    await happen(office, URGENT)
    [term] = (await happen(office, SUBMITTED, after=20 * HOUR)).closed
    assert (term.state, term.next_at, term.closed_by) == ("met", None, SUBMITTED)
    assert "按期办结。" in (await office.messages("李明"))[-1]
    assert await ticked(office, after=30 * HOUR) == 0
    assert await office.messages("孙丽") == []
    assert await leaves(office) == ["term.opened", "term.closed"]


async def test_closing_late_says_how_late(office: Office) -> None:
    await happen(office, URGENT)
    await happen(office, SUBMITTED, after=25 * HOUR + timedelta(minutes=5, seconds=59))
    assert "逾期 1 小时 5 分钟 办结。" in (await office.messages("李明"))[-1]


async def test_reminders_then_one_overdue_alert_to_the_supervisor(office: Office) -> None:
    await happen(office, URGENT)
    assert await ticked(office, after=17 * HOUR) == 0
    assert await ticked(office, after=HOUR) == 1
    assert await ticked(office, after=timedelta(0)) == 0
    for name in ("李明", "王芳"):
        assert "还剩 6 小时" in (await office.messages(name))[-1]
    assert await ticked(office, after=4 * HOUR) == 1
    assert "还剩 2 小时" in (await office.messages("李明"))[-1]
    assert await office.messages("孙丽") == []

    assert await ticked(office, after=2 * HOUR + timedelta(seconds=30)) == 1
    assert await ticked(office, after=timedelta(seconds=5)) == 0
    [alert] = await office.outbox("孙丽")
    text = alert.params["text"]
    for part in ("逾期：补报立案审批表", "西财案〔2026〕1号", "承办人：李明", "第八条", "已逾期 30 秒"):
        assert part in text
    assert "晚了" not in text
    assert alert.params["rows"] == [
        [{"text": "打开 西财案〔2026〕1号", "callback_data": f"case:{office.case.id}"}],
        [{"text": "✓ 知道了，暂不重复提醒", "callback_data": "ack:1"}],
    ]


async def test_late_reminders_go_out_together_and_say_how_late(office: Office) -> None:
    await happen(office, URGENT)
    assert await ticked(office, after=25 * HOUR) == 1
    texts = (await office.messages("李明"))[1:]
    assert len(texts) == 1
    assert "已逾期 1 小时" in texts[0]
    for late in ("晚了 7 小时", "晚了 3 小时", "晚了 1 小时"):
        assert late in texts[0]
    [alert] = await office.messages("孙丽")
    assert "晚了 1 小时" in alert
    assert "晚了 7 小时" not in alert
    async with office.database.reading() as session:
        sent = (await session.exec(select(RungSent.rung, RungSent.officer_id))).all()
    assert len(sent) == len(set(sent)) == 6


async def test_the_ladders_last_step_comes_again_every_day_until_it_is_done(office: Office) -> None:
    await happen(office, URGENT)
    for hours in (24, 24, 48):
        assert await ticked(office, after=hours * HOUR) == 1
    assert len(await office.messages("孙丽")) == 3
    assert len(await office.messages("赵强")) == 2
    assert "已逾期 3 天" in (await office.messages("赵强"))[-1]
    for day in (4, 5):
        assert await ticked(office, after=23 * HOUR) == 0
        assert await ticked(office, after=HOUR) == 1
        for name in ("李明", "孙丽"):
            assert f"已逾期 {day} 天" in (await office.messages(name))[-1], name
    await happen(office, SUBMITTED, after=HOUR)
    assert await ticked(office, after=1000 * HOUR) == 0


async def test_a_tick_that_fails_sends_nothing_and_is_repeated_whole(office: Office) -> None:
    await happen(office, URGENT)
    with pytest.raises(RuntimeError):
        async with office.work(after=24 * HOUR) as work:
            await tick(work)
            raise RuntimeError("the process dies before the commit")
    assert await office.messages("孙丽") == []
    assert await ticked(office, after=timedelta(0)) == 1
    assert len(await office.messages("孙丽")) == 1


async def test_what_is_meant_for_an_officer_who_left_goes_to_the_supervisor(office: Office) -> None:
    await happen(office, URGENT)
    async with office.work() as work:
        officer = await work.session.get_one(Officer, office.people["李明"].id)
        officer.active = False
        work.session.add(officer)
    await ticked(office, after=18 * HOUR)
    assert len(await office.messages("孙丽")) == 1


async def test_without_a_supervisor_the_officer_is_told_so(office: Office) -> None:
    await happen(office, URGENT)
    async with office.work() as work:
        supervisor = await work.session.get_one(Officer, office.people["孙丽"].id)
        supervisor.active = False
        work.session.add(supervisor)
    await ticked(office, after=24 * HOUR)
    assert "本机关没有“监督人员”" in (await office.messages("李明"))[-1]


async def test_a_term_whose_pack_is_gone_waits_and_holds_up_no_other(office: Office) -> None:
    await happen(office, URGENT)
    shelf, office.shelf = office.shelf, Shelf({})
    assert await ticked(office, after=24 * HOUR) == 1
    assert await ticked(office, after=timedelta(minutes=1)) == 0
    office.shelf = shelf
    assert await ticked(office, after=HOUR) == 1
    assert len(await office.messages("孙丽")) == 1


async def test_each_recording_has_its_own_term_and_one_handover_ends_all_before_it(office: Office) -> None:
    await happen(office, "evidence.recording_received", subject="7")
    await happen(office, "evidence.recording_received", subject="8", after=HOUR)
    closed = (await happen(office, "record.recording_handover.submitted", after=HOUR)).closed
    assert sorted(term.subject for term in closed) == ["7", "8"]
    assert (await office.messages("李明"))[-1].count("按期办结") == 2


async def test_days_end_at_midnight_and_the_working_is_shown(office: Office) -> None:
    await happen(office, "case.act_ended")
    [card] = await office.messages("李明")
    assert "截止：2026年4月1日 24:00" in card
    assert "开始当日（2026年3月2日）不计；30 日，最后一日为 2026年4月1日" in card


async def test_lists_are_by_urgency_and_paged(office: Office) -> None:
    async with office.work() as work:
        for number in range(8):
            case = await office.add_case(work, f"西财案〔2026〕{number + 10}号")
            await emit(work, case, URGENT, at=START + (8 - number) * HOUR)
        await list_deadlines(work, office.people["王芳"])
        await list_deadlines(work, office.people["王芳"], page=1, stamp="abc")
    first, second = await office.outbox("王芳")
    assert "期限（8）" in first.params["text"]
    assert first.params["text"].index("17号") < first.params["text"].index("16号")
    assert [row[0]["text"] for row in first.params["rows"]][-1] == "下一页"
    ways, cases = first.params["rows"][:-1:2], first.params["rows"][1:-1:2]
    assert [row[0]["text"] for row in ways] == [f"▶ {n}. 去办：立案审批表" for n in range(1, 7)]
    assert [row[1]["callback_data"] for row in cases] == [f"term:{9 - n}" for n in range(1, 7)]
    assert second.slot == "deadlines:abc"
    assert [row[0]["callback_data"] for row in second.params["rows"]][-1] == "deadlines:0:abc"
    assert "10号" in second.params["text"]


async def test_overdue_list_is_the_supervisors_and_names_everyone(office: Office) -> None:
    await happen(office, URGENT)
    async with office.work(after=26 * HOUR) as work:
        with pytest.raises(Denied):
            await list_overdue(work, office.people["李明"])
        await list_overdue(work, office.people["孙丽"])
        await list_overdue(work, office.people["孙丽"], page=99)
    text = (await office.messages("孙丽"))[-1]
    assert "逾期事项（1）" in text
    assert "承办人：李明" in text
    assert "已逾期 2 小时" in text


async def test_moving_the_clock_ticks_at_once(office: Office) -> None:
    async with office.work() as work:
        with pytest.raises(Denied, match=r"clock\.not_demo"):
            await move_clock(work, office.people["李明"], "+25h")
        work.session.add(DemoClock(id=1))
        await emit(work, office.case, URGENT, person=office.people["李明"], at=work.now)
    async with office.work() as work:
        # The real clock is ahead of this office's: what counts is that the offset is added to it.
        await move_clock(work, office.people["孙丽"], "+25h")
    alert, answer = await office.messages("孙丽")
    assert "逾期：补报立案审批表" in alert
    assert "演示时钟现在是" in answer
    async with office.database.reading() as session:
        clock = await session.get_one(DemoClock, 1)
    assert clock.offset_seconds == 25 * 3600
    assert (await leaves(office))[-1] == "clock.moved"


@pytest.mark.parametrize("text", ["", "+", "25", "h", "-3h", "+1y", "soon", "+99999d", "0h"])
async def test_a_clock_is_not_moved_by_what_cannot_be_read(office: Office, text: str) -> None:
    with pytest.raises((InvalidInput, Denied)):
        async with office.work() as work:
            work.session.add(DemoClock(id=1))
            await move_clock(work, office.people["李明"], text)
    assert await office.messages("李明") == []


async def test_the_schedule_ticks_until_nothing_is_due(office: Office) -> None:
    async with office.work() as work:
        for number in range(BATCH + 5):
            case = Case(
                agency_id=office.case.agency_id,
                pack=office.case.pack,
                number=f"{number}",
                officer_id=office.case.officer_id,
                opened_at=START,
            )
            work.session.add(case)
            await work.session.flush()
            assert case.id is not None
            work.session.add(
                OpenTerm(
                    agency_id=case.agency_id,
                    case_id=case.id,
                    deadline="urgent_start_papers",
                    opened_by=URGENT,
                    opened_at=START,
                    due_at=START + 24 * HOUR,
                    next_at=START + 18 * HOUR,
                )
            )
    woken: list[bool] = []
    schedule = Schedule(office.database, office.vault, office.shelf, office.settings, after=lambda: woken.append(True))
    schedule._digests = Digests(())
    assert await schedule.tick_all() == BATCH + 5
    assert woken
    woken.clear()
    assert await schedule.tick_all() == 0
    assert woken == []
    told = await office.reminded("孙丽")
    assert len({term for term, _ in told}) == BATCH + 5 and len(told) == len(set(told))
    first, second = await office.messages("孙丽")
    assert first.startswith("<b>100") and "另有 94" in first, "one message for all that came due together"
    assert second.startswith("<b>5")
