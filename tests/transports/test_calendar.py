"""The calendar of deadlines: read by an independent parser, at an address that is the only right to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar
from sqlmodel import col, select

from bot.calendar_port import Calendars
from bot.icalendar import Entry, calendar
from bot.transports.webchat.server import build_web_app
from models.tables import CalendarFeed, CaseFact, LedgerLeaf, Officer, OpenTerm, TermChange
from tests.stories.xigang import AGENCY, START, begin, open_case
from tests.support.filling import fill
from tests.support.house import Chat, House

WHEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Client = TestClient[Any, Any]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, public_url="https://zhilu.example")
    yield house
    await house.close()


@pytest.fixture
async def phone(house: House) -> AsyncIterator[Client]:
    """A client without any cookie."""
    app = house.app
    calendars = Calendars(app.database, app.make_work)
    site = build_web_app(app.api, app.database, app.settings, wake=app.wake, calendars=calendars)
    async with TestClient(TestServer(site)) as client:
        yield client


async def address(officer: Chat, said: str = "/calendar") -> str:
    text = await officer.send(said)
    found = re.search(r"https://zhilu\.example(/calendar/[\w-]{43}\.ics)", text)
    assert found, text
    return found[1]


async def events(answer: ClientResponse) -> list[Any]:
    assert answer.status == 200, await answer.text()
    return list(Calendar.from_ical(await answer.read()).walk("VEVENT"))


async def test_a_phone_shows_what_is_owed_and_no_names(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    answer = await phone.get(await address(officer))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    [event] = await events(answer)
    async with house.app.database.reading() as session:
        term = (await session.exec(select(OpenTerm))).one()
    assert event["SUMMARY"] == "补报立案审批表（西财案〔2026〕1号）"
    assert "依据：第八条" in event["DESCRIPTION"] and "截止：" in event["DESCRIPTION"]
    assert event["UID"] == f"term-{term.id}@zhilu.example"
    assert event.end == term.due_at.replace(microsecond=0) and event.end - event.start == timedelta(minutes=30)
    assert event["SEQUENCE"] == 0
    alarms = [each["TRIGGER"].dt for each in event.walk("VALARM")]
    assert alarms == [-timedelta(hours=5, minutes=30), -timedelta(hours=1, minutes=30)]  # 6 and 2 hours before the end
    text = (await answer.read()).decode()
    for private in ("海晏", "周海平", "会计账簿", "13812345678", "林晓舟"):
        assert private not in text


async def test_an_end_that_moves_raises_the_sequence_and_one_that_is_met_is_gone(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    path = await address(officer)
    [before] = await events(await phone.get(path))
    async with house.app.database.transaction() as session:
        term = (await session.exec(select(OpenTerm))).one()
        was, term.due_at = term.due_at, term.due_at + timedelta(hours=5)
        moved = {"due_before": was, "due_after": term.due_at, "at": was - timedelta(hours=1)}
        session.add_all([term, TermChange(term_id=term.id or 0, kind="extended", **moved)])
    [after] = await events(await phone.get(path))
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], 1)
    assert after.end - before.end == timedelta(hours=5) and after.stamp > before.stamp

    await begin(officer, "立案审批表")
    await fill(officer, START)
    await officer.tap("确认并定稿")
    assert await events(await phone.get(path)) == []


async def test_what_a_phone_has_already_is_not_sent_again(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    path = await address(officer)
    tag = (await phone.get(path)).headers["ETag"]
    again = await phone.get(path, headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")
    await open_case(house, officer)
    assert (await phone.get(path, headers={"If-None-Match": tag})).status == 200


async def test_only_the_newest_address_opens_it_until_it_is_stopped(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    first = await address(officer)
    second = await address(officer)
    assert [(await phone.get(path)).status for path in (first, second)] == [404, 200]
    await officer.tap("停用")
    for path in (first, second, "/calendar/" + "A" * 43 + ".ics", "/calendar/x.ics", "/calendar/.ics"):
        assert (await phone.get(path)).status == 404
    third = await address(officer)
    assert "已经停用" in await officer.send("/calendar stop")
    assert (await phone.get(third)).status == 404
    async with house.app.database.reading() as session:
        kept = (await session.exec(select(CalendarFeed))).all()
        leaves = await session.exec(select(LedgerLeaf.kind).where(col(LedgerLeaf.kind).like("calendar.%")))
        kinds = list(leaves.all())
    assert len(kept) == 3 and not any(part in each.token_hash for each in kept for part in (first[10:53], third[10:53]))
    assert (kinds.count("calendar.given"), kinds.count("calendar.revoked")) == (3, 2)


async def test_who_has_left_has_no_calendar(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    path = await address(officer)
    async with house.app.database.transaction() as session:
        person = await session.get_one(Officer, officer.id)
        person.active = False
        session.add(person)
    assert (await phone.get(path)).status == 404


async def test_of_a_secret_case_it_names_the_number_only(house: House, phone: Client) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    async with house.app.database.transaction() as session:
        session.add(CaseFact(case_id=1, name="secrecy", value="secret"))
    [event] = await events(await phone.get(await address(officer)))
    assert event["SUMMARY"] == "西财案〔2026〕1号有期限事项需要您办理。"
    assert "第八条" not in event["DESCRIPTION"]


async def test_too_many_requests_are_refused_for_a_while(house: House, phone: Client) -> None:
    path = await address(await house.person(AGENCY, "officer"))
    other = await address(await house.person(AGENCY, "officer", 1))
    statuses = [(await phone.get(path)).status for _ in range(25)]
    assert statuses == [200] * 20 + [429] * 5
    assert (await phone.get(other)).status == 200, "one phone that asks too often shuts out no other"


@given(
    some.text(max_size=300),
    some.text(max_size=300),
    some.integers(0, 10**6),
    some.lists(some.integers(1, 10**5), max_size=3),
)
def test_any_text_comes_through_folded_and_escaped(title: str, text: str, sequence: int, alarms: list[int]) -> None:
    entry = Entry(
        "term-1@x",
        title,
        text,
        WHEN,
        WHEN + timedelta(hours=1),
        WHEN,
        sequence,
        alarms=[timedelta(minutes=n) for n in alarms],
    )
    made = calendar("期限", [entry, entry])
    assert made.endswith(b"END:VCALENDAR\r\n")
    for line in made.split(b"\r\n"):
        assert len(line) <= 75 and b"\n" not in line and b"\r" not in line
        line.decode()  # never cut inside a character
    first, _second = Calendar.from_ical(made).walk("VEVENT")
    assert str(first["SUMMARY"]) == shown(title)
    assert str(first["DESCRIPTION"]) == shown(text)
    assert first["SEQUENCE"] == sequence and first.start == WHEN
    assert [each["TRIGGER"].dt for each in first.walk("VALARM")] == [timedelta(minutes=-n) for n in alarms]


def shown(text: str) -> str:
    """What of a text a calendar can hold: line ends, but no other control characters."""
    return "".join(each for each in text if each == "\n" or (each >= " " and each != "\x7f"))
