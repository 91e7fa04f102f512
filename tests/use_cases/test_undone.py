"""A record submitted, returned and cancelled leaves its terms as if it had never been submitted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.app import build
from bot.shelf import Shelf
from bot.use_cases.case_facts import load_facts
from bot.use_cases.events import emit
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Deadline, Emission, Question, ReviewStep, Within
from dialogs.packs.schema import Record as Form
from models.tables import Case, OpenTerm, Record
from tests.stories.xigang import AGENCY, begin, open_case
from tests.support.house import Chat, House


def term(id: str, title: str, opens_on: str, closes_on: str) -> Deadline:
    return Deadline(id=id, title=title, owed=title, opens_on=opens_on, closes_on=(closes_on,), within=Within(days=3))


NOTES = Form(
    id="notes",
    title="走访笔记",
    stage="investigation",
    paper=False,
    second_officer_confirms=False,
    basis=("XG-10.2",),
    questions=(Question(id="where", type="text", ask="去了哪里？", label="地点"),),
    review=(ReviewStep(id="approval", title="审批", by="approver"),),
    emits=(Emission(event="notes.taken"),),
)
BASE = load_pack("xigang-finance")
PACK = BASE.model_copy(
    update={
        "records": (*BASE.records, NOTES),
        "deadlines": (
            term("write", "写笔记", "case.tidied", "record.notes.submitted"),
            term("tidy", "整理笔记", "notes.taken", "notes.tidied"),
        ),
    }
)


@dataclass
class Desk:
    house: House
    officer: Chat
    approver: Chat

    async def happen(self, event: str) -> None:
        async with self.house.app.database.transaction() as session:
            case = (await session.exec(select(Case))).one()
            await emit(await self.house.app.make_work(session), case, event)
        await self.house.settle()

    async def terms(self) -> dict[str, str]:
        async with self.house.app.database.reading() as session:
            return {each.deadline: each.state for each in (await session.exec(select(OpenTerm))).all()}

    async def term(self, deadline: str) -> OpenTerm:
        async with self.house.app.database.reading() as session:
            return (await session.exec(select(OpenTerm).where(col(OpenTerm.deadline) == deadline))).one()

    async def happened(self) -> set[str]:
        async with self.house.app.database.reading() as session:
            work = await self.house.app.make_work(session)
            facts = await load_facts(work, (await session.exec(select(Case))).one(), None)
            return set(facts.happened)

    async def submit(self, officer: Chat) -> None:
        await begin(officer, "走访笔记")
        await officer.send("黄河路1号")
        await officer.tap("确认并定稿")

    async def returned(self) -> None:
        await self.submit(self.officer)
        await self.approver.tap("退回")
        await self.approver.send("地点不清")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    house = await House.open(tmp_path)
    await house.app.database.close()
    house.app = build(house.app.settings, Shelf({PACK.id: PACK}))
    house.api = house.app.api
    desk = Desk(house, await house.person(AGENCY, "officer"), await house.person(AGENCY, "approver"))
    await open_case(house, desk.officer)
    await desk.happen("case.tidied")
    yield desk
    await house.close()


async def test_a_return_alone_changes_no_term(desk: Desk) -> None:
    await desk.returned()
    assert await desk.terms() == {"write": "met", "tidy": "open"}


async def test_cancelling_lets_the_term_run_again_and_ends_what_had_begun(desk: Desk) -> None:
    due = (await desk.term("write")).due_at
    await desk.returned()
    await desk.officer.send("/resume")
    await desk.officer.tap("取消")
    assert await desk.terms() == {"write": "open", "tidy": "replaced"}
    again = await desk.term("write")
    assert (again.due_at, again.closed_at, again.closed_by) == (due, None, None)
    said = "\n".join(await desk.officer.texts())
    assert "期限恢复计算：写笔记" in said and "引起该期限的文书已撤销" in said
    assert not {"record.notes.submitted", "notes.taken"} & await desk.happened()
    assert "case.tidied" in await desk.happened()


async def test_taking_it_back_counts_its_events_again(desk: Desk) -> None:
    await desk.returned()
    await desk.officer.send("/resume")
    await desk.officer.tap("取消")
    await desk.officer.tap("↶ 撤销")
    assert await desk.terms() == {"write": "met", "tidy": "open"}
    assert {"record.notes.submitted", "notes.taken"} <= await desk.happened()


async def test_another_record_that_did_the_same_keeps_the_term_met(desk: Desk) -> None:
    await desk.returned()
    await desk.submit(await desk.house.person(AGENCY, "officer", 1))
    async with desk.house.app.database.reading() as session:
        first, second = (await session.exec(select(Record).where(col(Record.form) == "notes"))).all()
    assert (first.state, second.state) == ("draft", "frozen")
    await desk.officer.send("/cases")
    await desk.officer.tap("〔2026〕")
    await desk.officer.tap("走访笔记 · 草稿")
    await desk.officer.tap("取消")
    kept = await desk.term("write")
    assert kept.state == "met" and kept.closed_at == second.frozen_at


async def test_a_draft_never_submitted_is_cancelled_without_a_word_on_terms(desk: Desk) -> None:
    await begin(desk.officer, "走访笔记")
    await desk.officer.tap("取消")
    assert await desk.terms() == {"write": "open"}
    assert not any("恢复计算" in text for text in await desk.officer.texts())
