"""A regulation that takes everything shared and every demand of general law."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dialogs import engine
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_pack
from dialogs.packs.schema import Pack
from dialogs.packs.source import read_file

PACKS = Path(engine.__file__).parent.parent / "packs"
BASIS = ["T-1"]
NAMES = {"id": "case", "short": "T", "title": "试用规定", "version": "1.0.0", "effective": {"from": "unknown"}}


def stated(base: str, family: str) -> list[tuple[str, str]]:
    """Ids of a base's elements, each with its stage ('' without)."""
    files = sorted((PACKS / base).glob("*.yaml"))
    lists = [found for file in files if (found := read_file(file).get(family))]
    return [(str(each.text("id")), each.text("stage") or "") for found in lists for each in found.items()]


def whole_pack(folder: Path) -> Pack:
    """Written into `folder`: every shared record, rule and level of secrecy with a basis, penalties and licences."""
    forms = stated("common", "records")
    written: dict[str, Any] = NAMES | {
        "extends": ["common", "general-law"],
        "articles": [{"no": 1, "about": "试用"}],
        "kinds_of_act": [{"id": each, "title": each, "basis": BASIS} for each in ("penalty", "licence")],
        "stages": [{"id": each, "title": "阶段", "basis": BASIS} for each in sorted({stage for _, stage in forms})],
        "records": [{"id": form, "basis": BASIS} for form, _ in forms],
        "rules": [{"id": each, "basis": BASIS} for each, _ in stated("common", "rules")],
        "secrecy": [{"id": each, "basis": BASIS} for each, _ in stated("common", "secrecy")],
    }
    kind = {"id": "kind_of_act", "options": [{"id": "licence", "title": "行政许可"}]}
    written["records"][0]["questions"] = [kind]
    path = folder / "case"
    path.mkdir()
    (path / "pack.yaml").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    assert not [fault.line_text() for fault in lint(path) if fault.code.startswith(("condition", "deadline"))]
    return load_pack(path)
