"""What is published stays: content, types of fields, options; and two versions are compared entry by entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.packs.differences import Change, differences
from dialogs.packs.faults import PackFaults
from dialogs.packs.lint import lint
from dialogs.packs.loader import load_all, load_pack
from dialogs.packs.published import read_pack
from dialogs.packs.publishing import publish
from tests.packs.test_lint import HERE

COMPLETE = (HERE / "complete.yaml").read_text(encoding="utf-8")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "complete"
    folder.mkdir()
    (folder / "pack.yaml").write_text(COMPLETE, encoding="utf-8")
    return folder


def rewrite(pack: Path, *changes: tuple[str, str]) -> None:
    text = COMPLETE
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (pack / "pack.yaml").write_text(text, encoding="utf-8")


def found(pack: Path) -> list[str]:
    return [fault.text() for fault in lint(pack)]


NEXT = ("version: 1.0.0", "version: 1.1.0")


def test_a_published_pack_is_sound_and_published_only_once(pack: Path) -> None:
    file = publish(pack)
    assert file == pack / "published" / "complete@1.0.0.json"
    before = file.read_bytes()
    assert publish(pack) == file and file.read_bytes() == before
    assert found(pack) == []
    assert read_pack(f"{pack}@1.0.0") == read_pack(str(file)) == load_pack(pack)


def test_a_faulty_pack_is_not_published(pack: Path) -> None:
    rewrite(pack, ("title: 登记", "titel: 登记"))
    with pytest.raises(PackFaults):
        publish(pack)
    assert not (pack / "published").exists()


def test_published_content_changes_only_with_the_version(pack: Path) -> None:
    publish(pack)
    rewrite(pack, ("ask: 哪天办完？", "ask: 哪天办结？"))
    assert found(pack) == ["版本 1.0.0 已经发布，内容却改了。 请把 version 改成更高的版本号；已发布的版本不再改。"]
    with pytest.raises(PackFaults):
        publish(pack)
    rewrite(pack, ("ask: 哪天办完？", "ask: 哪天办结？"), NEXT)
    assert found(pack) == []
    rewrite(pack, ("ask: 哪天办完？", "ask: 哪天办结？"), ("version: 1.0.0", "version: 0.9.9"))
    assert found(pack) == ["版本 0.9.9 低于已发布的 1.0.0。 请写更高的版本号。"]


def test_a_published_field_keeps_its_type(pack: Path) -> None:
    publish(pack)
    change = ("{id: done_on, type: date, ask: 哪天送达？}", "{id: done_on, type: datetime, ask: 哪天送达？}")
    rewrite(pack, NEXT, change)
    [fault] = lint(pack)
    assert (fault.code, fault.field) == ("published.type_changed", "records.delivery.questions.done_on.type")
    assert fault.text().startswith("“delivery.done_on”在已发布的 1.0.0 版里是 date，不能改成 datetime。")
    rewrite(pack, NEXT, (change[0], "{id: done_at, type: datetime, ask: 何时送达？}"))
    assert found(pack) == []


def test_a_type_is_remembered_over_a_version_that_leaves_the_field_out(pack: Path) -> None:
    publish(pack)
    field = "      - {id: done_on, type: date, ask: 哪天送达？}\n"
    rewrite(pack, NEXT, (field, ""))
    publish(pack)
    rewrite(pack, ("version: 1.0.0", "version: 1.2.0"), (field, field.replace("type: date", "type: text")))
    assert [fault.code for fault in lint(pack)] == ["published.type_changed"]


def test_a_published_option_stays(pack: Path) -> None:
    publish(pack)
    option = "          - {id: decision, title: 决定书}\n"
    rewrite(pack, NEXT, (option, ""))
    [text] = found(pack)
    assert text.startswith("“delivery.document”的选项“decision（决定书）”在已发布的 1.0.0 版里有，不能删去。")
    rewrite(pack, NEXT, (option, option.replace("决定书", "处罚决定书") + option.replace("decision", "letter")))
    assert found(pack) == []


def test_a_published_file_that_was_touched_is_told(pack: Path) -> None:
    publish(pack).write_text("{", encoding="utf-8")
    assert [fault.code for fault in lint(pack)] == ["published.unreadable"]
    with pytest.raises(PackFaults):
        read_pack(f"{pack}@2.0.0")


# --- differences ---------------------------------------------------------------------------------------------


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, object, object]]:
    return [
        (change.what, ".".join([*(step.id for step in change.at), *([change.field] if change.field else [])]),
         change.before, change.after)
        for change in changes
    ]  # fmt: skip


def test_a_pack_does_not_differ_from_itself_nor_by_its_number(pack: Path) -> None:
    before = load_pack(pack)
    rewrite(pack, NEXT)
    assert differences(before, before) == differences(before, load_pack(pack)) == ()


def test_every_kind_of_change_is_told_at_its_place(pack: Path) -> None:
    before = load_pack(pack)
    rewrite(
        pack,
        ("within: {days: 10, setting: days}", "within: {workdays: 7, setting: days}"),
        ("{id: done_on, type: date, ask: 哪天送达？}", "{id: done_on, type: date, ask: 哪天送达？, required: false}"),
        ("          - {id: notice, title: 告知书}\n", ""),
        ("    ladder:\n", "    ladder:\n      - {id: due, after_hours: 0}\n"),
        ("        when: answers.told\n", "        when: answers.told == true\n"),
        ("by: [officer, reviewer]", "by: [officer]"),
        ("outlines:\n  - {id: short_talk,", "outlines:\n  - {id: long_talk,"),
    )  # fmt: skip
    assert told(differences(before, load_pack(pack))) == [
        ("changed", "opening.told_by.when", "answers.told", "answers.told == true"),
        ("changed", "interview.by", ["officer", "reviewer"], ["officer"]),
        ("removed", "delivery.document.notice", None, None),
        ("changed", "delivery.done_on.required", True, False),
        ("changed", "papers_owed.within.days", 10, None),
        ("changed", "papers_owed.within.workdays", None, 7),
        ("added", "papers_owed.due", None, None),
        ("removed", "short_talk", None, None),
        ("added", "long_talk", None, None),
    ]


def test_an_entry_moved_is_told_once(pack: Path) -> None:
    before = load_pack(pack)
    one = "      - {id: started_at, type: datetime, ask: 何时开始？}\n"
    last = "      - {id: ended_at, type: datetime, ask: 何时结束？}\n"
    rewrite(pack, (one, ""), (last, last + one))
    assert told(differences(before, load_pack(pack))) == [("moved", "interview.started_at", None, None)]


def test_shipped_packs_compare_with_each_other() -> None:
    packs = list(load_all().values())
    for pack in packs:
        assert differences(pack, pack) == ()
    changes = differences(packs[0], packs[-1])
    assert {"added", "removed", "changed"} <= {change.what for change in changes}
