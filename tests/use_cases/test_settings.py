"""What the regulation leaves to the agency: seen by everyone, chosen by its head, with a reason and a name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.app import build
from bot.i18n import translator
from bot.shelf import Shelf
from bot.use_cases.case_facts import agency_settings
from bot.views.basis import basis_text, label_text
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Deadline, Option, Question, Setting, Within
from dialogs.packs.settings import fits, read_value, setting_of, settings_read
from models.errors import InvalidInput, Missing
from models.tables import Agency, AgencySetting, LedgerLeaf, Officer
from tests.stories.xigang import AGENCY
from tests.support.house import Chat, House

T, EN = translator("zh_Hans_CN"), translator("en")
SETTINGS = (
    Setting(id="far", title="距离", type="number", value=3, reason="未写明", basis=("setting",)),
    Setting(id="notice", title="公告音像", type="yes_no", value=False, reason="视情况", basis=("setting",)),
    Setting(
        id="approver",
        title="批准人",
        type="choice",
        value="head",
        options=(Option(id="head", title="主要负责人"), Option(id="deputy", title="分管负责人")),
        reason="未写明",
        basis=("行政处罚法-60",),
    ),
    Setting(id="days", title="日的计算", value="日历日", reason="未写明", basis=("setting",)),
    Setting(id="more_1", title="其他一", value="甲", reason="未写明", basis=("setting",)),
    Setting(id="more_2", title="其他二", value="乙", reason="未写明", basis=("setting",)),
)
PACK = load_pack("xigang-finance").model_copy(update={"settings": SETTINGS})


@dataclass
class Office:
    house: House
    officer: Chat
    supervisor: Chat

    async def chosen(self) -> dict[str, object]:
        async with self.house.app.database.reading() as session:
            work = await self.house.app.make_work(session)
            agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
            return await agency_settings(work, agency, PACK)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    house = await House.open(tmp_path)
    await house.app.database.close()
    house.app = build(house.app.settings, Shelf({PACK.id: PACK}))
    house.api = house.app.api
    yield Office(house, await house.person(AGENCY, "officer"), await house.person(AGENCY, "supervisor"))
    await house.close()


def test_articles_are_named_in_the_readers_language() -> None:
    assert basis_text(T, PACK, ["XG-8", "XG-10.2", "XG-22.11"]) == "第八条、第十条第（二）项、第二十二条第（十一）项"
    assert basis_text(EN, PACK, ["XG-8", "XG-10.2"]) == "article 8, article 10, item 2"
    assert basis_text(T, PACK, ["XG-105", "XG-120"]) == "第一百零五条、第一百二十条"
    assert basis_text(T, PACK, ["LN-8"]) == "上位规定（LN）第八条"
    assert basis_text(T, PACK, []) == ""


def test_what_is_not_the_regulations_own_bears_its_label() -> None:
    assert label_text(T, PACK, ["XG-8"]) is None
    assert label_text(T, PACK, ["XG-8", "setting"]) == "本机关设定（非规定原文）"
    assert label_text(T, PACK, ["行政处罚法-42"]) == "《行政处罚法》第四十二条（通用法律，非本制度）"
    assert basis_text(T, PACK, ["setting", "XG-8"]) == "第八条、本机关设定（非规定原文）"


async def test_everyone_sees_the_settings_and_their_source(office: Office) -> None:
    shown = await office.officer.send("/settings")
    assert "距离" in shown and "现行：3" in shown and "本机关设定（非规定原文）" in shown
    assert "《行政处罚法》第六十条（通用法律，非本制度）" in shown and "现行：主要负责人" in shown
    assert "默认值，尚无人设定" in shown
    assert not any("修改" in button for button in await office.officer.buttons())
    assert "其他二" not in shown
    assert "其他二" in await office.officer.tap("下一页")


async def test_the_supervisor_chooses_where_no_head_is_named(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        for officer in (await session.exec(select(Officer))).all():
            officer.roles = [role for role in officer.roles if role != "head"]
            session.add(officer)
    await office.supervisor.send("/settings")
    await office.supervisor.tap("修改：公告音像")
    assert "请写明理由" in await office.supervisor.tap("是")
    shown = await office.supervisor.send("局务会决定")
    assert "现行：是" in shown and "沈若兰 于" in shown and "局务会决定" in shown
    await office.supervisor.tap("本机关设定")
    await office.supervisor.tap("修改：距离")
    assert "整数" in await office.supervisor.send("三公里")
    await office.supervisor.send("5")
    await office.supervisor.send("局务会决定")
    assert await office.chosen() == {
        "far": 5, "notice": True, "approver": "head", "days": "日历日", "more_1": "甲", "more_2": "乙",
    }  # fmt: skip
    async with office.house.app.database.reading() as session:
        kinds = [leaf.kind for leaf in (await session.exec(select(LedgerLeaf))).all()]
    assert kinds.count("agency.setting_chosen") == 2
    assert "现行：是" in await office.officer.send("/settings")


async def test_with_a_head_only_the_head_chooses(office: Office) -> None:
    await office.supervisor.send("/settings")
    assert not any("修改" in button for button in await office.supervisor.buttons())
    head = await office.house.person(AGENCY, "head")
    await head.send("/settings")
    await head.tap("修改：批准人")
    await head.tap("分管负责人")
    assert "现行：分管负责人" in await head.send("授权")


def test_values_are_held_to_their_type() -> None:
    far, notice, approver, days = (setting_of(PACK, name) for name in ("far", "notice", "approver", "days"))
    assert [read_value(PACK, notice, text) for text in ("是", "no", "TRUE")] == [True, False, True]
    assert read_value(PACK, approver, "分管负责人") == read_value(PACK, approver, "deputy") == "deputy"
    assert read_value(PACK, far, "0") == 0
    assert read_value(PACK, days, " 按 工作日 ") == "按 工作日"
    for setting, text in ((far, "-1"), (far, "1.5"), (far, "٣"), (notice, "也许"), (approver, "boss"), (days, " ")):
        with pytest.raises(InvalidInput):
            read_value(PACK, setting, text)
    with pytest.raises(Missing):
        setting_of(PACK, "nothing")


def test_a_term_can_not_be_set_to_nothing() -> None:
    term = Deadline(
        id="x", title="期限", owed="办理", opens_on="a.b", closes_on=("c.d",), within=Within(hours=24, setting="far")
    )
    pack = PACK.model_copy(update={"deadlines": (term,)})
    with pytest.raises(InvalidInput):
        read_value(pack, SETTINGS[0], "0")
    assert settings_read(pack, term) == (SETTINGS[0],)
    question = Question(id="q", type="text", ask="？", when="settings.notice && settings.far > 2")
    assert settings_read(pack, question) == SETTINGS[:2]


def test_a_value_of_another_version_that_no_longer_fits_gives_way_to_the_default() -> None:
    far, notice, approver, days = SETTINGS[:4]
    assert fits(far, 5) and not fits(far, True) and not fits(far, "5")
    assert fits(notice, True) and not fits(notice, 1)
    assert fits(approver, "deputy") and not fits(approver, "nobody")
    assert fits(days, "x") and not fits(days, 1)


async def test_a_stored_value_that_no_longer_fits_is_not_seen(office: Office) -> None:
    async with office.house.app.database.transaction() as session:
        agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
        now = (await office.house.app.make_work(session)).now
        assert agency.id is not None
        session.add(AgencySetting(agency_id=agency.id, setting="far", value="很远", set_by="x", set_at=now))
    assert (await office.chosen())["far"] == 3
