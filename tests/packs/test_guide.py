"""The guide for pack authors: its example is a pack that works, its table and messages are those of the software.

`python -m tests.packs.test_guide` writes the table of shared records anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from dialogs.conditions import compile_condition
from dialogs.packs.catalogue import CATALOGUE
from dialogs.packs.coverage import FUNCTIONS, coverage
from dialogs.packs.editor_schema import editor_schema
from dialogs.packs.lint import lint
from dialogs.packs.loader import SHIPPED, load_pack, resolve
from dialogs.packs.published import read_pack
from dialogs.packs.publishing import publish
from dialogs.packs.schema import Pack, QuestionType
from dialogs.packs.source import read_file
from dialogs.packs.words import VALUES
from dialogs.values import Attach, Choose, Done, Text
from tests.packs.playing import facts_with, play

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "writing-a-pack.md"
TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
FILE = re.compile(r"# 文件：(?P<folder>[\w-]+)/(?P<name>[\w-]+\.yaml)\n")
BEGIN = re.compile(r"<!-- 共用记录：开始.*?-->\n", re.DOTALL)
END = "<!-- 共用记录：结束 -->"


def table() -> str:
    """The records of `common`, as the guide lists them."""
    node = resolve(SHIPPED / "common").node
    stages = {
        "start": "启动",
        "investigation": "调查",
        "review": "决定",
        "delivery": "送达执行",
        "archiving": "归档管理",
    }
    lines = ["| 编号 | 名称 | 环节 | 谁填 |", "|---|---|---|---|"]
    records = node.get("records")
    assert records is not None
    listed = sorted(records.items(), key=lambda record: list(stages).index(str(record.text("stage"))))
    for record in listed:
        roles = record.get("by")
        by = "、".join(VALUES[str(role.value)] for role in roles.items()) if roles else VALUES["officer"]
        lines.append(f"| `{record.text('id')}` | {record.text('title')} | {stages[str(record.text('stage'))]} | {by} |")
    return "\n".join(lines) + "\n"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The guide's pack, as somebody who copies every block would have it."""
    for block in BLOCKS:
        match = FILE.match(block)
        assert match, f"a block names its file in its first line: {block[:80]}"
        file = tmp_path / match["folder"] / match["name"]
        file.parent.mkdir(exist_ok=True)
        assert not file.exists(), f"{file.name} is written twice"
        file.write_text(block, encoding="utf-8")
    return tmp_path / "yunhe-parks"


def test_the_table_lists_the_shared_records_as_they_are() -> None:
    begin = BEGIN.search(TEXT)
    assert begin is not None
    shown = TEXT[begin.end() : TEXT.index(END)]
    assert shown == table(), "run: python -m tests.packs.test_guide"


def test_every_block_is_a_file_editors_accept(example: Path) -> None:
    validator = jsonschema.Draft202012Validator(editor_schema())
    files = sorted(example.glob("*.yaml"))
    assert len(files) == len(BLOCKS) >= 8
    for file in files:
        assert [error.message for error in validator.iter_errors(read_file(file).plain())] == [], file.name


def test_the_example_is_sound_and_answers_every_article(example: Path) -> None:
    assert [fault.line_text() for fault in lint(example)] == []
    assert coverage(load_pack(example))["gaps"] == []


def test_the_example_can_be_published(example: Path) -> None:
    publish(example)
    assert lint(example) == []
    assert read_pack(f"{example}@1.0.0") == load_pack(example)


def test_the_examples_own_record_is_asked_as_the_guide_says(example: Path) -> None:
    pack: Pack = load_pack(example)
    facts = facts_with(party_name="某园艺公司", kind_of_act="penalty", started_at="2026-03-05T09:00:00+08:00")
    draft, _ = play(
        pack,
        pack.record("tree_list"),
        facts,
        {
            "officers": (Choose("1"), Choose("2"), Done()),
            "trees": (Text("香樟，30，倒伏"), Done()),
            "felled": "moved", "moved_to": "苗圃", "replant": "yes", "replant_by": "2026年4月5日",
            "owner_present": "yes", "photos": (Attach("1", "photo"), Done()),
        },
    )  # fmt: skip
    assert draft.answers["replant_by"].value == "2026-04-05"


def test_messages_shown_are_those_of_the_catalogue() -> None:
    rows = re.findall(r"^\| (.+?) \| .+ \|$", TEXT[TEXT.index("## 常见的错和检查的提示") :], re.MULTILINE)[1:]
    known = {re.sub(r"\{[a-z_]+\}", "…", message.zh) for message in CATALOGUE.values()}
    assert len(rows) >= 20
    assert [row for row in rows if row not in known] == []


def test_types_functions_and_conditions_shown_are_those_there_are() -> None:
    part = TEXT[TEXT.index("## 问题类型") : TEXT.index("## 问题的常用项目")]
    named = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`.+?) \|", part, re.MULTILINE))))
    assert named == set(QuestionType.__args__)  # type: ignore[attr-defined]
    assert all(f"`{name}`" in TEXT for name in FUNCTIONS)
    part = TEXT[TEXT.index("| 想说 | 写法 |") : TEXT.index("哪里能用什么")]
    conditions = [each.replace("\\|", "|") for each in re.findall(r"`([^`]+)`", part)]
    assert len(conditions) >= 25
    for condition in conditions:
        if condition not in ("&&", "||", "!( … )"):
            compile_condition(condition)


def test_every_command_of_the_guide_exists() -> None:
    from bot.cli import build
    from bot.cli.console import Console
    from bot.i18n import translator

    app = build(Console(translator("en")))
    [packs] = [group.typer_instance for group in app.registered_groups if group.name == "packs"]
    there = {command.name for command in packs.registered_commands}
    named = set(re.findall(r"zhilu packs ([a-z]+)", TEXT))
    assert named and named <= there
    assert there <= named | {"export", "import"}


if __name__ == "__main__":
    begin = BEGIN.search(TEXT)
    assert begin is not None
    GUIDE.write_text(TEXT[: begin.end()] + table() + TEXT[TEXT.index(END) :], encoding="utf-8")
