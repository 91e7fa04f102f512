"""An agency of its own under a small pack that is written for the tests of what people may do."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

from sqlmodel import col, select

from bot.app import build
from bot.intake import store_update
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.admin import Entry, add_agency, import_officers
from dialogs.packs.loader import load_pack
from models.database import migrate
from models.tables import AgencySetting, DemoClock, Officer
from tests.support.filling import choose_form, fill
from tests.support.house import Chat, House

AGENCY = "示范局"
PEOPLE = (
    Entry("甲承办", ("officer",), "DM001", "科员", "一科"),
    Entry("乙承办", ("officer",), "DM002", "科员", "一科"),
    Entry("丙审核", ("reviewer",), "", "科长", "一科"),
    Entry("丁审核", ("reviewer",), "", "科长", "二科"),
    Entry("戊法制", ("legal_reviewer",), "", "科长", "法规科"),
    Entry("己局长", ("head",), "", "局长", ""),
    Entry("庚监督", ("supervisor",), "", "科长", "法规科"),
    Entry("辛档案", ("archivist",), "", "档案员", "办公室"),
    Entry("壬科员", ("approver",), "", "科员", "二科"),
)


_made: list[Path] = []
_updates = count(10**12)


@cache
def _shelf() -> Shelf:
    pack = load_pack(Path(__file__).with_name("office.yaml"))
    return Shelf({pack.id: pack})


async def _database() -> Path:
    """The agency before its first case, to copy."""
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="zhilu-office-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        settings = Settings(data=folder, _env_file=None)
        await asyncio.to_thread(migrate, settings.database)
        app = build(settings, _shelf())
        async with app.database.transaction() as session:
            work = await app.make_work(session)
            session.add(DemoClock(id=1))
            agency = await add_agency(work, code="office", name=AGENCY, pack="office")
            await import_officers(work, agency, PEOPLE)
        async with app.database.engine.connect() as connection:
            await connection.exec_driver_sql("COMMIT")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await app.database.close()
        _made.append(folder / "zhilu.db")
    return _made[0]


class Office:
    """The people of the agency by name, and how the tests' case is led."""

    def __init__(self, house: House, people: dict[str, Chat]) -> None:
        self.house = house
        self._people = people

    def __getitem__(self, name: str) -> Chat:
        return next(chat for full, chat in self._people.items() if full.startswith(name))

    @classmethod
    async def open(cls, folder: Path) -> Office:
        settings = Settings(data=folder / "data", _env_file=None)
        settings.data.mkdir(parents=True)
        shutil.copy(await _database(), settings.data / "zhilu.db")
        app = build(settings, _shelf())
        async with app.database.reading() as session:
            officers = (await session.exec(select(Officer))).all()
        house = House(app, "webchat", app.api)
        return cls(house, {each.name: Chat(house, each.id or 0, each.name) for each in officers})

    async def forge(self, name: str, data: str) -> str:
        """Press a button that stands nowhere, as a modified client can; what is answered."""
        chat, number = self[name], next(_updates)
        user = {"id": chat.id, "is_bot": False, "first_name": chat.name}
        message = {"message_id": 1, "date": 1772700000, "chat": {"id": chat.id, "type": "private"}, "text": "?"}
        query = {"id": str(number), "from": user, "chat_instance": "1", "message": message, "data": data}
        async with self.house.app.database.transaction() as session:
            body = {"update_id": number, "callback_query": query}
            await store_update(session, transport="webchat", update_id=number, chat_id=chat.id, body=body)
        await self.house.settle()
        return await chat.last()

    async def set_roles(self, name: str, *roles: str) -> None:
        async with self.house.app.database.transaction() as session:
            officer = (await session.exec(select(Officer).where(col(Officer.id) == self[name].id))).one()
            officer.roles = list(roles)
            session.add(officer)

    async def choose(self, setting: str, value: object) -> None:
        async with self.house.app.database.transaction() as session:
            now = (await self.house.app.make_work(session)).now
            session.add(AgencySetting(agency_id=1, setting=setting, value=value, set_by="己局长", set_at=now))

    async def case(self) -> None:
        """甲 and 乙 have an open case."""
        await self["甲"].send("/new")
        await fill(self["甲"], {"哪两名": ["tap:甲承办", "tap:乙承办", "tap:就这些"], "当事人": "王大山"})
        await self["甲"].tap("确认并定稿")

    async def list_forms(self, name: str = "甲") -> str:
        await self[name].send("/cases")
        await self[name].tap("号")
        return await self[name].tap("制作文书")

    async def begin(self, title: str, name: str = "甲") -> str:
        await self.list_forms(name)
        await choose_form(self[name], title)
        return await self[name].last()

    async def make(self, title: str, answers: dict[str, str], name: str = "甲") -> None:
        """Begin, fill in and confirm a record that nothing keeps back."""
        await self.begin(title, name)
        await fill(self[name], answers)
        await self[name].tap("确认并定稿")

    async def decision(self, *, major: bool = False) -> None:
        """The decision is confirmed and signed; now it is to be reviewed."""
        await self.make("调查报告", {"查明": "属实。"})
        await self.make(
            "处罚决定书", {"决定是什么": "罚款。", "裁量理由": "从轻。", "重大行政": "tap:是" if major else "tap:否"}
        )
        await self.sign("承办人")

    async def sign(self, label: str, name: str = "甲") -> None:
        from tests.stories.xigang import sign_on_screen

        await sign_on_screen(self.house, self[name], label)
