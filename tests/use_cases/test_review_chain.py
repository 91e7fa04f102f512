"""Review: each step in its order, by distinct people, with what they need before them, on the card ever after."""

from __future__ import annotations

import json

import pytest
from sqlmodel import col, select

from bot.signing_port import Signing
from models.tables import Access, LedgerLeaf, Opinion, Record
from tests.evidence.files import tone
from tests.stories.xigang import photo
from tests.support.filling import fill
from tests.support.house import Chat
from tests.support.office import Office


async def opinions(office: Office) -> list[Opinion]:
    async with office.house.app.database.reading() as session:
        return list((await session.exec(select(Opinion).order_by(col(Opinion.id)))).all())


async def asked(chat: Chat) -> bool:
    return any("送请审批" in text for text in await chat.texts())


async def card(office: Office, name: str = "甲") -> str:
    await office[name].send("/cases")
    await office[name].tap("号")
    return await office[name].tap("处罚决定书")


async def test_steps_are_asked_in_their_order_and_the_whole_chain_stands_on_the_card(office: Office) -> None:
    await office.decision(major=True)
    assert await asked(office["丙"])
    assert not await asked(office["戊"])
    await office["丙"].tap("✔ 同意")
    assert await asked(office["戊"])
    assert not await asked(office["己"])
    await office["戊"].tap("同意并写意见")
    await office["戊"].send("程序合法，同意。")
    await office["己"].tap("✔ 同意")
    shown = await card(office)
    for part in (
        "承办机构审核意见 · 丙审核 · 同意",
        "法制审核意见 · 戊法制 · 同意：程序合法",
        "负责人意见 · 己局长 · 同意",
    ):
        assert part in shown, shown
    assert "已封存" in shown
    async with office.house.app.database.reading() as session:
        leaves = (await session.exec(select(LedgerLeaf).order_by(col(LedgerLeaf.seq)))).all()
    chain = [(leaf.kind, leaf.data["step"]) for leaf in leaves if "step" in leaf.data]
    asks = [("record.opinion_asked", step) for step in ("unit", "legal", "head")]
    gives = [("record.approved", step) for step in ("unit", "legal", "head")]
    assert chain == [each for pair in zip(asks, gives, strict=True) for each in pair]


async def test_a_step_that_does_not_apply_is_neither_asked_nor_shown(office: Office) -> None:
    await office.decision(major=False)
    await office["丙"].tap("✔ 同意")
    assert not await asked(office["戊"])
    await office["己"].tap("✔ 同意")
    shown = await card(office)
    assert "法制审核意见" not in shown
    assert "已封存" in shown


