"""The register of recording devices: imported, issued, taken back, lost, and who may do what."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.intake import store_update
from bot.use_cases.admin import Imported
from bot.use_cases.import_devices import Entry, import_devices, read_devices
from models.errors import InvalidInput
from models.tables import Agency, Device, DeviceMove, LedgerLeaf
from tests.cli.conftest import Zhilu
from tests.cli.conftest import data as data
from tests.cli.conftest import zhilu as zhilu
from tests.stories.xigang import AGENCY
from tests.support.house import Chat, House

_numbers = itertools.count(1)
REGISTER = "编号,种类,型号,保管人\nDV-01,执法记录仪,DSJ-A8,\nDV-02,,,XG210203001\n"


@pytest.fixture(params=["webchat", "telegram"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path, transport=request.param)
    yield house
    await house.close()


def test_a_register_is_read_as_a_spreadsheet_saves_it() -> None:
    wanted = [Entry("DV-01", "执法记录仪", "DSJ-A8"), Entry("DV-02", None, "", "XG210203001")]
    for encoding in ("utf-8-sig", "gb18030"):
        assert read_devices(REGISTER.encode(encoding)) == wanted


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "devices.columns"),
        ("种类\n执法记录仪\n".encode(), "devices.columns"),
        ("编号\n".encode(), "devices.empty"),
        ("编号,种类\n,执法记录仪\n".encode(), "devices.row"),
        (f"编号\n{'9' * 41}\n".encode(), "devices.row"),
        (b"\xff\xfe\x00\xff", "register.undecodable"),
    ],
)
def test_an_unusable_register_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_devices(content)
    assert refusal.value.code == code


def test_devices_come_from_the_command_line(zhilu: Zhilu, tmp_path: Path) -> None:
    from bot.cli.serving import prepare_demo, settings_for

    asyncio.run(prepare_demo(settings_for(None, None), fresh=False))
    register = tmp_path / "devices.csv"
    register.write_text(REGISTER)
    ran = zhilu("admin", "devices", "import", register, "--agency", "xigang-finance")
    assert "Added 2, changed 0, unchanged 0." in ran.out, ran.err
    assert "unchanged 2" in zhilu("admin", "devices", "import", register, "--agency", "xigang-finance").out
    listed = zhilu("admin", "devices", "list", "--agency", "xigang-finance", "--json").json["devices"]
    assert [(each["code"], each["model"], each["holder"]) for each in listed] == [
        ("DV-01", "DSJ-A8", ""),
        ("DV-02", "", "林晓舟"),
    ]
    register.write_text("编号,保管人\nDV-03,查无此人\n")
    assert zhilu("admin", "devices", "import", register, "--agency", "xigang-finance").code == 2
    assert zhilu("admin", "devices", "list", "--agency", "liaoyang-housing-fund", "--json").json["devices"] == []


def test_reports_keep_no_writer_waiting_and_wait_for_none(zhilu: Zhilu, data: Path) -> None:
    from bot.cli.serving import prepare_demo, settings_for

    asyncio.run(prepare_demo(settings_for(None, None), fresh=False))
    with closing(sqlite3.connect(data / "zhilu.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        for report in (("archive", "due"), ("admin", "devices", "list", "--agency", "xigang-finance")):
            ran = zhilu(*report, "--json")
            assert ran.code == 0, ran.err


async def devices(house: House) -> list[Device]:
    async with house.app.database.reading() as session:
        return list((await session.exec(select(Device).order_by(col(Device.id)))).all())


async def test_a_device_is_issued_lost_and_taken_back(house: House) -> None:
    archivist, officer = await house.person(AGENCY, "archivist"), await house.person(AGENCY, "officer")
    supervisor = await house.person(AGENCY, "supervisor")
    await archivist.send("/devices")
    assert "目前没有" in await archivist.last()
    await archivist.tap("登记设备")
    await archivist.send("DV-07 执法记录仪 DSJ-A8 夜视")
    assert "在库" in await archivist.last()
    await archivist.tap("发放")
    await archivist.tap("林晓舟")
    assert "林晓舟保管" in await archivist.last() and "发给您保管" in await officer.last()
    await officer.tap("我的设备")
    await officer.tap("DV-07")
    assert not any(label in ("发放", "收回", "停用设备") for label in (await officer.buttons())[-4:])
    await officer.tap("报失")
    await officer.send("昨天检查途中遗失。")
    assert "已报失" in await officer.last()
    for keeper in (archivist, supervisor):
        assert "昨天检查途中遗失" in await keeper.last()
    await archivist.tap("打开")
    await archivist.tap("收回")
    await archivist.send("已找回，外壳有划痕")
    assert "在库" in await archivist.last() and "外壳有划痕" in await archivist.last()
    (device,) = await devices(house)
    assert (device.state, device.holder_id, device.model) == ("held", None, "DSJ-A8 夜视")
    async with house.app.database.reading() as session:
        moves = (await session.exec(select(DeviceMove).order_by(col(DeviceMove.id)))).all()
        leaves = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "device.moved"))).all()
    assert [move.kind for move in moves] == ["issued", "lost", "returned"] and len(leaves) == 3
    assert not any("划痕" in str(leaf.data) for leaf in leaves)
    await archivist.tap("停用设备")
    await archivist.send("老化")
    assert (await devices(house))[0].state == "retired"


async def test_a_register_changes_what_it_states_and_issues_with_a_move(house: House) -> None:
    archivist = await house.person(AGENCY, "archivist")
    await house.person(AGENCY, "officer")

    async def imported(text: str) -> Imported:
        async with house.app.database.transaction() as session:
            work = await house.app.make_work(session)
            agency = (await session.exec(select(Agency).where(col(Agency.name) == AGENCY))).one()
            return await import_devices(work, agency, read_devices(text.encode()))

    await imported("编号,种类,型号\nDV-01,行车记录仪,DSJ-A8\n")
    assert await imported("编号,保管人,状况\ndv-01,XG210203001,九成新\n") == Imported(added=0, changed=1, unchanged=0)
    (device,) = await devices(house)
    assert (device.code, device.kind, device.model) == ("DV-01", "行车记录仪", "DSJ-A8") and device.holder_id
    await archivist.send("/devices")
    await archivist.tap("DV-01")
    assert "九成新（来自登记册）" in await archivist.last()
    await archivist.tap("报失")
    await archivist.send("找不到了")
    with pytest.raises(InvalidInput) as refusal:
        await imported("编号,保管人\nDV-01,XG210203002\n")
    assert refusal.value.code == "devices.not_in_use"
    assert (await imported("编号,保管人\nDV-01,XG210203001\n")).unchanged == 1, "whoever lost it stays named"
    async with house.app.database.reading() as session:
        moves = (await session.exec(select(DeviceMove).order_by(col(DeviceMove.id)))).all()
        leaves = (await session.exec(select(LedgerLeaf).where(col(LedgerLeaf.kind) == "device.moved"))).all()
    assert [(move.kind, move.recorded_by is None) for move in moves] == [("issued", True), ("lost", False)]
    assert len(leaves) == 2


async def forged(chat: Chat, data: str) -> str:
    """Press a button that stands nowhere, as a modified client may."""
    number = 900_000 + next(_numbers)
    user = {"id": chat.id, "is_bot": False, "first_name": chat.name}
    message = {"message_id": 1, "date": 1772700000, "chat": {"id": chat.id, "type": "private"}, "text": "?"}
    query = {"id": str(number), "from": user, "chat_instance": "1", "message": message, "data": data}
    body = {"update_id": number, "callback_query": query}
    async with chat.house.app.database.transaction() as session:
        await store_update(session, transport=chat.house.transport, update_id=number, chat_id=chat.id, body=body)
    await chat.house.settle()
    return await chat.last()


async def test_only_keepers_move_devices_and_only_of_their_own_agency(house: House) -> None:
    archivist, officer = await house.person(AGENCY, "archivist"), await house.person(AGENCY, "officer")
    stranger = await house.person("辽阳市住房公积金管理中心", "archivist")
    await archivist.send("/devices")
    await archivist.tap("登记设备")
    await archivist.send("DV-07")
    (device,) = await devices(house)
    for pressed in ("dev:{d}", "devi:{d}:0", "devg:{d}:1", "devx:{d}", "devb:{d}", "devk:{d}"):
        assert (await forged(stranger, pressed.format(d=device.id))).startswith("✗"), pressed
    for pressed in ("dev:{d}", "devg:{d}:{o}", "devx:{d}", "devr:{d}", "devk:{d}", "deva"):
        assert (await forged(officer, pressed.format(d=device.id, o=officer.id))).startswith("✗"), pressed
    standing = (await devices(house))[0]
    assert (standing.state, standing.holder_id) == ("held", None)
    await archivist.tap("登记设备")
    await archivist.send("dv-07")
    assert "已有设备" in await archivist.last()
