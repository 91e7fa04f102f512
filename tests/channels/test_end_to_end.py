"""A deadline passes: what reaches a mailbox and the agency's own system, and what happens when they are not there."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlmodel import col, select

from bot.pace import Pace
from bot.use_cases.events import emit
from models.tables import Agency, AlertChannel, Case, Officer, OutboundMessage, RungSent
from tests.channels.conftest import SECRET, Mailbox, Receiver
from tests.stories.xigang import AGENCY, OPENING, open_case
from tests.support.house import Chat, House


@dataclass
class Desk:
    house: House
    mailbox: Mailbox
    receiver: Receiver
    officer: Chat

    async def choose(self, *channels: str) -> None:
        async with self.house.app.database.transaction() as session:
            for position, channel in enumerate(channels, start=1):
                address = "lin@gov.example" if channel == "email" else ""
                session.add(
                    AlertChannel(
                        officer_id=self.officer.id,
                        channel=channel,
                        address=address,
                        position=position,
                        set_at=datetime.now(UTC),
                    )
                )

    async def overdue(self) -> None:
        """A case begun urgently, whose 24 hours pass."""
        async with self.house.app.database.transaction() as session:
            work = await self.house.app.make_work(session)
            officer = await session.get_one(Officer, self.officer.id)
            pack = work.shelf.newest("xigang-finance")
            case = Case(
                agency_id=officer.agency_id,
                pack=f"{pack.id}@{pack.version}",
                number="西财案〔2026〕1号",
                state="open",
                officer_id=self.officer.id,
                opened_at=work.now,
            )
            session.add(case)
            await session.flush()
            await emit(work, case, "case.started_urgently")
        await self.officer.send("/clock +25h")

    async def owed(self, transport: str) -> list[OutboundMessage]:
        async with self.house.app.database.reading() as session:
            found = await session.exec(
                select(OutboundMessage)
                .where(col(OutboundMessage.transport) == transport)
                .order_by(col(OutboundMessage.id))
            )
            return list(found.all())

    async def again(self, times: int = 12) -> None:
        """As if every pause were over."""
        for _ in range(times):
            async with self.house.app.database.transaction() as session:
                waiting = await session.exec(select(OutboundMessage).where(col(OutboundMessage.state) == "queued"))
                for row in waiting.all():
                    row.not_before = datetime.now(UTC)
                    session.add(row)
            self.house.app.sender._waiting.clear()
            self.house.app.sender._pace = Pace({}, time.monotonic)
            await self.house.settle()


@pytest.fixture
async def desk(tmp_path: Path, mailbox: Mailbox, receiver: Receiver) -> AsyncIterator[Desk]:
    house = await House.open(tmp_path, **mailbox.settings(public_url="https://zhilu.example"))
    async with house.app.database.transaction() as session:
        agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
        agency.channels = {"email": {}, "webhook": {"url": receiver.url, "secret": SECRET}}
        session.add(agency)
    yield Desk(house, mailbox, receiver, await house.person(AGENCY, "officer"))
    await house.close()


async def test_the_first_channel_carries_it_and_the_chat_is_told_as_well(desk: Desk) -> None:
    await desk.choose("email", "webhook")
    await desk.overdue()
    await desk.again(1)
    assert len(desk.mailbox.letters) == 1 and desk.receiver.taken == []
    assert "西财案〔2026〕1号" in desk.mailbox.text() and "https://zhilu.example" in desk.mailbox.text()
    assert any("逾期" in text for text in await desk.officer.texts())
    async with desk.house.app.database.reading() as session:
        rows = await session.exec(select(RungSent.channel).where(col(RungSent.officer_id) == desk.officer.id))
        assert set(rows.all()) == {"webchat", "email"}


async def test_nothing_of_a_case_but_its_number_leaves(desk: Desk) -> None:
    """Every letter and call of a case with a party, its person in charge, its matter and two certificates."""
    await desk.choose("email", "webhook")
    desk.mailbox.answers = ["550 gone"] * 3
    await open_case(desk.house, desk.officer)
    await desk.officer.send("/clock +25h")
    await desk.officer.send("/clock +3d")
    await desk.again(4)
    gone_out = [letter.as_string() + str(letter.get_content()) for _, letter in desk.mailbox.letters]
    gone_out += [body.decode() for body in desk.receiver.raw]
    assert desk.receiver.taken and gone_out
    async with desk.house.app.database.reading() as session:
        people = (await session.exec(select(Officer))).all()
    certificates = [each.certificate for each in people if each.certificate]
    facts = [each for each in OPENING.values() if isinstance(each, str) and not each.startswith("tap:")]
    told = [*certificates, *facts, "海晏", "周海平", "立案", "会计", "行政处罚", "宋一鸣"]
    assert len(certificates) > 5 and len(facts) > 5
    for each in told:
        assert not any(each in text for text in gone_out), each


async def test_one_that_fails_for_good_is_stepped_in_for(desk: Desk) -> None:
    await desk.choose("email", "webhook")
    desk.mailbox.answers = ["550 no such user"]
    await desk.overdue()
    await desk.again(2)
    [failed], [sent] = await desk.owed("email"), await desk.owed("webhook")
    assert (failed.state, sent.state) == ("failed", "sent")
    [taken] = desk.receiver.taken
    assert "未能通过电子邮件送达" in taken["text"] and taken["officer"] == "林晓舟"
    assert taken["key"] == desk.receiver.ids[0] == f"zhilu-{sent.id}"
    assert not any("请在这里查看" in text for text in await desk.officer.texts()), "it was delivered after all"


async def test_with_none_left_the_chat_says_so(desk: Desk) -> None:
    await desk.choose("webhook", "email")
    desk.receiver.answers = [web.Response(status=410)]
    desk.mailbox.answers = ["550 no such user"]
    await desk.overdue()
    await desk.again(3)
    said = [text for text in await desk.officer.texts() if "请在这里查看" in text]
    assert len(said) == 1 and "电子邮件" in said[0]


async def test_one_that_is_away_for_a_while_gets_it_in_the_end(desk: Desk) -> None:
    await desk.choose("webhook", "email")
    desk.receiver.answers = [web.Response(status=503), web.Response(status=429, headers={"Retry-After": "60"})]
    await desk.overdue()
    await desk.again(4)
    assert len(desk.receiver.taken) == 1 and desk.mailbox.letters == []
    [sent] = await desk.owed("webhook")
    assert (sent.state, sent.attempts) == ("sent", 2)


async def test_one_that_stays_away_is_given_up_and_stepped_in_for(desk: Desk) -> None:
    await desk.choose("webhook", "email")
    desk.receiver.answers = [web.Response(status=503) for _ in range(20)]
    await desk.overdue()
    await desk.again(14)
    assert desk.receiver.calls == 10
    assert "未能通过本机关系统送达" in desk.mailbox.text()


@pytest.mark.parametrize("off", ["agency", "person", "server"])
async def test_what_was_switched_off_meanwhile_is_told_in_the_chat(desk: Desk, off: str) -> None:
    await desk.choose("email")
    desk.mailbox.answers = ["450 later"]
    await desk.overdue()
    async with desk.house.app.database.transaction() as session:
        for agency in (await session.exec(select(Agency))).all() if off == "agency" else ():
            agency.channels = {}
            session.add(agency)
        for row in (await session.exec(select(AlertChannel))).all() if off == "person" else ():
            row.enabled = False
            session.add(row)
    if off == "server":
        from bot.channels.email import EmailChannel

        bare = desk.house.app.settings.model_copy(update={"smtp_host": ""})
        channels: dict[str, Any] = desk.house.app.sender._channels  # type: ignore[assignment]
        channels["email"] = EmailChannel(bare)
    await desk.again(2)
    assert desk.mailbox.letters == []
    assert any("请在这里查看" in text for text in await desk.officer.texts())
    assert [row.state for row in await desk.owed("email")] == ["failed"]


async def test_who_chose_nothing_gets_nothing_beside_the_chat(desk: Desk) -> None:
    await desk.overdue()
    assert await desk.owed("email") == await desk.owed("webhook") == []
