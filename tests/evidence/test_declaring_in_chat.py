"""Declaring a body camera's recording as officers do: tap, type, tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.i18n import translator
from bot.views.declared import device_screen
from models.tables import Agency, Device, Evidence, Officer
from tests.evidence.conftest import NOW
from tests.stories.xigang import AGENCY, INSPECTION, begin, open_case
from tests.support.filling import fill
from tests.support.house import House

ASKED = "检查全程的录像"


@pytest.fixture(params=["webchat", "telegram"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()


async def camera(house: House, holder: str, code: str) -> None:
    async with house.app.database.transaction() as session:
        officer = (await session.exec(select(Officer).where(col(Officer.name) == holder))).one()
        agency = await session.get_one(Agency, officer.agency_id)
        session.add(
            Device(agency_id=agency.id, code=code, kind="执法记录仪", added_at=agency.created_at, holder_id=officer.id)
        )


async def evidence(house: House) -> list[Evidence]:
    async with house.app.database.reading() as session:
        return list((await session.exec(select(Evidence))).all())


async def test_an_officer_declares_step_by_step(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await camera(house, "宋一鸣", "DV-01")
    await camera(house, "林晓舟", "DV-02")
    await open_case(house, officer)
    await begin(officer, "现场检查")
    steps = ["没有这台", "tap:★ DV-02", "不知道", "昨天 9:00", "昨天 8:00", "昨天 9:30", "黄河路1号", "tap:就这些"]
    await fill(
        officer, INSPECTION | {ASKED: ["tap:执法记录仪已录", *steps], "有哪些内容": ["tap:现场环境", "tap:就这些"]}
    )
    said = "\n".join(await officer.texts())
    for sentence in ("设备登记册中没有“没有这台”", "“不知道”", "结束时间应当晚于", "已申报录音录像 1 号"):
        assert sentence in said, await officer.transcript()
    (row,) = await evidence(house)
    assert (row.state, row.seconds, row.place) == ("declared", 1800, "黄河路1号")
    await officer.tap("›")
    assert "原始文件待导入" in await officer.last(), "the review card says that bytes are owed"
    await officer.send("/cases")
    await officer.tap("〔2026〕")
    assert "有 1 段摄录的原始文件待导入" in await officer.last()


async def test_declaring_can_be_left_again(house: House) -> None:
    officer = await house.person(AGENCY, "officer")
    await camera(house, "林晓舟", "DV-02")
    await open_case(house, officer)
    await begin(officer, "现场检查")
    await fill(
        officer, INSPECTION | {ASKED: ["tap:执法记录仪已录", "tap:DV-02", "tap:不申报了", "tap:跳过", "设备没电"]}
    )
    assert "未作申报" in "\n".join(await officer.texts())
    assert await evidence(house) == []


def test_many_devices_are_paged_with_ones_own_first() -> None:
    devices = [Device(id=n, agency_id=1, code=f"DV-{n:02}", kind="执法记录仪", added_at=NOW) for n in range(1, 12)]
    t = translator("zh_Hans_CN")
    first, second = (device_screen(t, devices, 1, page=page) for page in (0, 1))
    assert [row[0].text[:7] for row in first.rows][:2] == ["★ DV-01", "DV-02 执"]
    assert [len(screen.rows) for screen in (first, second)] == [10, 5]
