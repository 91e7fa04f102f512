"""The check as people meet it: on the card, at sealing, before a decision, and on paper."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import Opinion
from tests.papers.reading import pdf_text, squeezed
from tests.support.filling import fill
from tests.support.office import Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await Office.open(tmp_path)
    await opened.case()
    yield opened
    await opened.house.close()


async def card(office: Office, name: str = "甲") -> str:
    await office[name].send("/cases")
    await office[name].tap("号")
    await office[name].tap("合规检查")
    return await shown(office, name, "合规检查")


async def shown(office: Office, name: str, part: str) -> str:
    """The newest message that says `part`."""
    return next(text for text in reversed(await office[name].texts()) if part in text)


async def test_a_missing_record_is_begun_from_the_card_and_done_after_its_sealing(office: Office) -> None:
    before = await card(office)
    assert "✗ 尚未制作调查报告（第二条）" in before
    await office["甲"].tap("开始：调查报告")
    await fill(office["甲"], {"查明": "属实。"})
    await office["甲"].tap("确认并定稿")
    assert "没有缺失和逾期事项" in await shown(office, "甲", "已封存")
    after = await card(office)
    assert "尚未制作" not in after
    assert "第二条 1" in after


async def test_the_officers_are_told_at_a_sealing_what_is_missing_still(office: Office) -> None:
    await office.make("走访记录", {"看到": "门关着。"})
    await office["乙"].tap("确认并定稿")
    for name in ("甲", "乙"):
        assert "缺失 1 项，逾期 0 项" in await shown(office, name, "封存")


async def test_a_draft_is_gone_on_with_from_the_card(office: Office) -> None:
    await office.begin("调查报告")
    text = await card(office)
    assert "○ 调查报告已开始，尚未完成" in text
    await office["甲"].tap("继续：调查报告")
    assert "查明了什么" in await office["甲"].last()


async def test_the_command_shows_the_case_the_chat_is_about(office: Office) -> None:
    await office["甲"].send("/cases")
    await office["甲"].tap("号")
    await office["甲"].send("/check")
    assert "尚未制作调查报告" in await office["甲"].last()


async def test_a_reader_is_offered_nothing_to_begin(office: Office) -> None:
    await card(office, "庚")
    assert not [label for label in await office["庚"].buttons() if "开始：" in label]


async def test_a_forged_button_shows_nobody_elses_case(office: Office) -> None:
    await office.forge("丁", "check:1")
    assert not [text for text in await office["丁"].texts() if "尚未制作" in text]


async def test_a_departure_stands_on_the_card_with_the_reason_given(office: Office) -> None:
    await office.begin("处罚决定书")
    await office["甲"].tap("仍要继续")
    await office["甲"].send("当事人要求当场处理")
    await fill(office["甲"], {"决定是什么": "罚款。", "裁量理由": "从轻。", "重大行政": "tap:否"})
    await office["甲"].tap("确认并定稿")
    assert "↷ 处罚决定书：还没有调查报告，理由：当事人要求当场处理" in await card(office)


async def test_the_check_is_read_before_the_decision_and_that_is_kept(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("同意")
    assert "没有" not in await shown(office, "己", "合规检查")
    await office["己"].tap("同意")
    async with office.house.app.database.reading() as session:
        found = await session.exec(select(Opinion).where(col(Opinion.step) == "head"))
        assert "compliance" in found.one().read


async def test_the_check_as_pdf_says_what_the_card_says(office: Office) -> None:
    await card(office)
    await office["甲"].tap("PDF")
    text = squeezed(pdf_text(await sent(office, "甲", "合规检查表（")))
    assert "尚未制作调查报告" in text
    assert "第二条" in text


async def test_the_index_lists_the_sealed_records_with_pages_and_follows_the_archiving(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("同意")
    await office["己"].tap("同意")
    await office.make("归档登记", {"卷号": "甲-1"})
    await office["乙"].tap("确认并定稿")
    text = squeezed(pdf_text(await sent(office, "乙", "归档目录（")))
    order = [text.index(title) for title in ("1—登记", "2—调查报告", "3—处罚决定书", "4—归档登记")]
    assert order == sorted(order)
    assert "处罚决定书" in text


async def sent(office: Office, name: str, title: str) -> bytes:
    """The newest file sent under a caption that holds `title`; its hash stands in the caption."""
    caption = await shown(office, name, title)
    digest = caption.rpartition("SHA-256 ")[2].strip()
    data: bytes = office.house.app.vault.read(digest)
    return data
