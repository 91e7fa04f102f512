"""The catalogue check finds made gaps, and finds none in the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from locales.check import faults

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
SOURCE = (
    'def show(t):\n    t("Saved: {name}", name=1)\n    person.t.plural("{n} photo", "{n} photos", 2)\n    _("kept")\n'
)
WHOLE = (
    'msgid "Saved: {name}"\nmsgstr "已保存：{name}"\n\n'
    'msgid "{n} photo"\nmsgid_plural "{n} photos"\nmsgstr[0] "{n} 张照片"\n\n'
    'msgid "kept"\nmsgstr "保留"\n'
)


def check(folder: Path, *catalogues: str, source: str = SOURCE) -> list[str]:
    (folder / "bot").mkdir()
    (folder / "bot" / "view.py").write_text(source, encoding="utf-8")
    (folder / "zh_Hans_CN").mkdir()
    for number, text in enumerate(catalogues):
        (folder / "zh_Hans_CN" / f"{number}.po").write_text(HEADER + text, encoding="utf-8")
    return [str(fault) for fault in faults(folder / "bot", folder)]


def test_the_project_has_no_gap() -> None:
    assert [str(fault) for fault in faults()] == []


def test_a_whole_catalogue_is_sound(tmp_path: Path) -> None:
    assert check(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"已保存：{name}"', '""', "bot/view.py:2: not translated: 'Saved: {name}'"),
        ('msgid "kept"', '#, fuzzy\nmsgid "kept"', "bot/view.py:4: not translated: 'kept'"),
        ('"已保存：{name}"', '"已保存：{nmae}"', "zh_Hans_CN/0.po:6: placeholders differ: 'Saved: {name}'"),
        ('"{n} 张照片"', '"照片"', "zh_Hans_CN/0.po:9: placeholders differ: '{n} photo / {n} photos'"),
        ('"保留"', '"保留 {x"', "zh_Hans_CN/0.po:13: placeholders differ: 'kept'"),
        ('msgid "kept"', 'msgid "old"', "zh_Hans_CN/0.po:13: used nowhere: 'old'"),
        (
            'msgid "{n} photo"\nmsgid_plural "{n} photos"\nmsgstr[0]',
            'msgid "{n} photo"\nmsgstr',
            "zh_Hans_CN/0.po:9: plural forms differ from the code: '{n} photo / {n} photos'",
        ),
    ],
)
def test_a_made_gap_is_found(tmp_path: Path, before: str, after: str, expected: str) -> None:
    assert before in WHOLE
    assert expected in check(tmp_path, WHOLE.replace(before, after))


def test_one_text_has_one_translation(tmp_path: Path) -> None:
    assert check(tmp_path, WHOLE, 'msgid "kept"\nmsgstr "保留"\n') == []


def test_two_translations_of_one_text_are_found(tmp_path: Path) -> None:
    assert check(tmp_path, WHOLE, 'msgid "kept"\nmsgstr "留着"\n') == [
        "zh_Hans_CN/1.po:6: translated differently in zh_Hans_CN/0.po:13: 'kept'"
    ]
