"""Which words of a case speech recognition is given: names, places and companies as people say them."""

from __future__ import annotations

import pytest

from bot.use_cases.answer_question import answer_question
from bot.use_cases.case_words import LONGEST, MOST, case_words, words_of
from dialogs.values import Answer, Text
from models.tables import Case, CaseFact
from tests.evidence.conftest import World


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["王晓鹏"], {"王晓鹏"}),
        (["辽宁省大连市西岗区人民路12号"], {"辽宁省", "大连市", "西岗区", "人民路"}),
        (["抚顺市清原满族自治县", "沙河口区中山路3号楼2单元"], {"抚顺市", "清原满族自治县", "沙河口区", "中山路"}),
        (["大连市甘井子区凌水街道", "大连宏远商贸有限公司"], {"凌水街道", "大连宏远商贸", "宏远商贸"}),
        (["a市城市管理局"], {"a市城市管理局"}),
    ],
)
def test_what_people_say_of_names_and_addresses(values: list[str], words: set[str]) -> None:
    assert words <= set(words_of(values))


@pytest.mark.parametrize(
    "value", ["2026-03-05", "210102199003071234", "当事人承认上述事实，愿意改正。", "过" * (2 * LONGEST + 1), "B区", ""]
)
def test_what_is_no_name_is_left_out(value: str) -> None:
    assert list(words_of([value])) == []


async def test_words_come_from_facts_answers_officers_and_pack(world: World) -> None:
    async with world.work() as work:
        work.session.add(CaseFact(case_id=world.case_id, name="party_name", value="大连宏远商贸有限公司"))
        work.session.add(
            CaseFact(case_id=world.case_id, name="party_address", value={"text": "大连市西岗区人民路12号"})
        )
        world.people["li"].officer.name = "李建国"
        await work.session.merge(world.people["li"].officer)
    await world.act(answer_question, world.record_id, Answer("place", Text("甘井子区凌水街道8号"), 0))
    async with world.work() as work:
        words = await case_words(work, await work.session.get_one(Case, world.case_id))
    assert {"宏远商贸", "西岗区", "人民路", "李建国", "甘井子区", "凌水街道", "a市城市管理局", "占道经营"} <= set(words)
    assert len(words) == len(set(words))
    assert words.index("大连宏远商贸有限公司") < words.index("凌水街道") < words.index("占道经营")


async def test_there_is_an_end_to_them_and_the_case_comes_first(world: World) -> None:
    async with world.work() as work:
        rare = [chr(0x4E00 + 7 * n) + chr(0x4E01 + 11 * n) for n in range(2 * MOST)]
        work.session.add(CaseFact(case_id=world.case_id, name="items", value=rare))
    async with world.work() as work:
        words = await case_words(work, await work.session.get_one(Case, world.case_id))
    assert len(words) == MOST
    assert words[0] == rare[0]
