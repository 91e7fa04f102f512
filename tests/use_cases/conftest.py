"""One house with an opened case. The rules tested here lie behind both doors, so the web chat stands for both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from bot.intake import store_update
from models.database import Session
from tests.stories.xigang import AGENCY, open_case
from tests.support.house import Chat, House
from tests.support.office import Office

_updates = count(10**12)


@dataclass
class Desk:
    """A case with its two officers, and their head."""

    house: House
    officer: Chat
    second: Chat
    head: Chat

    async def forge(self, chat: Chat, data: str) -> str:
        """Press a button that stands nowhere: Telegram delivers what a modified client sends. The answer's text."""
        number = next(_updates)
        user = {"id": chat.id, "is_bot": False, "first_name": chat.name}
        message = {"message_id": 1, "date": 1772700000, "chat": {"id": chat.id, "type": "private"}, "text": "?"}
        query = {"id": str(number), "from": user, "chat_instance": "1", "message": message, "data": data}
        async with self.house.app.database.transaction() as session:
            body = {"update_id": number, "callback_query": query}
            await store_update(session, transport="webchat", update_id=number, chat_id=chat.id, body=body)
        await self.house.settle()
        return await chat.last()

    def reading(self) -> AbstractAsyncContextManager[Session]:
        return self.house.app.database.reading()

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        return self.house.app.database.transaction()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path)
    yield house
    await house.close()


@pytest.fixture
async def desk(house: House) -> Desk:
    officer = await house.person(AGENCY, "officer")
    second = await house.person(AGENCY, "officer", 1)
    head = await house.person(AGENCY, "approver")
    await open_case(house, officer)
    return Desk(house, officer, second, head)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An agency with every role, under a small pack of its own, and one open case."""
    office = await Office.open(tmp_path)
    await office.case()
    yield office
    await office.house.close()
