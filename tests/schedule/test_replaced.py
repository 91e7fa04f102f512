"""A term whose place another takes: its card names the other, its reminders stop, and it is nobody's failure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.schedule.tick import tick
from bot.shelf import Shelf
from bot.use_cases.case_facts import load_facts
from bot.use_cases.deadlines import list_deadlines
from bot.use_cases.events import emit
from bot.use_cases.overdue import list_overdue
from dialogs.packs.schema import Deadline, Rung, Setting, Within
from models.tables import OpenTerm
from tests.schedule.conftest import PACK, START, Office

HOUR = timedelta(hours=1)
LADDER = (Rung(id="left", before_hours=2.0), Rung(id="due", after_hours=0.0))
HANDOVER = Deadline(
    id="handover",
    title="移交",
    owed="移交录像",
    opens_on="x.received",
    closes_on=("x.handed",),
    replaced_on=("x.away",),
    within=Within(hours=24),
    ladder=LADDER,
    basis=("XG-16",),
)
AFRESH = HANDOVER.model_copy(
    update={
        "id": "afresh",
        "title": "返回后移交",
        "opens_on": "x.away",
        "replaced_on": (),
        "within": Within(hours=48, setting="hours_after"),
    }
)
HOURS = Setting(id="hours_after", title="返回后时限", type="number", value=48, reason="规定未写明", basis=("setting",))


@pytest.fixture
def away(office: Office) -> Office:
    pack = PACK.model_copy(update={"deadlines": (HANDOVER, AFRESH), "settings": (HOURS,)})
    office.shelf = Shelf({pack.id: pack})
    return office


async def happen(office: Office, name: str, *, after: timedelta = timedelta(0)) -> None:
    async with office.work(after=after) as work:
        await emit(work, office.case, name, person=office.people["李明"])


async def test_the_card_and_the_list_name_the_term_in_its_place(away: Office) -> None:
    await happen(away, "x.received")
    await happen(away, "x.away", after=HOUR)
    card = (await away.messages("李明"))[-1]
    assert "期限不再计算：移交" in card and "改为：返回后移交，2026年3月4日 10:00 到期" in card
    assert "完成" not in card.split("期限开始")[0]
    async with away.work() as work:
        await list_deadlines(work, away.people["李明"])
    listed = (await away.messages("李明"))[-1]
    assert "接替的期限：移交" in listed
    assert "依据：第十六条、本机关设定（非规定原文）" in listed


async def test_its_reminders_stop_and_those_of_the_other_go_out(away: Office) -> None:
    await happen(away, "x.received")
    await happen(away, "x.away", after=HOUR)
    async with away.work(after=30 * HOUR) as work:
        assert await tick(work) == 0
    async with away.work(after=17 * HOUR) as work:
        assert await tick(work) == 1
    assert "还剩 1 小时" in (await away.messages("李明"))[-1]


async def test_rules_see_it_as_replaced_neither_met_nor_overdue(away: Office) -> None:
    await happen(away, "x.received")
    await happen(away, "x.away", after=HOUR)
    async with away.work(after=100 * HOUR) as work:
        facts = await load_facts(work, away.case, None)
        terms = (await work.session.exec(select(OpenTerm))).all()
    assert {each.id: each.state for each in facts.deadlines} == {"handover": "replaced", "afresh": "overdue"}
    assert next(term for term in terms if term.deadline == "handover").closed_at == START + HOUR


async def test_lists_go_on_where_the_case_moved_to_a_version_without_the_former_term(away: Office) -> None:
    await happen(away, "x.received")
    await happen(away, "x.away", after=HOUR)
    pack = PACK.model_copy(update={"deadlines": (AFRESH,), "settings": (HOURS,)})
    away.shelf = Shelf({pack.id: pack})
    async with away.work(after=49 * HOUR) as work:
        await list_deadlines(work, away.people["李明"])
        await list_overdue(work, away.people["孙丽"])
    for name in ("李明", "孙丽"):
        assert "接替的期限：handover" in (await away.messages(name))[-1]