async def test_nobody_is_asked_before_the_signature(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    await office.make("处罚决定书", {"决定是什么": "罚款。", "裁量理由": "从轻。", "重大行政": "tap:否"})
    assert not await asked(office["丙"])
    await office["丙"].send("/menu")
    assert any("待我审批（0）" in each for each in await office["丙"].buttons())
    await office.sign("承办人")
    assert await asked(office["丙"])


async def test_the_paper_and_the_check_come_before_the_buttons(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("✔ 同意")
    messages = await office.house.messages(office["己"].id)
    kinds = ["document" if "document" in each else each["text"][:6] for each in messages]
    assert "document" in kinds
    at = [json.dumps(each.get("reply_markup", {}), ensure_ascii=False) for each in messages]
    buttons = next(n for n, each in enumerate(at) if "✔ 同意" in each)
    check = next(n for n, each in enumerate(messages) if "合规检查" in each.get("text", ""))
    assert kinds.index("document") < check < buttons
    await office["己"].tap("✔ 同意")
    assert set((await opinions(office))[-1].read) == {"paper", "compliance"}


async def test_without_having_been_shown_the_check_nobody_approves(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("✔ 同意")
    async with office.house.app.database.transaction() as session:
        opinion = (await session.exec(select(Opinion).where(col(Opinion.step) == "head"))).one()
        opinion.read = {}
        session.add(opinion)
    await office["己"].tap("✔ 同意")
    assert (await opinions(office))[-1].result == "pending"
    said = (await office["己"].texts())[-5:]
    assert any("请先阅读" in text for text in said)
    assert any("合规检查" in text for text in said[1:])
    await office["己"].tap("✔ 同意")
    assert (await opinions(office))[-1].result == "approved"


async def test_recordings_and_photos_are_opened_from_the_card_and_that_is_kept(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    await office.begin("处罚决定书")
    await fill(office["甲"], {"决定是什么": "罚款。", "裁量理由": "从轻。", "重大行政": "tap:否"})
    await office["甲"].upload(photo(), "photo", "a.jpg")
    await office["甲"].upload(tone(1.0, container="wav", codec="pcm_s16le"), "document", "询问.wav", jobs=False)
    await office["甲"].tap("确认并定稿")
    await office.sign("承办人")
    await office["丙"].tap("🖼 1")
    assert "photo" in (await office.house.messages(office["丙"].id))[-1]
    await office["丙"].tap("🎧 2")
    assert "audio" in (await office.house.messages(office["丙"].id))[-1]
    await office["丙"].tap("✔ 同意")
    assert set((await opinions(office))[0].read) == {"paper", "evidence:1", "evidence:2"}
    async with office.house.app.database.reading() as session:
        opened = await session.exec(select(Access.what).where(col(Access.officer_id) == office["丙"].id))
    assert {"evidence:1", "evidence:2"} < set(opened.all())


async def test_whoever_decided_an_earlier_step_decides_no_later_one(office: Office) -> None:
    await office.set_roles("丙", "reviewer", "head")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    head = (await opinions(office))[-1]
    assert not any("负责人意见" in text for text in await office["丙"].texts())
    assert "须由其他人决定" in await office.forge("丙", f"ap:{head.id}")
    await office["己"].tap("✔ 同意")
    assert (await opinions(office))[-1].result == "approved"


async def test_where_roles_may_merge_one_person_decides_both_but_never_on_their_own_record(office: Office) -> None:
    await office.choose("roles_may_merge", True)
    await office.set_roles("丙", "reviewer", "head")
    await office.set_roles("乙", "officer", "head")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    head = (await opinions(office))[-1]
    assert "本人承办" in await office.forge("乙", f"ap:{head.id}")
    await office["丙"].tap("✔ 同意")
    assert (await opinions(office))[-1].officer_id == office["丙"].id


async def test_a_units_step_is_asked_of_the_unit_and_of_all_when_nobody_is_there(office: Office) -> None:
    await office.decision()
    assert not await asked(office["丁"])
    unit = (await opinions(office))[0]
    assert "承办机构的人员决定" in await office.forge("丁", f"ap:{unit.id}")
    await office["丙"].tap("退回并说明理由")
    await office["丙"].send("请补充。")
    await office.set_roles("丙", "officer")
    await office["甲"].tap("现在修改")
    await office["甲"].tap("确认并定稿")
    await office.sign("承办人")
    assert "承办机构内没有可以决定的人员" in await office["丁"].last()
    await office["丁"].tap("✔ 同意")
    assert (await opinions(office))[1].result == "approved"


async def test_what_was_returned_stays_on_the_card(office: Office) -> None:
    await office.decision()
    await office["丙"].tap("退回并说明理由")
    await office["丙"].send("请补充理由。")
    await office["甲"].tap("现在修改")
    await office["甲"].tap("确认并定稿")
    await office.sign("承办人")
    shown = await card(office)
    assert "↩ 承办机构审核意见 · 丙审核 · 退回：请补充理由" in shown, shown
    assert "☐ 承办机构审核意见" in shown
    async with office.house.app.database.reading() as session:
        assert (await session.exec(select(Record.round).where(col(Record.form) == "decision"))).one() == 2


async def test_others_who_were_asked_lose_their_buttons(office: Office) -> None:
    await office.set_roles("丁", "head")
    await office.decision()
    await office["丙"].tap("✔ 同意")
    assert await asked(office["丁"])
    await office["己"].tap("✔ 同意")
    assert "己局长已作出决定" in "\n".join(await office["丁"].texts())
    with pytest.raises(AssertionError, match="no button"):
        await office["丁"].tap("✔ 同意")


async def test_whoever_signs_is_shown_the_whole_text(office: Office) -> None:
    await office.make("调查报告", {"查明": "属实。"})
    answers = {"决定是什么": "罚款人民币三千元。" * 20, "裁量理由": "从轻。", "重大行政": "tap:否"}
    await office.make("处罚决定书", answers)
    await office["甲"].tap("承办人签名")
    url = (await office.house.messages(office["甲"].id))[-1]["reply_markup"]["inline_keyboard"][0][0]["url"]
    app = office.house.app
    subject = await Signing(app.database, app.make_work, app.wake).describe(url.rsplit("/", 1)[-1])
    assert subject is not None
    assert subject["text"].splitlines() == [
        "决定是什么？：" + "罚款人民币三千元。" * 20,
        "裁量理由是什么？：从轻。",
        "是重大行政执法决定吗？：否",
    ]
