"""Going back to an answer: it can be kept, and an interview's lines can still be put right."""

from __future__ import annotations

from tests.stories.xigang import AGENCY, INTERVIEW, begin, open_case
from tests.support.filling import fill
from tests.support.house import Chat, House


async def _at_the_dialogue_again(house: House) -> Chat:
    officer = await house.person(AGENCY, "officer")
    await open_case(house, officer)
    await begin(officer, "询问笔录")
    await fill(officer, INTERVIEW)
    await officer.tap("修改答案")
    if not any("询问内容" in button or "会计拿走" in button for button in await officer.buttons()):
        await officer.tap("下一页")
    await officer.tap("公司的账簿")
    return officer


async def test_an_answer_is_kept_by_one_tap(house: House) -> None:
    officer = await _at_the_dialogue_again(house)
    await officer.tap("保留此答案")
    assert "内容齐全" in await officer.last()


async def test_a_line_written_as_it_is_shown_says_who_speaks(house: House) -> None:
    officer = await _at_the_dialogue_again(house)
    await officer.tap("更正一行")
    await officer.tap("2. 答")
    await officer.send("问：会计叫什么名字？")
    assert "问：会计叫什么名字？" in "\n".join((await officer.texts())[-2:])
    assert "问：问：" not in "\n".join(await officer.texts())
