"""A small world: one agency, one open case, one record that asks for every kind of answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.received import ReceivedFile, looked_into
from bot.settings import Settings
from bot.shelf import Shelf
from bot.use_cases.access import conversation_of
from bot.use_cases.keep_evidence import Arrival
from bot.use_cases.receive_evidence import receive_evidence
from bot.work import Person, Work
from dialogs import engine
from dialogs.packs.schema import Article, Deadline, Effective, Option, Pack, Question, Titled, Within
from dialogs.packs.schema import Record as Form
from dialogs.values import Draft
from models.database import Database, migrate
from models.tables import Agency, Case, ChatAccount, Evidence, Job, LedgerLeaf, Officer, OutboundMessage, Record
from models.vault import Vault

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)

QUESTIONS = (
    Question(id="place", type="place", ask="现场地点？"),
    Question(id="photos", type="photo", ask="现场照片", most=20),
    Question(id="sound", type="recording", ask="全程录音"),
    Question(id="papers", type="file", ask="材料"),
    Question(id="story", type="long_text", ask="经过"),
    Question(id="day", type="date", ask="哪一天？"),
    Question(id="fine", type="amount", ask="多少钱？"),
    Question(id="phone", type="phone", ask="电话？"),
    Question(id="seen", type="yes_no", ask="是否看过证件？"),
    Question(
        id="shop",
        type="choice",
        ask="哪一类？",
        options=(Option(id="food", title="餐饮服务"), Option(id="drug", title="药品经营", sounds=("药店",))),
    ),
    Question(id="talk", type="dialogue", ask="询问"),
)
PACK = Pack(
    id="small",
    short="SM",
    title="测试办法",
    version="1.0.0",
    effective=Effective.model_validate({"from": "unknown"}),
    articles=(Article(no=1, about="x"),),
    stages=(Titled(id="stage", title="调查"),),
    records=(
        Form(id="scene", title="现场检查笔录", stage="stage", questions=QUESTIONS),
        Form(id="short", title="小笔录", stage="stage", questions=QUESTIONS[:1]),
    ),
    deadlines=(
        Deadline(
            id="hand_over",
            title="移交音像资料",
            opens_on="evidence.recording_received",
            closes_on=("evidence.archived",),
            within=Within(hours=48),
            per="subject",
            owed="移交",
        ),
    ),
    terms=("城市管理", "占道经营"),
)


@dataclass
class World:
    database: Database
    settings: Settings
    vault: Vault
    tmp: Path
    people: dict[str, Person] = field(default_factory=dict)
    case_id: int = 0
    record_id: int = 0
    now: datetime = NOW

    async def make_work(self, session: Any) -> Work:
        return Work(session, self.now, self.vault, Shelf({"small": PACK}), self.settings)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self.database.transaction() as session:
            yield await self.make_work(session)

    async def ask(self, question: str, who: str = "li") -> None:
        """Let the person's chat stand at this question."""
        async with self.work() as work:
            conversation = await conversation_of(work, self.people[who].id)
            conversation.case_id, conversation.record_id, conversation.focus = self.case_id, self.record_id, question
            work.session.add(conversation)

    def file(self, data: bytes, kind: str, name: str = "", media_type: str = "", **more: Any) -> ReceivedFile:
        path = self.tmp / f"in-{hashlib.sha256(data).hexdigest()[:8]}"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        forwarded = more.pop("forwarded", False)
        return looked_into(ReceivedFile(path, digest, len(data), name, media_type, kind, forwarded), self.settings)

    async def send(
        self, file: ReceivedFile, key: str | None = None, who: str = "li", **arrival: Any
    ) -> Evidence | None:
        async with self.work() as work:
            person = self.people[who]
            conversation = await conversation_of(work, person.id)
            said = Arrival(key or f"webchat:1:{file.sha256[:12]}", **arrival)
            return await receive_evidence(work, person, conversation, file, said)

    async def act(self, use_case: Callable[..., Awaitable[Any]], *arguments: Any, who: str = "li") -> Any:
        async with self.work() as work:
            return await use_case(work, self.people[who], *arguments)

    async def all(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            key = next(iter(table.__table__.primary_key.columns))
            return list((await session.exec(select(table).order_by(key))).all())

    async def draft(self) -> Draft:
        async with self.database.reading() as session:
            record = (await session.exec(select(Record).where(col(Record.id) == self.record_id))).one()
            return engine.draft_from_json(record.answers)

    async def said(self) -> list[OutboundMessage]:
        return await self.all(OutboundMessage)

    async def leaves(self, kind: str) -> list[LedgerLeaf]:
        return [leaf for leaf in await self.all(LedgerLeaf) if leaf.kind == kind]

    async def jobs(self, kind: str) -> list[Job]:
        return [job for job in await self.all(Job) if job.kind == kind]

    async def button(self, verb: str) -> list[str]:
        """Arguments of the newest button with this verb."""
        for message in reversed(await self.said()):
            for row in message.params["rows"]:
                for button in row:
                    found, *arguments = button.get("callback_data", "").split(":")
                    if found == verb:
                        return arguments
        raise AssertionError(f"no button {verb}")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(_env_file=None, data=tmp_path / "data", recording_seconds=600, photo_pixels=4_000_000)
    await asyncio.to_thread(migrate, settings.database)
    world = World(Database(settings.database), settings, Vault(settings.vault), tmp_path)
    async with world.database.transaction() as session:
        agencies = {}
        for code in ("a", "b"):
            agencies[code] = Agency(code=code, name=f"{code}市城市管理局", pack="small", created_at=NOW)
            session.add(agencies[code])
        await session.flush()
        for number, (name, code) in enumerate((("li", "a"), ("wang", "a"), ("zhao", "b")), start=1):
            officer = Officer(agency_id=agencies[code].id, name=name, roles=["officer"], language="en")
            session.add(officer)
            await session.flush()
            account = ChatAccount(
                transport="webchat", user_id=number, chat_id=number, officer_id=officer.id, bound_at=NOW
            )
            session.add(account)
            world.people[name] = Person(officer, agencies[code], "webchat", number)
        case = Case(
            agency_id=agencies["a"].id,
            pack="small@1.0.0",
            number="甲城管〔2026〕1号",
            state="open",
            officer_id=world.people["li"].id,
            second_officer_id=world.people["wang"].id,
            opened_at=NOW - timedelta(days=1),
        )
        session.add(case)
        await session.flush()
        record = Record(
            agency_id=agencies["a"].id,
            case_id=case.id,
            pack="small@1.0.0",
            form="scene",
            answers=engine.draft_to_json(engine.start("small@1.0.0", PACK.record("scene"))),
            maker_id=world.people["li"].id,
            created_at=NOW,
        )
        session.add(record)
        await session.flush()
        world.case_id, world.record_id = case.id, record.id
    yield world
    await world.database.close()
