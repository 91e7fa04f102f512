"""A newer version of the regulation is offered, shown before and after, and gone over to only by a tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.app import build
from bot.published import stocked
from bot.shelf import Shelf
from bot.use_cases.answer_question import draft_of
from bot.use_cases.events import emit
from dialogs import engine
from dialogs.engine.moving import replay
from dialogs.packs.comparing import compare_packs
from dialogs.packs.loader import content_of, hash_of, load_pack
from dialogs.packs.schema import Deadline, Pack, Question, Within
from dialogs.packs.schema import Record as Form
from models.database import Database
from models.tables import AnswerEvent, Case, LedgerLeaf, OpenTerm, Record
from tests.stories.xigang import AGENCY, begin, open_case
from tests.support.house import Chat, House

TERM = Deadline(
    id="tidy",
    title="整理材料",
    owed="整理材料",
    opens_on="case.tidied",
    closes_on=("case.done",),
    within=Within(days=3),
)
NOTES = Form(
    id="notes",
    title="走访笔记",
    stage="investigation",
    paper=False,
    second_officer_confirms=False,
    basis=("XG-10.2",),
    questions=(
        Question(id="where", type="text", ask="去了哪里？", label="地点"),
        Question(id="whom", type="text", ask="见了谁？", label="人员"),
        Question(id="count", type="text", ask="见了几人？", label="人数"),
        Question(id="end", type="text", ask="还有什么？", label="其他"),
    ),
)
CHANGED = NOTES.model_copy(
    update={
        "questions": (
            Question(id="where", type="text", ask="去了哪里？", label="地点"),
            Question(id="why", type="text", ask="为什么去？", label="事由"),
            Question(id="count", type="number", ask="见了几人？", label="人数"),
            Question(id="end", type="text", ask="还有什么？", label="其他"),
        )
    }
)
BASE = load_pack("xigang-finance")


def stated(version: str, form: Form, *terms: Deadline) -> Pack:
    made = BASE.model_copy(
        update={"version": version, "records": (*BASE.records, form), "deadlines": (*BASE.deadlines, *terms)}
    )
    return made.model_copy(update={"sha256": hash_of(content_of(made))})


OLD, NEW = stated("1.0.0", NOTES, TERM), stated("1.1.0", CHANGED)


@dataclass
class Desk:
    house: House
    officer: Chat

    async def put_on_shelf(self, pack: Pack) -> None:
        """The application is started anew with `pack` on disk."""
        await self.house.app.database.close()
        database = Database(self.house.app.settings.database)
        self.house.app = build(self.house.app.settings, await stocked(database, Shelf({pack.id: pack})))
        await database.close()
        self.house.api = self.house.app.api

    async def record(self, form: str = "notes") -> Record:
        async with self.house.app.database.reading() as session:
            query = select(Record).where(col(Record.form) == form).order_by(col(Record.id).desc()).limit(1)
            return (await session.exec(query)).one()

    async def case(self) -> Case:
        async with self.house.app.database.reading() as session:
            return (await session.exec(select(Case))).one()

    async def begin_notes(self) -> None:
        await begin(self.officer, "走访笔记")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    house = await House.open(tmp_path)
    desk = Desk(house, await house.person(AGENCY, "officer"))
    await desk.put_on_shelf(OLD)
    await open_case(house, desk.officer)
    yield desk
    await house.close()


async def answered(desk: Desk) -> None:
    await desk.begin_notes()
    for text in ("黄河路1号", "周海平", "两个"):
        await desk.officer.send(text)


async def test_a_draft_is_shown_what_changes_and_moves_by_a_tap(desk: Desk) -> None:
    await answered(desk)
    assert "规定有新版本，查看变化" not in await desk.officer.buttons()
    await desk.put_on_shelf(NEW)
    await desk.officer.send("/resume")
    shown = await desk.officer.tap("规定有新版本，查看变化")
    assert "1.0.0 版 → 1.1.0 版" in shown
    for line in (
        "新增问题：事由",
        "取消的问题：人员",
        "有变化的问题：人数",
        "沿用的答案：地点",
        "再提问）：人员、人数",
    ):
        assert line in shown
    assert "为什么去" in await desk.officer.tap("改用新版本")
    moved = await desk.record()
    assert moved.pack == "xigang-finance@1.1.0"
    await desk.officer.send("例行走访")
    await desk.officer.send("许多")
    assert "count" not in draft_of(await desk.record()).answers
    await desk.officer.send("2")
    await desk.officer.send("无")
    said = await desk.officer.last()
    assert "黄河路1号" in said and "例行走访" in said and "周海平" not in said and "两个" not in said


async def test_the_move_stands_among_the_answers_and_replays(desk: Desk) -> None:
    await answered(desk)
    await desk.put_on_shelf(NEW)
    await desk.officer.send("/resume")
    await desk.officer.tap("规定有新版本，查看变化")
    await desk.officer.tap("改用新版本")
    await desk.officer.send("例行走访")
    record = await desk.record()
    async with desk.house.app.database.reading() as session:
        query = select(AnswerEvent).where(col(AnswerEvent.record_id) == record.id).order_by(col(AnswerEvent.revision))
        events = [(event.revision, event.question, event.given) for event in (await session.exec(query)).all()]
        leaves = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "record.moved"))).all()
    assert replay(engine.start("xigang-finance@1.0.0", NOTES), events) == draft_of(record)
    assert [(leaf.data["from"], leaf.data["to"]) for leaf in leaves] == [
        ("xigang-finance@1.0.0", "xigang-finance@1.1.0")
    ]


async def test_declining_leaves_the_draft_on_its_version(desk: Desk) -> None:
    await answered(desk)
    await desk.put_on_shelf(NEW)
    await desk.officer.send("/resume")
    await desk.officer.tap("规定有新版本，查看变化")
    assert "还有什么" in await desk.officer.tap("保持不变")
    record = await desk.record()
    assert (record.pack, record.revision) == ("xigang-finance@1.0.0", 3)
    await desk.officer.send("无")
    await desk.officer.tap("确认并定稿")
    sealed = await desk.record()
    assert (sealed.state, sealed.pack) == ("sealed", "xigang-finance@1.0.0")


async def test_an_answer_given_meanwhile_makes_the_shown_change_stale(desk: Desk) -> None:
    await answered(desk)
    await desk.put_on_shelf(NEW)
    await desk.officer.send("/resume")
    await desk.officer.tap("规定有新版本，查看变化")
    await desk.officer.send("无")
    await desk.officer.tap("改用新版本")
    assert (await desk.record()).pack == "xigang-finance@1.0.0"


async def test_a_sealed_record_stays_and_new_ones_follow_the_case(desk: Desk) -> None:
    await answered(desk)
    await desk.officer.send("无")
    await desk.officer.tap("确认并定稿")
    sealed = await desk.record()
    await desk.put_on_shelf(NEW)
    await desk.begin_notes()
    assert (await desk.record()).pack == "xigang-finance@1.0.0"
    await desk.officer.send("/menu")
    case = await desk.case()
    async with desk.house.app.database.transaction() as session:
        await emit(await desk.house.app.make_work(session), case, "case.tidied")
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    shown = await desk.officer.tap("规定有新版本，查看变化")
    assert "有变化的文书：走访笔记" in shown and "取消的期限：整理材料" in shown and "不再计算：整理材料" in shown
    await desk.officer.tap("本案改用新版本")
    assert "整理材料" not in await desk.officer.last()
    assert (await desk.case()).pack == "xigang-finance@1.1.0"
    async with desk.house.app.database.reading() as session:
        term = (await session.exec(select(OpenTerm).where(col(OpenTerm.deadline) == "tidy"))).one()
        again = await session.get_one(Record, sealed.id)
    assert (term.state, term.closed_by, term.next_at) == ("replaced", "case.moved", None)
    assert (again.pack, again.content_hash) == (sealed.pack, sealed.content_hash)
    assert (await desk.record()).pack == "xigang-finance@1.0.0"  # the draft begun before waits for its own tap


async def test_only_the_cases_officers_are_offered_its_move(desk: Desk) -> None:
    await desk.put_on_shelf(NEW)
    supervisor = await desk.house.person(AGENCY, "supervisor")
    for chat, offered in ((supervisor, False), (desk.officer, True)):
        await chat.send("/cases")
        await chat.tap("〔2026〕")
        assert ("规定有新版本，查看变化" in await chat.buttons()) == offered


def test_packs_are_compared_by_what_they_ask_and_when() -> None:
    change = compare_packs(OLD, NEW)
    assert [each.id for each in change.records.changed] == ["notes"]
    assert [each.id for each in change.deadlines.removed] == ["tidy"]
    assert not change.rules and not change.records.added
    assert not compare_packs(OLD, OLD).records
