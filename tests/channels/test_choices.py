"""What a person chooses in the chat: an address confirmed by a code, on and off, which is tried first."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.channels.delivering import channels_of
from bot.intake import store_update
from bot.pace import Pace
from models.tables import Agency, AlertChannel, LedgerLeaf, Officer
from tests.channels.conftest import SECRET, Mailbox
from tests.stories.xigang import AGENCY
from tests.support.house import Chat, House

_updates = count(10**12)
BOTH = {"email": {}, "webhook": {"url": "http://127.0.0.1:9/", "secret": SECRET}}


@dataclass
class Desk:
    house: House
    mailbox: Mailbox
    officer: Chat

    async def allow(self, **channels: object) -> None:
        async with self.house.app.database.transaction() as session:
            agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
            agency.channels = dict(channels)
            session.add(agency)

    async def chosen(self) -> list[str]:
        async with self.house.app.database.reading() as session:
            return await channels_of(session, await session.get_one(Officer, self.officer.id))

    async def forge(self, data: str) -> str:
        """Press a button that stands nowhere, as a modified client may."""
        number = next(_updates)
        user = {"id": self.officer.id, "is_bot": False, "first_name": self.officer.name}
        chat = {"id": self.officer.id, "type": "private"}
        message = {"message_id": 1, "date": 1772700000, "chat": chat, "text": "?"}
        body = {
            "update_id": number,
            "callback_query": {"id": str(number), "from": user, "chat_instance": "1", "message": message, "data": data},
        }
        async with self.house.app.database.transaction() as session:
            await store_update(session, transport="webchat", update_id=number, chat_id=self.officer.id, body=body)
        await self.house.settle()
        return await self.officer.last()

    async def rows(self) -> list[AlertChannel]:
        async with self.house.app.database.reading() as session:
            return list((await session.exec(select(AlertChannel))).all())

    async def give(self, address: str) -> str:
        """Give an address; the code that came to it."""
        await self.officer.send("/channels")
        labels = await self.officer.buttons()
        await self.officer.tap("更换地址" if any("更换地址" in each for each in labels[-6:]) else "填写地址")
        said = await self.officer.send(address)
        assert "六位验证码" in said, said
        recipients, letter = self.mailbox.letters[-1]
        assert recipients == [address] and "确认您的地址" in letter["Subject"]
        return re.findall(r"\b\d{6}\b", self.mailbox.text())[0]


@pytest.fixture
async def desk(tmp_path: Path, mailbox: Mailbox) -> AsyncIterator[Desk]:
    house = await House.open(tmp_path, **mailbox.settings())
    house.app.sender._pace = Pace({}, time.monotonic)  # its own pace is tried by the outbox's tests
    desk = Desk(house, mailbox, await house.person(AGENCY, "officer"))
    await desk.allow(**BOTH)
    yield desk
    await house.close()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_an_agency_without_channels_says_so(desk: Desk) -> None:
    await desk.allow()
    await desk.officer.send("/settings")
    assert "没有开通其他渠道" in await desk.officer.tap("聊天之外的提醒")


async def test_an_address_is_used_once_its_code_was_typed(desk: Desk) -> None:
    assert "电子邮件：已关" in await desk.officer.send("/channels")
    code = await desk.give("lin@gov.example")
    assert await desk.chosen() == [], "not before the code is typed"
    shown = await desk.officer.send(f" {code[:3]} {code[3:]} ")
    assert "lin@gov.example · 已开" in shown
    assert await desk.chosen() == ["email"]
    async with desk.house.app.database.reading() as session:
        found = await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "alert_channel.chosen"))
        [leaf] = found.all()
    assert leaf.subject == f"officer:{desk.officer.id}" and "lin@gov" not in str(leaf)


@pytest.mark.parametrize("text", ["林晓舟", "lin@", "lin@gov.example\nBcc: x@y.example", "a" * 300 + "@gov.example"])
async def test_what_is_no_address_can_be_typed_anew(desk: Desk, text: str) -> None:
    await desk.officer.send("/channels")
    await desk.officer.tap("填写地址")
    assert "不是邮箱地址" in await desk.officer.send(text)
    assert desk.mailbox.seen == 0
    assert "六位验证码" in await desk.officer.send("lin@gov.example")


async def test_five_tries_and_no_more(desk: Desk) -> None:
    code = await desk.give("lin@gov.example")
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in await desk.officer.send(wrong(code))
    assert "已是最后一次" in await desk.officer.send("not a code")
    await desk.officer.send(code)
    assert await desk.rows() == []
    await desk.officer.tap("重新填写地址")
    await desk.officer.send("lin@gov.example")
    fresh = re.findall(r"\b\d{6}\b", desk.mailbox.text())[0]
    assert "已开" in await desk.officer.send(fresh)


async def test_a_code_grows_too_old(desk: Desk) -> None:
    code = await desk.give("lin@gov.example")
    async with desk.house.app.database.transaction() as session:
        from bot.clock import move_forward
        from bot.use_cases.alert_channels import CODE_TIME

        await move_forward(session, CODE_TIME)
    assert "验证码已过期" in await desk.officer.send(code)
    assert await desk.rows() == []


async def test_a_mailbox_is_not_flooded_with_codes(desk: Desk) -> None:
    for number in range(5):
        await desk.give(f"lin{number}@gov.example")
    await desk.officer.send("/channels")
    await desk.officer.tap("填写地址")
    assert "请一小时后再试" in await desk.officer.send("lin@gov.example")
    assert len(desk.mailbox.letters) == 5


async def test_an_address_that_takes_no_code_is_told_in_the_chat(desk: Desk) -> None:
    desk.mailbox.answers = ["550 no such user"]
    await desk.officer.send("/channels")
    await desk.officer.tap("填写地址")
    await desk.officer.send("lim@gov.example")
    assert "验证码未能送达 lim@gov.example" in await desk.officer.last()


async def test_the_old_address_counts_until_the_new_one_is_confirmed(desk: Desk) -> None:
    await desk.officer.send(await desk.give("old@gov.example"))
    code = await desk.give("new@gov.example")
    assert [row.address for row in await desk.rows()] == ["old@gov.example"]
    await desk.officer.tap("算了")
    await desk.officer.send(code)
    assert [row.address for row in await desk.rows()] == ["old@gov.example"], "let go of, the code is an ordinary text"
    await desk.officer.send(await desk.give("new@gov.example"))
    assert [row.address for row in await desk.rows()] == ["new@gov.example"]


async def test_on_off_and_which_comes_first(desk: Desk) -> None:
    await desk.officer.send(await desk.give("lin@gov.example"))
    shown = await desk.officer.tap("打开：本机关系统")
    assert shown.index("lin@gov.example") < shown.index("本机关系统：已开") and "按此顺序发送" in shown
    assert await desk.chosen() == ["email", "webhook"]
    await desk.officer.tap("优先用本机关系统")
    assert await desk.chosen() == ["webhook", "email"]
    await desk.officer.tap("关闭：本机关系统")
    assert await desk.chosen() == ["email"]
    await desk.allow(webhook=BOTH["webhook"])
    assert await desk.chosen() == [] and "lin@gov" not in await desk.officer.send("/channels")


async def test_buttons_of_what_is_not_allowed_are_refused_in_words(desk: Desk) -> None:
    for press, said in (
        ("chs:email:1", "填写并确认地址"),
        ("cha:webhook", "已过时"),
        ("chf:webhook", "已过时"),
        ("chs:pigeon:1", "没有开通此渠道"),
    ):
        assert said in await desk.forge(press), press
    await desk.officer.send("/channels")
    await desk.officer.tap("填写地址")
    await desk.allow()
    assert "没有开通此渠道" in await desk.officer.send("lin@gov.example")
    assert await desk.rows() == []
