"""An agency's own days and duty hours from the command line, and a published calendar that cannot be read."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.cli.serving import prepare_demo, settings_for
from tests.cli.conftest import Zhilu

CODE = "xigang-finance"


@pytest.fixture
def demo(data: Path) -> Path:
    asyncio.run(prepare_demo(settings_for(None, None), fresh=False))
    return data


def leaves(data: Path, kind: str) -> int:
    with sqlite3.connect(data / "zhilu.db") as database:
        return int(database.execute("SELECT count(*) FROM ledgerleaf WHERE kind = ?", (kind,)).fetchone()[0])


def test_days_are_stated_and_listed(demo: Path, zhilu: Zhilu) -> None:
    added = zhilu("admin", "calendar", "add", CODE, "2027-01-01..2027-01-03", "--free", "--name", "元旦")
    assert (added.code, "2027" in added.out, "元旦" in added.out) == (0, True, True)
    assert zhilu("admin", "calendar", "add", CODE, "2027-01-02", "--worked", "--name", "值班").code == 0
    days = zhilu("admin", "calendar", "list", CODE, "--json").json
    assert [(each["day"], each["worked"], each["name"]) for each in days] == [
        ("2027-01-01", False, "元旦"),
        ("2027-01-02", True, "值班"),
        ("2027-01-03", False, "元旦"),
    ]
    assert zhilu("admin", "calendar", "list", CODE).out.count("元旦") == 2
    assert leaves(demo, "agency.days_stated") == 2
    assert zhilu("verify").code == 0


@pytest.mark.parametrize(
    ("days", "name", "said"),
    [
        ("2027-01-03..2027-01-01", "元旦", "早于"),
        ("2027-13-01", "元旦", "不是日期"),
        ("2027-01-01..2027-12-31", "元旦", "最多 31 天"),
        ("2027-01-01", " ", "名称"),
    ],
)
def test_days_that_cannot_be_are_refused(demo: Path, zhilu: Zhilu, days: str, name: str, said: str) -> None:
    ran = zhilu("admin", "calendar", "add", CODE, days, "--free", "--name", name, language="zh_CN.UTF-8")
    assert ran.code == 2 and said in ran.err
    assert zhilu("admin", "calendar", "list", CODE, "--json").json == []


def test_duty_hours_are_set_in_part_and_shown(demo: Path, zhilu: Zhilu) -> None:
    assert zhilu("admin", "agency", "duty", CODE, "--from", "08:30", "--until", "17:30").code == 0
    set_ = zhilu("admin", "agency", "duty", CODE, "--workdays", "--json")
    assert set_.json == {"from": "08:30", "until": "17:30", "workdays": True}
    shown = zhilu("admin", "agency", "duty", CODE, language="zh_CN.UTF-8")
    assert "工作日" in shown.out and "08:30 至 17:30" in shown.out
    assert leaves(demo, "agency.duty_set") == 2
    refused = zhilu("admin", "agency", "duty", CODE, "--from", "18:00", language="zh_CN.UTF-8")
    assert refused.code == 2 and "早于" in refused.err
    assert leaves(demo, "agency.duty_set") == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "读不了"),
        ("years: [", "读不了"),
        ("years: {2027: {source: x, holidays: []}}", "2027"),
        ("years: {2027: {source: x, holidays: [{name: 元旦, from: 2027-01-03, to: 2027-01-01}], worked: []}}", "2027"),
    ],
)
def test_serve_refuses_a_calendar_it_cannot_read(
    demo: Path, zhilu: Zhilu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "calendar.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("ZHILU_CALENDAR", str(path))
    ran = zhilu("serve", language="zh_CN.UTF-8")
    assert ran.code == 2 and str(path) in ran.err and said in ran.err
