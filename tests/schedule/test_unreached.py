"""Reminders for somebody without chat or channel come late, once they can be reached; nobody is told twice."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.schedule.tick import tick
from bot.transports.webchat.sign_in import create_sign_in_link, use_sign_in_link
from bot.use_cases.alert_channels import switch
from bot.use_cases.events import emit
from bot.use_cases.overdue import show_term
from bot.use_cases.sign_in import bind_by_link
from models.tables import UNREACHED, Agency, Case, ChatAccount, Officer, OpenTerm, RungSent
from tests.schedule.conftest import Office
from tests.support.postgres import either_database

__all__ = ["either_database"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URGENT = "case.started_urgently"
BEFORE_THE_END = ["six_hours_left", "two_hours_left"]


@pytest.fixture
async def office(
    tmp_path: Path, empty_database: Path, either_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    shutil.copy(empty_database, tmp_path / "zhilu.db")
    office = Office(tmp_path, either_database.get("database_url", ""))
    await office.fill()

    async def now(_session: object) -> datetime:
        return office.now

    monkeypatch.setattr("bot.use_cases.catch_up.domain_now", now)
    yield office
    await office.database.close()


async def ticked(office: Office, *, after: timedelta = timedelta(0)) -> int:
    async with office.work(after=after) as work:
        return await tick(work)


async def silence(office: Office, name: str) -> None:
    """The person has never signed in."""
    async with office.work() as work:
        query = select(ChatAccount).where(col(ChatAccount.officer_id) == office.people[name].id)
        await work.session.delete((await work.session.exec(query)).one())


async def sign_in(office: Office, name: str) -> None:
    async with office.work() as work:
        token = await create_sign_in_link(work.session, office.people[name].id, datetime.now(UTC), 5)
        await use_sign_in_link(work.session, token, datetime.now(UTC), 5)


async def set_agency(office: Office, **values: object) -> None:
    async with office.work() as work:
        agency = await work.session.get_one(Agency, office.case.agency_id)
        for name, value in values.items():
            setattr(agency, name, value)
        work.session.add(agency)
        office.people = {
            name: type(each)(each.officer, agency, each.transport, each.chat_id) for name, each in office.people.items()
        }


async def rungs(office: Office, name: str) -> list[tuple[str, str]]:
    """What the person was reminded of or missed: step and channel, in order."""
    query = select(RungSent.rung, RungSent.channel).where(col(RungSent.officer_id) == office.people[name].id)
    async with office.database.reading() as session:
        return list((await session.exec(query.order_by(col(RungSent.due_at), col(RungSent.id)))).all())


async def counts(office: Office) -> dict[str, int]:
    return {name: len(await office.messages(name)) for name in office.people}


async def begin(office: Office, event: str = URGENT) -> None:
    async with office.work() as work:
        await emit(work, office.case, event, person=office.people["李明"], at=work.now)


async def test_who_signs_in_after_the_last_step_is_told_all_of_it_late_and_nobody_else_again(office: Office) -> None:
    await silence(office, "周文")
    await begin(office, "case.act_ended")
    for _ in range(40):
        await ticked(office, after=DAY)
    steps = ["week_left", "three_days_left", "day_left", "due"]
    assert await rungs(office, "周文") == [(step, UNREACHED) for step in steps]
    before = await counts(office)
    assert before["周文"] == 0 and before["李明"] > 4
    await sign_in(office, "周文")
    assert await ticked(office) == 1
    assert await counts(office) == before | {"周文": 1}
    [text] = await office.messages("周文")
    assert text.count("晚了") == 4 and "晚了 9 天" in text
    assert await rungs(office, "周文") == [(step, "webchat") for step in steps]
    await ticked(office, after=HOUR)
    assert await counts(office) == before | {"周文": 1}


async def test_an_officer_without_a_chat_is_told_the_newest_of_what_repeats(office: Office) -> None:
    await silence(office, "李明")
    await begin(office)
    for _ in range(6):
        await ticked(office, after=DAY)
    assert len(await office.messages("孙丽")) == 5
    before = await counts(office)
    await sign_in(office, "李明")
    await ticked(office)
    assert await counts(office) == before | {"李明": before["李明"] + 1}
    told = [rung for rung, channel in await rungs(office, "李明") if channel != UNREACHED]
    assert told == [*BEFORE_THE_END, "due", "day_late", "three_days_late#3"]


@pytest.mark.parametrize("way", ["telegram", "webhook"])
async def test_the_first_telegram_chat_or_channel_catches_up_too(office: Office, way: str) -> None:
    await set_agency(office, transports=["webchat", "telegram"], channels={"webhook": {"url": "https://example.org"}})
    await silence(office, "王芳")
    await begin(office)
    await ticked(office, after=23 * HOUR)
    assert await rungs(office, "王芳") == [(step, UNREACHED) for step in BEFORE_THE_END]
    async with office.work() as work:
        if way == "telegram":
            token = await create_sign_in_link(work.session, office.people["王芳"].id, datetime.now(UTC), 5)
            assert await bind_by_link(work, "telegram", 77, 77, f"/start {token}")
        else:
            await switch(work, office.people["王芳"], "webhook", on=True)
    assert await ticked(office) == 1
    assert await rungs(office, "王芳") == [(step, way) for step in BEFORE_THE_END]
    assert len(await office.reminded("李明")) == 2


async def test_whoever_an_agencys_decision_makes_reachable_is_told_within_the_hour(office: Office) -> None:
    await silence(office, "周文")
    async with office.work() as work:
        account = {"transport": "telegram", "user_id": 77, "chat_id": 77, "bound_at": work.now}
        work.session.add(ChatAccount(officer_id=office.people["周文"].id, **account))
    await begin(office, "case.act_ended")
    await ticked(office, after=31 * DAY)
    assert await ticked(office, after=59 * timedelta(minutes=1)) == 0
    await set_agency(office, transports=["webchat", "telegram"])
    before = await counts(office)
    assert await ticked(office, after=timedelta(minutes=1)) == 1
    assert {channel for _, channel in await rungs(office, "周文")} == {"telegram"}
    assert await counts(office) == before


async def test_what_was_missed_of_a_case_that_is_now_anothers_stays_unsaid(office: Office) -> None:
    await silence(office, "王芳")
    await begin(office)
    await ticked(office, after=23 * HOUR)
    async with office.work() as work:
        case = await work.session.get_one(Case, office.case.id)
        case.second_officer_id = office.people["赵强"].id
        work.session.add(case)
    await sign_in(office, "王芳")
    await ticked(office)
    assert await office.messages("王芳") == [] == await office.messages("赵强")


async def test_an_end_that_moved_and_was_missed_again_is_told_once(office: Office) -> None:
    await silence(office, "王芳")
    await begin(office)
    await ticked(office, after=23 * HOUR)
    async with office.work() as work:
        term = (await work.session.exec(select(OpenTerm))).one()
        term.due_at += DAY
        term.next_at = work.now
        work.session.add(term)
    await ticked(office, after=DAY)
    assert [rung for rung, _ in await rungs(office, "王芳")] == BEFORE_THE_END * 2
    await sign_in(office, "王芳")
    await ticked(office)
    assert await rungs(office, "王芳") == [(step, "webchat") for step in BEFORE_THE_END]
    assert len(await office.messages("王芳")) == 1


async def test_what_was_missed_does_not_count_as_reminded(office: Office) -> None:
    await silence(office, "李明")
    await begin(office)
    await ticked(office, after=25 * HOUR)
    async with office.work() as work:
        await show_term(work, office.people["孙丽"], 1)
    card = (await office.messages("孙丽"))[-1]
    assert "孙丽" in card.split("提醒")[-1] and "李明" not in card.split("提醒")[-1]


async def test_an_end_at_night_reaches_the_supervisor_at_once_and_the_officer_in_the_morning(office: Office) -> None:
    await set_agency(office, duty={"from": "08:00", "until": "20:00"})
    async with office.work() as work:
        officer = await work.session.get_one(Officer, office.people["李明"].id)
        officer.roles = ["officer", "supervisor"]
        work.session.add(officer)
        await emit(work, office.case, URGENT, person=office.people["李明"], at=work.now + 14 * HOUR)
    async with office.work() as work:  # a second case, whose officer is no supervisor
        case = await office.add_case(work, "西财案〔2026〕2号")
        case.officer_id, case.second_officer_id = office.people["王芳"].id, None
        work.session.add(case)
        await emit(work, case, URGENT, person=office.people["王芳"], at=work.now + 14 * HOUR)
    for _ in range(47):
        await ticked(office, after=HOUR)
    night, morning = office.now - 9 * HOUR, office.now
    async with office.database.reading() as session:
        query = select(RungSent.officer_id, RungSent.term_id, RungSent.queued_at).where(col(RungSent.rung) == "due")
        found = sorted((await session.exec(query)).all())
    ids = {name: office.people[name].id for name in ("李明", "王芳", "孙丽")}
    assert found == [
        (ids["李明"], 1, night), (ids["李明"], 2, night),
        (ids["王芳"], 2, morning),
        (ids["孙丽"], 1, night), (ids["孙丽"], 2, night),
    ]  # fmt: skip


async def test_a_reminder_that_other_duty_hours_put_later_is_not_repeated(office: Office) -> None:
    await set_agency(office, duty={"from": "08:00", "until": "20:00"})
    async with office.work() as work:
        await emit(work, office.case, URGENT, person=office.people["李明"], at=work.now + 14 * HOUR)
    await ticked(office, after=35 * HOUR)  # 20:00: the one meant for 21:00 was brought forward to the evening
    before = await counts(office)
    assert [rung for rung, _ in await rungs(office, "李明")] == BEFORE_THE_END
    await set_agency(office, duty={"from": "00:00", "until": "00:00"})
    async with office.work() as work:
        term = (await work.session.exec(select(OpenTerm))).one()
        term.next_at = work.now
        work.session.add(term)
    await ticked(office)
    assert await ticked(office, after=HOUR) == 1, "it comes up at 21:00"
    assert await counts(office) == before
