"""Two officers on one draft: an answer goes to the question that was shown, and nobody's is overwritten unseen."""

from __future__ import annotations

from sqlmodel import col, select

from bot.use_cases.answer_question import draft_of
from models.tables import Record
from tests.stories.xigang import INTERVIEW, begin, photo
from tests.support.filling import fill
from tests.use_cases.conftest import Desk


async def _draft(desk: Desk) -> Record:
    async with desk.reading() as session:
        return (await session.exec(select(Record).where(col(Record.state) == "draft"))).one()


async def _answer(desk: Desk, question: str) -> object:
    given = draft_of(await _draft(desk)).answers.get(question)
    return given.value if given else None


async def test_a_text_answers_the_question_shown_though_it_was_answered_meanwhile(desk: Desk) -> None:
    await begin(desk.officer, "立案审批表")  # both are asked for the matter
    record = await _draft(desk)
    await desk.forge(desk.second, f"rec:{record.id}")
    await desk.second.send("涉嫌私设会计账簿")
    said = await desk.officer.send("涉嫌未设置会计账簿")
    assert "宋一鸣" in said
    assert "涉嫌私设会计账簿" in said
    assert await _answer(desk, "matter") == "涉嫌私设会计账簿"
    assert await _answer(desk, "source") is None
    await desk.officer.tap("采用我的")
    assert await _answer(desk, "matter") == "涉嫌未设置会计账簿"


async def test_mine_is_not_used_over_what_was_not_shown(desk: Desk) -> None:
    await begin(desk.officer, "立案审批表")
    record = await _draft(desk)
    await desk.forge(desk.second, f"rec:{record.id}")
    await desk.second.send("甲")
    await desk.officer.send("乙")
    await desk.forge(desk.second, f"f:{record.id}:0")
    await desk.second.send("丙")
    assert "已有变动" in await desk.forge(desk.officer, f"k:{record.id}:mine")
    assert await _answer(desk, "matter") == "丙"


async def test_a_button_pressed_meanwhile_makes_a_conflict_card_too(desk: Desk) -> None:
    await begin(desk.officer, "立案审批表")
    record = await _draft(desk)
    await desk.officer.send("案由")
    await desk.forge(desk.second, f"rec:{record.id}")
    await desk.second.tap("投诉")
    assert "宋一鸣" in await desk.officer.tap("上级")
    assert await _answer(desk, "source") == "complaint"


async def test_a_line_is_corrected_only_in_the_dialogue_that_was_shown(desk: Desk) -> None:
    await begin(desk.officer, "询问笔录")
    await fill(desk.officer, INTERVIEW | {"逐句记录": ["问：一\n答：二\n问：三\n答：四", "tap:就这些"]})
    await desk.officer.tap("修改答案")
    await desk.officer.tap("下一页")
    await desk.officer.tap("问：一")
    await desk.officer.send("问：五\n答：六")
    await desk.officer.tap("更正一行")
    buttons = await desk.officer.buttons()
    assert any(button.startswith("6. 答：六") for button in buttons)
    messages = await desk.house.messages(desk.officer.id)
    first = messages[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    third = messages[-1]["reply_markup"]["inline_keyboard"][2][0]["callback_data"]
    await desk.forge(desk.officer, first)
    await desk.officer.send("-")
    assert "已有变动" in await desk.forge(desk.officer, third)


async def test_a_confirmation_ends_when_evidence_is_withdrawn(desk: Desk) -> None:
    await begin(desk.officer, "询问笔录")
    await fill(desk.officer, INTERVIEW)
    await desk.officer.upload(photo(), "photo", "a.jpg")
    await desk.officer.tap("确认并定稿")
    assert list((await _draft(desk)).confirmed) == [str(desk.officer.id)]
    await desk.officer.tap("撤回")
    await desk.officer.send("拍错了")
    assert (await _draft(desk)).confirmed == {}
