"""What should come first is said and never a wall: going on takes a reason, which stays and is shown."""

from __future__ import annotations

from sqlmodel import col, select

from models.tables import Departure, LedgerLeaf, Record
from tests.support.filling import fill
from tests.support.office import Office

DECISION = {"决定是什么": "罚款。", "裁量理由": "从轻。", "重大行政": "tap:否"}


async def departures(office: Office) -> list[tuple[str, str]]:
    async with office.house.app.database.reading() as session:
        found = (await session.exec(select(Departure).order_by(col(Departure.id)))).all()
    return [(each.need, each.reason) for each in found]


async def decisions(office: Office) -> list[Record]:
    async with office.house.app.database.reading() as session:
        return list((await session.exec(select(Record).where(col(Record.form) == "decision"))).all())


async def test_what_is_missing_is_said_with_its_article_before_anything_is_begun(office: Office) -> None:
    said = await office.begin("处罚决定书")
    assert "还没有调查报告。" in said
    assert "第二条" in said
    assert await decisions(office) == []
    await office["甲"].tap("先制作：调查报告")
    assert "查明了什么" in await office["甲"].last()


async def test_going_on_takes_a_reason_that_stays(office: Office) -> None:
    await office.begin("处罚决定书")
    await office["甲"].tap("仍要继续")
    assert "至少 4 个字" in await office["甲"].send("急")
    assert "决定是什么" in await office["甲"].send("情况紧急，报告随后补上。")
    assert await departures(office) == [("reported", "情况紧急，报告随后补上。")]
    await fill(office["甲"], DECISION)
    await office["甲"].tap("确认并定稿")
    await office.sign("承办人")
    for chat in (office["甲"], office["丙"]):
        assert any("还没有调查报告。——原因：" in text for text in await chat.texts()), await chat.transcript()
    async with office.house.app.database.reading() as session:
        leaf = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "record.departed"))).one()
    assert leaf.data["need"] == "reported"
    assert "紧急" not in str(leaf.data)


async def test_thinking_better_of_it_changes_nothing(office: Office) -> None:
    await office.begin("处罚决定书")
    await office["甲"].tap("仍要继续")
    await office["甲"].tap("算了")
    await office["甲"].send("情况紧急，报告随后补上。")
    assert await decisions(office) == []
    assert await departures(office) == []


async def test_before_confirming_too_and_then_the_text_is_fixed(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    await office.begin("处罚决定书")
    await fill(office["甲"], DECISION | {"裁量理由": "tap:跳过"})
    said = await office["甲"].tap("确认并定稿")
    assert "没有写明裁量理由。" in said
    assert (await decisions(office))[0].state == "draft"
    await office["甲"].tap("仍要继续")
    await office["甲"].send("法定情节单一，无裁量余地。")
    assert (await decisions(office))[0].state == "frozen"
    assert await departures(office) == [("reasoned", "法定情节单一，无裁量余地。")]


async def test_nothing_is_asked_where_all_needs_hold(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    await office.make("处罚决定书", DECISION)
    assert await departures(office) == []
    assert (await decisions(office))[0].state == "frozen"


async def test_the_list_says_what_is_expected_and_what_should_wait(office: Office) -> None:
    await office.list_forms()
    buttons = await office["甲"].buttons()
    assert any(each == "❗调查报告" for each in buttons)
    await office["甲"].tap("决定 1")
    assert any(each == "△处罚决定书" for each in await office["甲"].buttons())
    await office.make("调查报告", {"查明": "属实。"})
    await office.list_forms()
    assert not any(each.startswith("❗") for each in (await office["甲"].buttons())[-8:])


async def test_the_case_shows_its_procedure_and_how_far_it_has_come(office: Office) -> None:
    await office["甲"].send("/cases")
    assert "普通程序 · 当前环节：启动" in await office["甲"].tap("号")
    await office.make("调查报告", {"查明": "属实。"})
    await office["甲"].send("/cases")
    assert "普通程序 · 当前环节：调查" in await office["甲"].tap("号")
