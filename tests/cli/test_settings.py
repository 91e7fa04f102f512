"""What an agency has set for itself, listed and changed from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli.serving import prepare_demo, settings_for
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Setting
from tests.cli.conftest import Zhilu

CODE = "xigang-finance"


@pytest.fixture
def demo(data: Path) -> Path:
    asyncio.run(prepare_demo(settings_for(None, None), fresh=False))
    return data


def one_of(kind: str) -> Setting:
    return next(each for each in load_pack(CODE).settings if each.type == kind)


def test_each_setting_is_listed_with_its_source_and_who_set_it(demo: Path, zhilu: Zhilu) -> None:
    listed = zhilu("admin", "agency", "settings", CODE)
    assert listed.code == 0
    flat = "".join(listed.out.split())
    for setting in load_pack(CODE).settings:
        assert setting.id in flat
    assert "setbytheagency,notstatedbytheregulation" in flat or "本机关设定（非规定原文）" in flat


def test_a_value_is_set_with_its_reason_and_shown_from_then_on(demo: Path, zhilu: Zhilu) -> None:
    setting = one_of("yes_no")
    value = "no" if setting.value else "yes"
    assert zhilu("admin", "agency", "set", CODE, setting.id, value, "--reason", "局务会决定").code == 0
    flat = "".join(zhilu("admin", "agency", "settings", CODE).out.split())
    assert "命令行（" in flat
    assert zhilu("verify").code == 0


def test_what_does_not_fit_is_refused_and_changes_nothing(demo: Path, zhilu: Zhilu) -> None:
    setting = one_of("yes_no")
    for name, value in ((setting.id, "perhaps"), ("nothing_such", "yes")):
        ran = zhilu("admin", "agency", "set", CODE, name, value, "--reason", "x")
        assert ran.code != 0 and ran.err.strip()
    assert zhilu("admin", "agency", "set", CODE, setting.id, "yes").code != 0  # no reason
    assert "命令行（" not in zhilu("admin", "agency", "settings", CODE).out
