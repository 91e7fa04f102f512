"""What every record of every pack asks stands written down, so that no question is lost or loosened unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dialogs.packs.loader import load_all
from dialogs.packs.schema import Pack
from tests.demands.walking import plans
from tests.support.yaml_files import read_yaml

FOLDER = Path(__file__).parent.parent / "conversations" / "plans"
PACKS = load_all()


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_each_record_asks_what_is_written_down(pack: Pack) -> None:
    path = FOLDER / f"{pack.id}.yaml"
    found = plans(pack)
    if os.environ.get("ZHILU_REWRITE"):
        FOLDER.mkdir(exist_ok=True)
        writer = YAML(typ="safe", pure=True)
        writer.allow_unicode, writer.width, writer.default_flow_style = True, 160, None
        writer.dump(found, path)
    written = read_yaml(path)
    assert set(written) == set(found)
    for record in pack.records:
        assert found[record.id] == written[record.id], record.id
