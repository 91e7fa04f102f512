"""Data no button carries: answered as a button out of date, never as a fault, and nothing changes."""

from __future__ import annotations

from sqlmodel import col, func, select

from models.tables import InboundUpdate, LedgerLeaf, Record
from tests.stories.xigang import begin
from tests.use_cases.conftest import Desk

SHAPES = (
    *("case", "case:", "case:-1", "case:x", "case:9999999999", "case:１", "case:1:2:3", "cases:-1", "menu:1"),
    *("a:{r}:0:0", "a:{r}:-1:0:o", "a:{r}:999:0:o", "a:{r}:0:0:c999", "a:{r}:0:0:cx", "a:{r}:0:0:c-1", "a:{r}:0:0:z"),
    *("f:{r}:999", "f:{r}:-1", "f:{r}:0:q", "ed:{r}", "ed:{r}:-1", "rv:{r}:x", "ok:{r}", "ok:{r}:x", "k:{r}:both"),
    *("ln:{r}:999:0:0", "ls:{r}:x:0", "sg:{r}", "sg:x:y", "rf:1", "ap:x", "ao:", "rt:-1", "keep:1", "ewd:x"),
    *("tuse:x:0", "tline:1", "jcancel:x", "tnew:99999999999999999999", "start:1", "start:1:", "no such verb"),
)


async def test_shapes_no_button_has(desk: Desk) -> None:
    await begin(desk.officer, "询问笔录")
    async with desk.reading() as session:
        record = (await session.exec(select(Record).where(col(Record.state) == "draft"))).one()
        before = (await session.exec(select(func.max(LedgerLeaf.seq)))).one()
    for shape in SHAPES:
        assert "已过时" in await desk.forge(desk.officer, shape.format(r=record.id)), shape
    async with desk.reading() as session:
        assert (await session.exec(select(func.max(LedgerLeaf.seq)))).one() == before
        states = (await session.exec(select(InboundUpdate.state).distinct())).all()
    assert list(states) == ["done"]


async def test_things_that_do_not_exist_are_refused_in_words(desk: Desk) -> None:
    async with desk.reading() as session:
        record = (await session.exec(select(Record))).one()
    for data in (
        "sg:{r}:nobody",
        "rf:{r}:nobody",
        "ph:{r}",
        "ap:99",
        "ao:99",
        "rt:99",
        "tnew:1",
        "jcancel:1",
        "pap:99",
    ):
        said = await desk.forge(desk.officer, data.format(r=record.id))
        assert said.startswith("✗"), (data, said)
        assert "系统出错" not in said, (data, said)
    async with desk.reading() as session:
        assert list((await session.exec(select(InboundUpdate.state).distinct())).all()) == ["done"]
