"""Ends that move: other days are in force, or somebody has approved more time. Noted, proven and told; never silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.schedule.calendar_watch import CalendarWatch
from bot.schedule.tick import tick
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.agency_days import set_duty, state_days
from bot.use_cases.events import emit
from bot.use_cases.overdue import show_term as show_overdue
from bot.use_cases.reckoning import reckon_agency
from bot.use_cases.terms import extend_term, show_term
from dialogs.packs.schema import Deadline, Extension, Rung, Within
from models.errors import Denied, InvalidInput, Missing, Stale
from models.tables import Agency, Case, LedgerLeaf, Officer, OpenTerm, TermChange
from tests.schedule.conftest import PACK, START, Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LADDER = (Rung(id="day_left", before_hours=24.0, to=("officer",)), Rung(id="due", after_hours=0.0, to=("officer",)))


def deadline(name: str, title: str, **stated: object) -> Deadline:
    base: dict[str, object] = {"title": title, "owed": f"办理{title}", "ladder": LADDER, "basis": ("XG-16",)}
    return Deadline.model_validate(base | {"id": name, "opens_on": f"x.{name}", "closes_on": (f"y.{name}",)} | stated)


REPLY = deadline(
    "reply",
    "答复",
    within=Within(workdays=5),
    extension=Extension(by="approver", within=Within(workdays=3), basis=("XG-16",)),
)
PACE = deadline("pace", "报告", within=Within(days=5))
FREE = deadline("free", "自由", within=Within(hours=24), extension=Extension(by="officer", within=Within(hours=12)))


@pytest.fixture
def desk(office: Office) -> Office:
    pack = PACK.model_copy(update={"deadlines": (REPLY, PACE, FREE)})
    office.shelf = Shelf({pack.id: pack})
    return office


async def opened(desk: Office, name: str, at: datetime = START) -> OpenTerm:
    async with desk.work() as work:
        return (await emit(work, desk.case, f"x.{name}", at=at, person=desk.people["李明"])).opened[0]


async def term_of(desk: Office, term: OpenTerm) -> OpenTerm:
    async with desk.database.reading() as session:
        return await session.get_one(OpenTerm, term.id)


async def changes(desk: Office) -> list[TermChange]:
    async with desk.database.reading() as session:
        return list((await session.exec(select(TermChange).order_by(col(TermChange.id)))).all())


async def leaves(desk: Office, kind: str) -> list[LedgerLeaf]:
    async with desk.database.reading() as session:
        return list((await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == kind))).all())


async def free(desk: Office, first: date, last: date | None = None, *, worked: bool = False) -> None:
    async with desk.work() as work:
        agency = await work.session.get_one(Agency, desk.case.agency_id)
        await state_days(work, agency, first, last or first, worked=worked, name="局庆", by="管理员")


async def reckoned(desk: Office) -> int | None:
    async with desk.work() as work:
        return await reckon_agency(work, desk.case.agency_id)


# Opened Monday 2026-03-02 09:00: five working days end with Monday the 9th.
ENDS = datetime(2026, 3, 9, 16, tzinfo=UTC)


async def test_a_free_day_of_the_agency_moves_what_counts_working_days_and_nothing_else(desk: Office) -> None:
    reply, pace = await opened(desk, "reply"), await opened(desk, "pace")
    assert reply.due_at == ENDS
    await free(desk, date(2026, 3, 5), date(2026, 3, 6))
    assert await reckoned(desk) == 2
    moved = await term_of(desk, reply)
    assert (moved.due_at, moved.next_at) == (ENDS + 2 * DAY, ENDS + DAY)
    assert (await term_of(desk, pace)).due_at == pace.due_at
    [change] = await changes(desk)
    assert (change.term_id, change.kind, change.due_before, change.due_after) == (
        reply.id,
        "calendar",
        ENDS,
        ENDS + 2 * DAY,
    )
    [leaf] = await leaves(desk, "term.moved")
    assert leaf.subject == f"term:{reply.id}" and leaf.data["due_after"] == (ENDS + 2 * DAY).isoformat()
    for name in ("李明", "王芳"):
        card = (await desk.messages(name))[-1]
        assert "期限变更：答复" in card
        assert "原 2026年3月9日 24:00，现 2026年3月11日 24:00，因为休息日、上班日有变更" in card
        assert "5 个工作日，末日为 2026年3月11日" in card or "2026年3月11日" in card
    assert await desk.messages("孙丽") == []
    assert await reckoned(desk) is None


async def test_nobody_is_told_of_an_end_that_stays(desk: Office) -> None:
    reply = await opened(desk, "reply")
    told = len(await desk.messages("李明"))
    await free(desk, date(2026, 4, 1))
    assert await reckoned(desk) == 1
    assert (await term_of(desk, reply)).due_at == ENDS
    assert len(await desk.messages("李明")) == told
    assert await changes(desk) == [] and await leaves(desk, "term.moved") == []


async def test_the_newest_word_on_a_day_stands(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await free(desk, date(2026, 3, 5))
    await reckoned(desk)
    await free(desk, date(2026, 3, 5), worked=True)
    await reckoned(desk)
    assert (await term_of(desk, reply)).due_at == ENDS
    assert [each.due_after for each in await changes(desk)] == [ENDS + DAY, ENDS]


async def test_several_ends_that_move_are_told_in_one_message(desk: Office) -> None:
    reply = await opened(desk, "reply")
    async with desk.work() as work:
        other = await desk.add_case(work, "西财案〔2026〕2号")
        await emit(work, other, "x.reply", person=desk.people["李明"])
    told = len(await desk.messages("王芳"))
    await free(desk, date(2026, 3, 6))
    await reckoned(desk)
    [card] = (await desk.messages("王芳"))[told:]
    assert "有 2 个期限变更" in card and "1号" in card and "2号" in card
    assert (await term_of(desk, reply)).due_at == ENDS + DAY


YEARS = """
years:
  2027:
    source: 示例
    holidays:
      - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
      - {name: 春节, from: 2027-02-05, to: 2027-02-11}
    worked: [2027-01-30]
