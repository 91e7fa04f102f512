"""Starting an agency: its row, its register, its links, and the demonstration made the same way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.cli.serving import prepare_demo, settings_for
from bot.i18n import translator
from bot.use_cases.admin import ROLES, Entry, read_register
from bot.views.roles import role_name
from models.errors import Denied, InvalidInput
from tests.cli.conftest import Zhilu

REGISTER = "姓名,执法证号,职务,部门,角色\n张一,001,科员,执法科,执法人员\n李二,,科长,执法科,审批人；监督人员\n"


def test_a_register_is_read_as_excel_saves_it() -> None:
    wanted = [
        Entry("张一", ("officer",), "001", "科员", "执法科"),
        Entry("李二", ("approver", "supervisor"), "", "科长", "执法科"),
    ]
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert read_register(REGISTER.encode(encoding)) == wanted
    assert read_register(b"name,roles,other\r\nA,officer,x\r\n,,\r\n") == [Entry("A", ("officer",))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "register.columns"),
        ("姓名,职务\n张一,科员\n".encode(), "register.columns"),
        ("姓名,角色\n".encode(), "register.empty"),
        ("姓名,角色\n张一,皇帝\n".encode(), "register.row"),
        ("姓名,角色\n,执法人员\n".encode(), "register.row"),
        ("姓名,角色\n张一,\n".encode(), "register.row"),
        (b"\xff\xfe\x00\xff", "register.undecodable"),
    ],
)
def test_an_unusable_register_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_register(content)
    assert refusal.value.code == code


def test_an_agency_is_started_for_real(zhilu: Zhilu, tmp_path: Path) -> None:
    register = tmp_path / "people.csv"
    register.write_text(REGISTER, encoding="gb18030")
    pattern = "default=西财〔{year}〕{n}号"
    added = zhilu("admin", "agency", "add", "xg", "西岗区财政局", "--pack", "xigang-finance", "--numbering", pattern)
    assert added.code == 0, added.err
    assert zhilu("admin", "agency", "add", "xg", "又一个", "--pack", "xigang-finance").code == 2
    assert "Added 2, changed 0, unchanged 0." in zhilu("admin", "officers", "import", register, "--agency", "xg").out
    register.write_text(REGISTER.replace("科员", "主任科员"), encoding="utf-8")
    assert "Added 0, changed 1, unchanged 1." in zhilu("admin", "officers", "import", register, "--agency", "xg").out
    listed = zhilu("admin", "agency", "list").out
    assert "xg" in listed
    assert "2" in listed
    link = zhilu("admin", "link", "001")
    assert link.out.startswith("http://127.0.0.1:8080/sign-in/")
    assert zhilu("admin", "link", "李二").code == 0
    assert zhilu("admin", "link", "nobody").code == 2
    assert zhilu("verify").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("BAD CODE", "名", "--pack", "xigang-finance"),
        ("xg", " ", "--pack", "xigang-finance"),
        ("xg", "名", "--pack", "no-such-pack"),
        ("xg", "名", "--pack", "xigang-finance", "--numbering", "default=没有序号"),
        ("xg", "名", "--pack", "xigang-finance", "--numbering", "default={other}{n}"),
        ("xg", "名", "--pack", "xigang-finance", "--numbering", "default"),
    ],
)
def test_an_unusable_agency_is_refused(zhilu: Zhilu, arguments: tuple[str, ...]) -> None:
    ran = zhilu("admin", "agency", "add", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_every_role_of_a_register_has_its_name() -> None:
    assert all(role_name(translator("zh_Hans_CN"), role) for role in ROLES.values())
    assert ROLES[role_name(translator("zh_Hans_CN"), "administrator")] == "administrator"


def names(data: Path) -> list[str]:
    with sqlite3.connect(data / "zhilu.db") as database:
        return [row[0] for row in database.execute("SELECT name FROM agency ORDER BY id")]


async def test_a_demonstration_is_resumed_and_only_fresh_begins_anew(data: Path) -> None:
    settings = settings_for(None, None)
    await prepare_demo(settings, fresh=False)
    seeded = names(data)
    assert seeded[:2] == ["西岗区财政局", "辽阳市住房公积金管理中心"]
    with sqlite3.connect(data / "zhilu.db") as database:
        database.execute("UPDATE agency SET name = '改过' WHERE id = 1")
    await prepare_demo(settings, fresh=False)
    assert names(data)[0] == "改过"
    await prepare_demo(settings, fresh=True)
    assert names(data) == seeded


async def test_a_real_installation_is_never_taken_for_a_demonstration(data: Path) -> None:
    settings = settings_for(None, None)
    await prepare_demo(settings, fresh=False)
    seeded = names(data)
    with sqlite3.connect(data / "zhilu.db") as database:
        database.execute("DELETE FROM democlock")
    for fresh in (False, True):
        with pytest.raises(Denied):
            await prepare_demo(settings, fresh=fresh)
    assert names(data) == seeded
