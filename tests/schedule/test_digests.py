"""The summary of the morning: once a working day, when duty begins, to those it has something to say to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.schedule.digests import KINDS, Digests, Kind
from bot.schedule.scheduler import Schedule
from bot.screen import Screen
from bot.use_cases.events import emit
from bot.use_cases.morning import switch_summaries
from bot.work import Work
from models.errors import Missing
from models.tables import (
    Agency,
    AgencyDay,
    CaseFact,
    ChatAccount,
    Delegation,
    DemoClock,
    DigestSent,
    LedgerLeaf,
    Officer,
    Record,
)
from tests.schedule.conftest import Office
from tests.support.statements import statements

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE_HOURS = {"from": "08:30", "until": "17:30", "workdays": True}
MORNING = KINDS[:1]  # everybody's
MONDAY = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai


@pytest.fixture
async def office(office: Office) -> Office:
    await on_duty(office)
    return office


async def on_duty(office: Office) -> None:
    """Office hours, and an urgent start on Sunday evening: its papers are owed within the day."""
    office.now = MONDAY - 12 * HOUR
    async with office.work() as work:
        agency = await work.session.get_one(Agency, 1)
        agency.duty = OFFICE_HOURS
        work.session.add(agency)
        await emit(work, office.case, "case.started_urgently")


async def send(office: Office, at: datetime, digests: Digests | None = None) -> int:
    office.now = at
    return await (digests or Digests(MORNING)).send(at, office.work)


async def summaries(office: Office, name: str = "李明") -> list[str]:
    return [text for text in await office.messages(name) if "提要" in text]


async def test_it_comes_when_duty_begins_and_once_that_day(office: Office) -> None:
    digests = Digests(MORNING)
    assert await send(office, MONDAY - timedelta(seconds=1), digests) == 0
    assert await send(office, MONDAY, digests) == 2
    assert await send(office, MONDAY + HOUR, digests) == 0
    assert await send(office, MONDAY + HOUR) == 0, "another process, or this one after a restart"
    [said] = await summaries(office)
    assert said.splitlines()[0] == "<b>2026年3月2日 提要</b>"
    assert "· 3 天内到期 1 项" in said and "逾期" not in said
    assert "1. <b>补报立案审批表</b>\n西财案〔2026〕1号 · 还剩 12 小时" in said
    assert len(await summaries(office, "王芳")) == 1
    assert await summaries(office, "孙丽") == []

    assert await send(office, MONDAY + DAY, digests) == 2
    assert "· 已逾期 1 项" in (await summaries(office))[-1]


async def test_days_off_have_none_and_worked_ones_do(office: Office) -> None:
    async with office.work() as work:
        friday, saturday = MONDAY + 4 * DAY, MONDAY + 5 * DAY
        for day, worked in ((friday, False), (saturday, True)):
            work.session.add(
                AgencyDay(agency_id=1, day=day.date(), worked=worked, name="调休", set_by="x", set_at=work.now)
            )
    digests = Digests(MORNING)
    for day, owed in ((friday, 0), (saturday, 2), (saturday + DAY, 0)):
        assert await send(office, day + HOUR, digests) == owed, day


async def test_one_that_was_missed_comes_late_but_not_after_hours(office: Office) -> None:
    assert await send(office, MONDAY + 9 * HOUR) == 0
    assert await send(office, MONDAY + 8 * HOUR) == 2


async def test_at_any_hour_means_eight_in_the_morning(office: Office) -> None:
    async with office.work() as work:
        agency = await work.session.get_one(Agency, 1)
        agency.duty = {"from": "00:00", "until": "00:00"}
        work.session.add(agency)
    assert await send(office, MONDAY - timedelta(minutes=31)) == 0
    assert await send(office, MONDAY - timedelta(minutes=30)) == 2


async def test_nothing_to_say_is_no_message(office: Office) -> None:
    async with office.work() as work:
        await emit(work, office.case, "record.case_start.submitted")
    assert await send(office, MONDAY) == 0
    async with office.database.reading() as session:
        assert (await session.exec(select(DigestSent))).all() == []


async def test_a_tick_between_two_looks_asks_the_database_nothing(office: Office) -> None:
    digests = Digests(MORNING)
    await send(office, MONDAY, digests)
    with statements(office.database) as asked:
        for seconds in range(0, 595, 5):
            await send(office, MONDAY + timedelta(seconds=seconds), digests)
    assert asked == []
    with statements(office.database) as asked:
        await send(office, MONDAY + timedelta(minutes=11), digests)
    assert not any("officer" in text for text in asked), "an agency that was seen to is not gone through again"


async def test_who_has_switched_it_off_gets_none(office: Office) -> None:
    async with office.work() as work:
        officer = await work.session.get_one(Officer, office.people["李明"].id)
        office.people["李明"].officer.digests = officer.digests
        person = office.people["李明"]
        person = type(person)(officer, person.agency, person.transport, person.chat_id)
        await switch_summaries(work, person, wanted=False)
    assert await send(office, MONDAY) == 1
    assert await summaries(office, "李明") == ["已关闭每日提要。期限提醒照常发送。"]
    async with office.database.reading() as session:
        leaves = (await session.exec(select(LedgerLeaf.kind))).all()
    assert leaves.count("digests.switched") == 1


async def test_who_is_away_is_left_alone_and_the_deputy_told(office: Office) -> None:
    async with office.work() as work:
        officer, deputy = office.people["李明"].id, office.people["周文"].id
        since, until = MONDAY - DAY, MONDAY + DAY
        work.session.add(
            Delegation(agency_id=1, absent_id=officer, deputy_id=deputy, reason="外出", since=since, until=until)
        )
    await send(office, MONDAY)
    assert (await summaries(office, "李明"), len(await summaries(office, "周文"))) == ([], 1)


async def test_of_a_secret_case_the_deputy_learns_the_number_only(office: Office) -> None:
    async with office.work() as work:
        work.session.add(CaseFact(case_id=office.case.id, name="secrecy", value="unknown level"))
        officer, deputy = office.people["李明"].id, office.people["周文"].id
        since, until = MONDAY - DAY, MONDAY + DAY
        work.session.add(
            Delegation(agency_id=1, absent_id=officer, deputy_id=deputy, reason="外出", since=since, until=until)
        )
    await send(office, MONDAY)
    [told] = await summaries(office, "周文")
    assert "西财案〔2026〕1号" in told and "已定密" in told and "立案审批表" not in told


async def test_the_most_urgent_five_and_counts_of_the_rest(office: Office) -> None:
    async with office.work() as work:
        for number in range(2, 9):
            case = await office.add_case(work, f"西财案〔2026〕{number}号")
            await emit(work, case, "case.started_urgently", at=work.now - number * 4 * HOUR)
        for state, confirmed in (("frozen", {}), ("draft", {"2": "…"}), ("draft", {})):
            work.session.add(
                Record(
                    agency_id=1,
                    case_id=office.case.id,
                    pack=office.case.pack,
                    form="inspection",
                    state=state,
                    maker_id=office.people["李明"].id,
                    confirmed=confirmed,
                    created_at=work.now,
                    round=1,
                )
            )
    await send(office, MONDAY)
    said = (await summaries(office))[0]
    for line in ("· 已逾期 6 项", "· 3 天内到期 2 项", "· 您的文书待签名或封存 1 件", "· 待您确认 1 件"):
        assert line in said
    assert [line[:1] for line in said.splitlines() if line[1:3] == ". "] == list("12345")
    assert said.index("8号") < said.index("7号") < said.index("4号") and "3号" not in said
    rows = (await office.outbox("李明"))[-1].params["rows"]
    assert [row[0].get("callback_data") for row in rows[-2:]] == ["deadlines:0", "digest:off"]


async def test_outside_the_agencys_network_it_says_only_that_it_is_there(office: Office) -> None:
    async with office.work() as work:
        agency = await work.session.get_one(Agency, 1)
        agency.transports = ["webchat", "telegram"]
        work.session.add(agency)
        account = {"transport": "telegram", "user_id": 99, "chat_id": 99, "bound_at": work.now}
        work.session.add(ChatAccount(officer_id=office.people["李明"].id, **account))
    await send(office, MONDAY)
    office.people["外"] = type(office.people["李明"])(
        office.people["李明"].officer, office.people["李明"].agency, "", 99
    )
    [sent] = await office.outbox("外")
    assert sent.params["text"] == "今日提要已备好。"
    assert sent.params["rows"] == [[{"text": "查看提要", "callback_data": "digest"}]]


async def test_another_kind_goes_to_whom_it_is_for(office: Office) -> None:
    asked = []

    async def board(_work: Work, officer: Officer) -> Screen | None:
        asked.append(officer.name)
        return Screen("督办提要") if "supervisor" in officer.roles else None

    digests = Digests([*MORNING, Kind("board", board)])
    assert await send(office, MONDAY, digests) == 3
    assert "李明" in asked and await office.messages("孙丽") == ["督办提要"]
    async with office.database.reading() as session:
        kept = (await session.exec(select(DigestSent.kind, DigestSent.period))).all()
    assert sorted(kept) == [("board", "2026-03-02"), ("morning", "2026-03-02"), ("morning", "2026-03-02")]


async def test_a_summary_that_cannot_be_made_holds_up_no_other(office: Office) -> None:
    async def lacking(_work: Work, _officer: Officer) -> Screen | None:
        raise Missing("pack.unknown", pack="gone@1.0.0")

    assert await send(office, MONDAY, Digests([Kind("lacking", lacking), *MORNING])) == 2
    assert len(await summaries(office)) == 1


async def test_the_schedule_sends_it(office: Office) -> None:
    woken = []
    async with office.database.transaction() as session:
        ahead = MONDAY + 7 * DAY + 365 * DAY - datetime.now(UTC)
        session.add(DemoClock(id=1, offset_seconds=int(ahead.total_seconds()) + 3600))
    schedule = Schedule(office.database, office.vault, office.shelf, office.settings, after=lambda: woken.append(1))
    await schedule.tick_all()
    await schedule.tick_all()
    assert len(await summaries(office)) == 1 and woken


@pytest.mark.postgres
async def test_several_processes_send_it_once(tmp_path: Path, postgres_url: str) -> None:
    office = Office(tmp_path, postgres_url)
    await office.fill()
    await on_duty(office)
    office.now = MONDAY
    all_look = asyncio.Barrier(4)

    @asynccontextmanager
    async def work_of() -> AsyncIterator[Work]:
        async with office.work() as work:
            yield work
            if (await work.session.exec(select(DigestSent).limit(1))).first():
                await asyncio.sleep(0.05)  # others reach the same person before this commits

    async def process() -> int:
        await all_look.wait()
        return await Digests(MORNING).send(MONDAY, work_of)

    assert sum(await asyncio.gather(*(process() for _ in range(4)))) == 2
    assert len(await summaries(office)) == len(await summaries(office, "王芳")) == 1
    await office.database.close()