"""


async def test_published_holidays_end_what_was_provisional(desk: Office, tmp_path: Path) -> None:
    stays = await opened(desk, "reply", datetime(2026, 12, 30, 1, tzinfo=UTC))
    assert stays.provisional and stays.due_at == datetime(2027, 1, 6, 16, tzinfo=UTC)  # New Year's Day taken for worked
    async with desk.work() as work:
        other = await desk.add_case(work, "西财案〔2026〕2号")
        later = (await emit(work, other, "x.reply", at=datetime(2027, 1, 4, 1, tzinfo=UTC))).opened[0]
    assert later.provisional and later.due_at == datetime(2027, 1, 11, 16, tzinfo=UTC)
    path = tmp_path / "calendar.yaml"
    path.write_text(YEARS, encoding="utf-8")
    desk.settings = desk.settings.model_copy(update={"calendar": path})
    told = len(await desk.messages("李明"))
    assert await reckoned(desk) == 2
    moved, kept = await term_of(desk, stays), await term_of(desk, later)
    assert (moved.due_at, moved.provisional) == (datetime(2027, 1, 7, 16, tzinfo=UTC), False)
    assert (kept.due_at, kept.provisional) == (later.due_at, False)
    [card] = (await desk.messages("李明"))[told:]
    assert "因为该年节假日安排已经公布" in card
    [change] = await changes(desk)
    assert change.term_id == stays.id


async def test_the_running_server_notices_by_itself(desk: Office, tmp_path: Path) -> None:
    reply = await opened(desk, "reply")
    watch = CalendarWatch(desk.database, desk.vault, desk.shelf, desk.settings)
    assert await watch.look() == 0
    await free(desk, date(2026, 3, 6))
    assert await watch.look() == 1
    assert (await term_of(desk, reply)).due_at == ENDS + DAY
    assert await watch.look() == 0
    # A restart with another calendar looks at everything once.
    path = tmp_path / "calendar.yaml"
    path.write_text(YEARS, encoding="utf-8")
    again = CalendarWatch(desk.database, desk.vault, desk.shelf, Settings(data=tmp_path, calendar=path, _env_file=None))
    assert await again.look() == 1
    assert (await term_of(desk, reply)).due_at == ENDS + DAY


async def test_other_duty_hours_move_the_next_reminder_but_no_end(desk: Office) -> None:
    pace = await opened(desk, "pace")
    assert (await term_of(desk, pace)).next_at == datetime(2026, 3, 6, 16, tzinfo=UTC)  # midnight: any hour is duty
    async with desk.work() as work:
        agency = await work.session.get_one(Agency, desk.case.agency_id)
        await set_duty(work, agency, start="08:30", end="17:30", workdays=True, by="管理员")
    assert await reckoned(desk) == 1
    # Saturday 0:00 is held; Monday morning would be too late, so it comes on Friday before duty ends.
    after = await term_of(desk, pace)
    assert (after.due_at, after.next_at) == (pace.due_at, datetime(2026, 3, 6, 9, 29, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [("18:00", "08:00", "duty.order"), ("8 Uhr", None, "duty.unreadable"), ("08:30:30", None, "duty.unreadable")],
)
async def test_duty_that_cannot_be_is_refused(desk: Office, start: str, end: str | None, code: str) -> None:
    async with desk.work() as work:
        agency = await work.session.get_one(Agency, desk.case.agency_id)
        with pytest.raises(InvalidInput) as refused:
            await set_duty(work, agency, start=start, end=end, workdays=None, by="管理员")
    assert refused.value.code == code


async def extend(desk: Office, name: str, term: OpenTerm, reason: str = "案情复杂", *, after: timedelta = HOUR) -> None:
    async with desk.work(after=after) as work:
        await extend_term(work, desk.people[name], term.id or 0, reason)


async def test_an_extension_runs_from_the_old_last_day_and_is_told(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await extend(desk, "赵强", reply)
    longer = await term_of(desk, reply)
    assert longer.due_at == datetime(2026, 3, 12, 16, tzinfo=UTC)  # after Monday the 9th: Thursday the 12th
    [change] = await changes(desk)
    assert (change.kind, change.reason, change.officer_id) == ("extended", "案情复杂", desk.people["赵强"].id)
    [leaf] = await leaves(desk, "term.moved")
    assert leaf.officer_id == desk.people["赵强"].id and "案情复杂" not in str(leaf.data)
    for name in ("李明", "王芳", "孙丽", "赵强"):
        card = (await desk.messages(name))[-1]
        assert "原 2026年3月9日 24:00，现 2026年3月12日 24:00，因为已批准延长：案情复杂" in card
        assert "自 2026年3月9日 之后延长" in card
    assert len(await desk.messages("赵强")) == 1


async def test_an_extended_term_keeps_its_extension_when_days_change(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await extend(desk, "赵强", reply)
    await free(desk, date(2026, 3, 6))
    await reckoned(desk)
    assert (await term_of(desk, reply)).due_at == datetime(2026, 3, 13, 16, tzinfo=UTC)


async def test_an_extension_before_the_tick_takes_the_new_days_in(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await free(desk, date(2026, 3, 6))
    await extend(desk, "赵强", reply)
    assert (await term_of(desk, reply)).due_at == datetime(2026, 3, 13, 16, tzinfo=UTC)
    assert [each.kind for each in await changes(desk)] == ["calendar", "extended"]
    assert await reckoned(desk) is None


async def test_extensions_are_refused_in_words(desk: Office) -> None:
    reply, pace = await opened(desk, "reply"), await opened(desk, "pace")

    async def refused(name: str, term: OpenTerm, **more: timedelta) -> str:
        with pytest.raises((Denied, Stale)) as caught:
            await extend(desk, name, term, **more)
        return caught.value.code

    assert await refused("赵强", pace) == "extension.none"
    assert await refused("李明", reply) == "extension.role"
    assert await refused("孙丽", reply) == "extension.role"
    async with desk.work() as work:
        both = await work.session.get_one(Officer, desk.people["王芳"].id)
        both.roles = ["officer", "approver"]
        work.session.add(both)
    desk.people["王芳"].officer.roles = ["officer", "approver"]
    assert await refused("王芳", reply) == "extension.own_case"
    with pytest.raises(InvalidInput):
        await extend(desk, "赵强", reply, " ")
    await extend(desk, "赵强", reply)
    assert await refused("赵强", reply) == "extension.used_up"
    async with desk.work() as work:
        other = await desk.add_case(work, "西财案〔2026〕2号")
        late = (await emit(work, other, "x.reply", at=START)).opened[0]
    assert await refused("赵强", late, after=30 * DAY) == "extension.too_late"
    async with desk.work() as work:
        case = await work.session.get_one(Case, desk.case.id)
        await emit(work, case, "y.reply")
    assert await refused("赵强", reply) == "term.ended"
    assert len(await changes(desk)) == 1


async def test_hours_are_extended_from_the_very_end(desk: Office) -> None:
    term = await opened(desk, "free")
    await extend(desk, "李明", term)
    assert (await term_of(desk, term)).due_at == START + 36 * HOUR


async def test_another_agencys_term_is_not_even_known(desk: Office) -> None:
    reply = await opened(desk, "reply")
    async with desk.work() as work:
        other = Agency(code="b", name="乙局", pack=PACK.id, created_at=START)
        work.session.add(other)
        await work.session.flush()
        stranger = Officer(agency_id=other.id, name="外人", roles=["approver", "supervisor"])
        work.session.add(stranger)
        await work.session.flush()
        person = type(desk.people["李明"])(stranger, other, "webchat", 99)
        for act in (show_term(work, person, reply.id or 0), extend_term(work, person, reply.id or 0, "因")):
            with pytest.raises(Missing):
                await act


async def test_the_card_of_a_term_says_all_about_it(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await extend(desk, "赵强", reply)
    async with desk.work(after=12 * DAY) as work:
        await tick(work)
    async with desk.work() as work:
        await show_term(work, desk.people["李明"], reply.id or 0)
    card = (await desk.messages("李明"))[-1]
    assert "应办：办理答复" in card and "依据：第十六条" in card
    assert "2026年3月2日 09:00" in card and "不计入" in card
    assert "不计入的休息日：2026年3月7日至2026年3月8日" in card
    assert "可以延长 3 个工作日" in card and "已用 1 次，最多 1 次" in card
    assert "赵强" in card and "因为已批准延长：案情复杂" in card
    assert "已发提醒" in card and "到期时" in card and "李明" in card
    assert f"'case:{desk.case.id}'" in str((await desk.outbox("李明"))[-1].params)


async def test_a_reminder_that_went_out_comes_again_by_the_new_end_once(desk: Office) -> None:
    reply = await opened(desk, "reply")
    async with desk.work(after=ENDS - HOUR - START) as work:
        await tick(work)
    await extend(desk, "赵强", reply, after=timedelta(0))
    for ahead in (HOUR, 2 * DAY, HOUR, DAY, DAY):
        async with desk.work(after=ahead) as work:
            await tick(work)
    assert [rung for _, rung in await desk.reminded("李明")] == ["day_left", "day_left", "due"]


async def test_an_end_that_moves_back_repeats_nothing(desk: Office) -> None:
    await opened(desk, "reply")
    async with desk.work(after=ENDS - HOUR - START) as work:
        await tick(work)
    for worked in (False, True):
        await free(desk, date(2026, 3, 9), worked=worked)
        assert await reckoned(desk) == 1
    for ahead in (timedelta(), HOUR, DAY):
        async with desk.work(after=ahead) as work:
            await tick(work)
    assert [rung for _, rung in await desk.reminded("李明")] == ["day_left", "due"]


async def test_a_supervisors_card_of_the_term_says_in_words_why_it_moved(desk: Office) -> None:
    reply = await opened(desk, "reply")
    await free(desk, date(2026, 3, 6))
    await reckoned(desk)
    async with desk.work(after=12 * DAY) as work:
        await show_overdue(work, desk.people["孙丽"], reply.id or 0)
    card = (await desk.messages("孙丽"))[-1]
    assert "原 2026年3月9日 24:00，现 2026年3月10日 24:00，因为休息日、上班日有变更" in card
    assert f"'term:{reply.id}'" in str((await desk.outbox("孙丽"))[-1].params)
