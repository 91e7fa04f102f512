"""An interview is prompted by the outline for its kind of case; the officer may switch to another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import build
from bot.shelf import Shelf
from dialogs import engine
from dialogs.engine.outlines import fitting, lines_of
from dialogs.facts import Facts
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Outline
from dialogs.values import Choose
from tests.engine.forms import NOW, Sitting, form, question
from tests.stories.xigang import AGENCY, begin, open_case
from tests.support.house import House

OUTLINES = (
    Outline(
        id="penalty",
        title="处罚提纲",
        record="interview",
        when="case.kind_of_act == 'penalty'",
        lines=("账册在哪里？",),
    ),
    Outline(
        id="inspection",
        title="检查提纲",
        record="interview",
        when="case.kind_of_act == 'inspection'",
        lines=("请介绍情况。",),
    ),
    Outline(id="other", title="别的笔录", record="statement", lines=("不相干。",)),
)
TALK = form(
    question("who", "choice", options=({"id": "party", "title": "当事人"}, {"id": "witness", "title": "证人"})),
    question("talk", "dialogue", outline=("您的姓名？", "账册在哪里？")),
    id="interview",
)


def outline(id: str, when: str | None, *lines: str) -> Outline:
    return Outline(id=id, title=id, record="interview", when=when, lines=lines)


def test_the_outlines_that_fit_come_first_and_each_line_once() -> None:
    case = {"kind_of_act": "penalty"}
    sitting = Sitting(TALK, Facts(now=NOW, case=case))
    fit = fitting(OUTLINES, TALK, sitting.draft, sitting.facts)
    assert [each.id for each in fit] == ["penalty"]
    assert lines_of(TALK.questions[1], fit) == ("账册在哪里？", "您的姓名？")
    prompt = engine.prompt(TALK, sitting.draft, sitting.facts, "talk", fit)
    assert prompt.outline == ("账册在哪里？", "您的姓名？")


def test_an_outline_may_hang_on_the_answers() -> None:
    outlines = (
        outline("a", "answers.who == 'party'", "甲"),
        outline("b", "answers.who == 'witness'", "乙"),
        outline("c", None, "丙"),
    )
    sitting = Sitting(TALK)
    assert [each.id for each in fitting(outlines, TALK, sitting.draft, sitting.facts)] == ["c"]
    sitting.say("who", Choose("witness"))
    assert [each.id for each in fitting(outlines, TALK, sitting.draft, sitting.facts)] == ["b", "c"]


def test_one_that_cannot_be_judged_is_left_out() -> None:
    sitting = Sitting(TALK, Facts(now=NOW, case={"kind_of_act": "penalty"}))
    assert fitting((outline("a", "case.kind_of_act > 3", "甲"),), TALK, sitting.draft, sitting.facts) == ()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path)
    await house.app.database.close()
    pack = load_pack("xigang-finance").model_copy(update={"outlines": OUTLINES})
    house.app = build(house.app.settings, Shelf({pack.id: pack}))
    house.api = house.app.api
    yield house
    await house.close()


async def test_the_officer_switches_to_another_outline_and_back(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    await officer.tap("答案")
    await officer.tap("下一页")
    await officer.tap("询问内容")
    shown = await officer.last()
    assert "处罚提纲" in shown and "账册在哪里？" in shown and "请介绍情况。" not in shown
    listed = await officer.tap("换一份提纲")
    assert "请选择" in listed and "别的笔录" not in "".join(await officer.buttons())
    shown = await officer.tap("检查提纲")
    assert "请介绍情况。" in shown and "账册在哪里？" not in shown
    shown = await officer.send("问：请介绍情况。")
    assert "检查提纲" in shown and "请介绍情况。" in shown
    await officer.tap("换一份提纲")
    shown = await officer.tap("按案情自动选用")
    assert "处罚提纲" in shown and "账册在哪里？" in shown
