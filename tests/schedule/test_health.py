"""A schedule that was silent, and a clock that leapt: those who run the server are told, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.schedule.digests import Digests
from bot.schedule.health import NAME, Jumps, Leap, beat
from bot.schedule.scheduler import Schedule
from models.database import Database
from models.tables import Agency, ChatAccount, Heartbeat, Officer, OutboundMessage
from tests.schedule.conftest import START, Office

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def last_ran(office: Office, ago: timedelta) -> None:
    async with office.work() as work:
        row = await work.session.get(Heartbeat, NAME) or Heartbeat(name=NAME, beat_at=START)
        row.beat_at = datetime.now(UTC) - ago
        work.session.add(row)


async def heartbeat(office: Office) -> Heartbeat:
    async with office.database.reading() as session:
        return await session.get_one(Heartbeat, NAME)


async def run(office: Office, leap: Leap | None = None, database: Database | None = None) -> bool:
    return await beat(database or office.database, office.vault, office.shelf, office.settings, leap=leap)


async def told(office: Office) -> dict[str, list[str]]:
    return {name: texts for name in office.people if (texts := await office.messages(name))}


async def test_after_a_silence_the_supervisors_of_an_agency_without_administrator_are_told_once(office: Office) -> None:
    assert not await run(office), "the first time ever is no silence"
    await last_ran(office, 3 * HOUR)
    assert await run(office) and not await run(office)
    [name], [[text]] = (await told(office)).keys(), (await told(office)).values()
    assert name == "孙丽" and "提醒曾中断" in text and "3 小时" in text and "现已补发" in text
    beaten = await heartbeat(office)
    assert beaten.silences == 1 and datetime.now(UTC) - beaten.beat_at < MINUTE


async def test_administrators_are_told_before_supervisors(office: Office) -> None:
    async with office.work() as work:
        other = Agency(code="ly", name="另一个单位", pack="xigang-finance", created_at=START)
        gone = Officer(agency_id=1, name="已离职", roles=["administrator"], active=False)
        work.session.add_all([other, gone])
        await work.session.flush()
        for number, (name, agency, roles) in enumerate(
            [
                ("管一", 1, ["administrator"]),
                ("管二", 1, ["administrator", "officer"]),
                ("监二", other.id, ["supervisor"]),
            ]
        ):
            officer = Officer(agency_id=agency, name=name, roles=roles)
            work.session.add(officer)
            await work.session.flush()
            account = {"user_id": 90 + number, "chat_id": 90 + number, "officer_id": officer.id}
            work.session.add(ChatAccount(transport="webchat", bound_at=START, **account))
    await last_ran(office, HOUR)
    await run(office)
    async with office.database.reading() as session:
        rows = (await session.exec(select(OutboundMessage))).all()
    assert [row.chat_id for row in rows] == [90, 91, 92], "supervisors only where there is no administrator"


async def test_a_short_pause_is_none(office: Office) -> None:
    await last_ran(office, timedelta(seconds=office.settings.silence_seconds - 30))
    assert not await run(office)
    assert await told(office) == {} and (await heartbeat(office)).silences == 0


async def test_word_of_it_stands_or_falls_with_the_beat(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await last_ran(office, HOUR)

    async def fail(*args: object) -> int:
        raise OSError("the machine dies here")

    with monkeypatch.context() as patched:
        patched.setattr("bot.schedule.health.tell_administrators", fail)
        with pytest.raises(OSError):
            await run(office)
    assert await told(office) == {} and datetime.now(UTC) - (await heartbeat(office)).beat_at > MINUTE
    assert await run(office) and len(await told(office)) == 1


@pytest.mark.parametrize("believed", [True, False])
async def test_a_leap_that_was_held_is_told_and_is_no_silence(office: Office, believed: bool) -> None:
    await last_ran(office, 30 * 24 * HOUR + 2 * MINUTE if believed else 2 * MINUTE)
    leap = Leap(30 * 24 * HOUR, 2 * MINUTE, believed=believed)
    assert await run(office, leap)
    [[text]] = (await told(office)).values()
    assert "30 天" in text and "暂停了2 分钟" in text
    assert ("按新的时间办理" in text) is believed and ("时钟已校正" in text) is not believed
    assert (await heartbeat(office)).silences == 0
    assert not await run(office, leap), "another process that saw the same leap"
    assert len((await told(office))["孙丽"]) == 1


@dataclass
class Clocks:
    """Wall and monotonic time, apart as one likes."""

    wall: float = 1e9
    steady: float = 0.0

    def jumps(self) -> Jumps:
        return Jumps(600, 120, wall=lambda: self.wall, monotonic=lambda: self.steady)

    def go(self, seconds: float, *, leap: float = 0.0) -> None:
        self.steady += seconds
        self.wall += seconds + leap


def test_a_hold_ends_believed_or_taken_back() -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    clocks.go(5, leap=86400)
    assert jumps.holds() and jumps.ended is None
    clocks.go(121)
    assert not jumps.holds()
    assert jumps.ended == Leap(timedelta(days=1), timedelta(seconds=121), believed=True)
    jumps.ended = None
    clocks.go(5, leap=86400)
    assert jumps.holds()
    for back in (86400.0, 2 * 86400.0):
        clocks.go(5, leap=-back)
        assert not jumps.holds()
        assert jumps.ended == Leap(timedelta(days=1), timedelta(seconds=5), believed=False)
        jumps.ended = None
        clocks.go(5, leap=86400)
        assert jumps.holds()


def test_a_step_back_that_held_nothing_is_no_news() -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    clocks.go(5, leap=-3600)
    assert not jumps.holds() and jumps.ended is None


@pytest.fixture
async def schedule(office: Office) -> AsyncIterator[tuple[Schedule, Clocks, list[int]]]:
    woken: list[int] = []
    clocks = Clocks()
    schedule = Schedule(office.database, office.vault, office.shelf, office.settings, after=lambda: woken.append(1))
    schedule._jumps, schedule._digests = clocks.jumps(), Digests(())
    yield schedule, clocks, woken


async def test_the_schedule_tells_of_a_leap_and_wakes_the_sender(
    office: Office, schedule: tuple[Schedule, Clocks, list[int]]
) -> None:
    ticking, clocks, woken = schedule
    await ticking.tick_all()
    clocks.go(5, leap=86400)
    await ticking.tick_all()
    assert woken == [] and await told(office) == {}, "held: it may be set right yet"
    clocks.go(60, leap=-86400)
    await ticking.tick_all()
    assert woken == [1]
    clocks.go(5)
    await ticking.tick_all()
    [[text]] = (await told(office)).values()
    assert "时钟已校正" in text and "24 小时" in text


async def test_a_leap_is_not_forgotten_when_the_database_is_away(
    office: Office, schedule: tuple[Schedule, Clocks, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticking, clocks, _ = schedule
    clocks.go(5, leap=86400)
    await ticking.tick_all()
    clocks.go(121)

    async def fail(*args: object, **kwargs: object) -> bool:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr("bot.schedule.scheduler.beat", fail)
        with pytest.raises(OSError):
            await ticking.tick_all()
    clocks.go(5)
    await ticking.tick_all()
    assert len((await told(office))["孙丽"]) == 1


@pytest.mark.postgres
async def test_several_processes_tell_once(tmp_path: Path, postgres_url: str) -> None:
    office = Office(tmp_path, postgres_url)
    await office.fill()
    others = [Database(postgres_url) for _ in range(3)]
    await last_ran(office, HOUR)
    await asyncio.gather(*(run(office, database=each) for each in (office.database, *others)))
    leap = Leap(HOUR, 2 * MINUTE, believed=True)
    await asyncio.gather(*(run(office, leap, each) for each in (office.database, *others)))
    assert len((await told(office))["孙丽"]) == 2, "the silence and the leap, each once"
    assert (await heartbeat(office)).silences == 1
    for database in (office.database, *others):
        await database.close()
