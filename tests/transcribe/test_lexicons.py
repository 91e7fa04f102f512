"""The shipped lexicons, those of an agency, what lint finds in them, and a dialect suggested from text."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import InvalidInput, Missing
from transcribe.dialects import SHIPPED, lexicon, lexicons, mark, suggest
from transcribe.lexicon_lint import lint

STANDARD = (Path(__file__).parent / "standard_interview.txt").read_text(encoding="utf-8")
LEAST = {"northeastern": 150, "jiaoliao": 80}
FEWEST = 40

HEAD = "id: harbour\ntitle: 港口话\nlanguage: zh\nsource: 通行用法\n"
SOUND = HEAD + "mergers: {n/l: 0.5}\nentries:\n  - {term: 走船, meaning: 跑海运, example: 我走船去了。}\n"


def written(folder: Path, text: str, name: str = "harbour.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def entry(text: str) -> str:
    return f"{HEAD}entries:\n  - {{{text}}}\n"


# The shipped ones


def test_every_dialect_group_has_its_lexicon() -> None:
    assert list(lexicons()) == [
        "cantonese", "gan", "hakka", "jianghuai", "jiaoliao", "jilu", "jin", "min", "northeastern", "southwestern",
        "wu", "xiang", "zhongyuan",
    ]  # fmt: skip
    for each in lexicons().values():
        assert len(each.entries) >= LEAST.get(each.id, FEWEST), each.id
        assert each.source and each.mergers.initials


def test_shipped_lexicons_pass_lint() -> None:
    assert lint(SHIPPED) == []


@pytest.mark.parametrize("dialect", list(lexicons()))
def test_every_word_is_found_in_its_own_example(dialect: str) -> None:
    for each in lexicon(dialect).entries:
        assert each.term in {word.term for word in mark(each.example, dialect)}, each.term


@pytest.mark.parametrize("line", STANDARD.splitlines())
def test_standard_speech_holds_no_dialect(line: str) -> None:
    assert mark(line) == ()
    assert suggest(line) == []


# Without a chosen dialect


def test_a_dialect_is_suggested_by_its_own_words() -> None:
    found = suggest("你上我这屋嘎哈来了，后厨那地面老埋汰了，波棱盖儿都摔青了")
    assert found == [("northeastern", ("嘎哈", "埋汰", "波棱盖儿"))]
    assert [dialect for dialect, _ in suggest("这批海蛎子是早上到的，啥子都没有，搿搭是巴适的")] == [
        "southwestern", "jiaoliao", "wu",
    ]  # fmt: skip


def test_words_of_several_lexicons_or_of_the_standard_language_suggest_nothing() -> None:
    assert "胰子" in {each.term for name in ("jilu", "northeastern") for each in lexicon(name).entries}
    assert suggest("门口有人拉呱，苞米没人收") == []
    assert suggest("这个对象很得意，开支不少") == []
    assert suggest("") == []


def test_the_longest_word_is_the_evidence() -> None:
    assert suggest("我们摆龙门阵") == [("southwestern", ("摆龙门阵",))]


def test_a_word_dialects_use_differently_has_every_meaning(tmp_path: Path) -> None:
    written(tmp_path, entry("term: 埋汰, meaning: 埋在沙里, example: 网都埋汰了。"))
    known = lexicons((tmp_path,))
    (word,) = mark("后厨埋汰", known=known)
    assert word.meaning == "埋在沙里（港口话）；脏；也指贬低人（东北官话）"
    assert suggest("后厨埋汰", known) == []
    (word,) = mark("后厨埋汰", "harbour", known=known)
    assert word.meaning == "埋在沙里"


# An agency's own


def test_an_agency_adds_a_dialect_without_code(tmp_path: Path) -> None:
    written(tmp_path, SOUND)
    known = lexicons((tmp_path,))
    assert known["harbour"].title == "港口话" and len(known) == len(lexicons()) + 1
    assert [word.term for word in mark("我走船去了", "harbour", known=known)] == ["走船"]
    assert mark("我走船去了") == ()


def test_an_agency_extends_and_replaces_shipped_entries(tmp_path: Path) -> None:
    written(
        tmp_path,
        "id: northeastern\nsource: 本单位整理\nmergers: {r/y: 0.1}\nentries:\n"
        "  - {term: 埋汰, meaning: 不干净, example: 后厨埋汰。}\n"
        "  - {term: 大五金, meaning: 五金一条街, example: 我在大五金有个床子。}\n",
    )
    shipped, own = lexicon("northeastern"), lexicon("northeastern", lexicons((tmp_path,)))
    assert len(own.entries) == len(shipped.entries) + 1
    assert {each.term: each.meaning for each in own.entries}["埋汰"] == "不干净"
    assert own.title == shipped.title and own.language == shipped.language
    assert own.mergers.initials[frozenset("ry")] == 0.1
    assert own.mergers.finals == shipped.mergers.finals
    assert lint(tmp_path) == []


def test_a_later_folder_has_the_last_word(tmp_path: Path) -> None:
    written(tmp_path / "city", SOUND)
    written(tmp_path / "district", SOUND.replace("跑海运", "出海打鱼"))
    found = lexicons((tmp_path / "city", tmp_path / "district"))["harbour"]
    assert [each.meaning for each in found.entries] == ["出海打鱼"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "- 走船",
        "",
        "id: harbour",
        SOUND.replace("n/l", "n/n"),
        SOUND.replace("meaning", "means"),
        "id: [1]",
        "\x00",
        SOUND.replace("走船", "12"),
    ],
)
def test_an_unusable_lexicon_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InvalidInput) as refused:
        lexicons((tmp_path,))
    assert (refused.value.code, refused.value.params) == ("lexicon.unusable", {"file": str(file)})
    assert lint(file)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        lexicons((tmp_path / "none",))


# Lint

FAULTS = {
    "yaml": (HEAD + "entries: [", 5),
    "no_lexicon": ("- 走船\n", 1),
    "no_entry": (HEAD + "entries:\n  - 走船\n", 6),
    "unknown_key": (entry("term: 走船, meaning: 跑海运, example: 我走船。, sound: [走传]"), 6),
    "wrong_kind": (entry("term: 走船, meaning: 跑海运, example: 我走船。, ambiguous: 是"), 6),
    "missing": (entry("term: 走船, meaning: 跑海运"), 6),
    "no_source": (SOUND.replace("source: 通行用法\n", ""), 6),
    "language": (SOUND.replace("zh", "klingon"), 3),
    "merger": (SOUND.replace("n/l: 0.5", "n/l: 5"), 5),
    "duplicate": (SOUND + "  - {term: 走船, meaning: 海运, example: 走船累。}\n", 8),
    "example": (entry("term: 走船, meaning: 跑海运, example: 我坐船去了。"), 6),
    "meaning": (entry("term: 走船, meaning: 走船, example: 我走船去了。"), 6),
    "one_character": (entry("term: 走, meaning: 跑海运, example: 我走。"), 6),
    "not_simplified": (entry("term: 走船個, meaning: 跑海运的人, example: 他是走船個。"), 6),
    "form_kind": (entry("term: 走船, meaning: 跑海运, example: 我走船。, sounds_like: [12]"), 6),
    "form_same": (entry("term: 走船, meaning: 跑海运, example: 我走船。, sounds_like: [走船]"), 6),
    "form_length": (entry("term: 走船, meaning: 跑海运, example: 我走船。, sounds_like: [走传传传]"), 6),
}


def test_a_sound_lexicon_has_no_fault(tmp_path: Path) -> None:
    assert lint(written(tmp_path, SOUND)) == []


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_at_its_line(tmp_path: Path, code: str) -> None:
    text, line = FAULTS[code]
    file = written(tmp_path, text)
    (fault,) = lint(file)
    assert (fault.file, fault.line, fault.code) == (str(file), line, code)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("id: harbour\n", "", "missing"),
        ("title: 港口话\n", "", "missing"),
        ("language: zh\n", "", "missing"),
        ("id: harbour\n", "id: harbour\ndialect: 港口\n", "unknown_key"),
        ("entries:\n", "entries: 无\nmore:\n", "wrong_kind"),
        ("{n/l: 0.5}", "[n/l]", "wrong_kind"),
        ("term: 走船", "term: 走船, term: 船", "yaml"),
        ("term: 走船", "term: 123", "wrong_kind"),
        ("term: 走船, ", "", "missing"),
        ("example: 我走船去了。", "example: ''", "missing"),
        ("n/l: 0.5", "123: 0.5", "merger"),
    ],
)
def test_other_shapes_of_the_same_faults(tmp_path: Path, before: str, after: str, code: str) -> None:
    file = written(tmp_path, SOUND.replace(before, after))
    assert code in {fault.code for fault in lint(file)}


def test_a_folder_is_checked_file_by_file(tmp_path: Path) -> None:
    written(tmp_path, SOUND)
    broken = written(tmp_path, "- 走船\n", "second.yaml")
    assert [fault.file for fault in lint(tmp_path)] == [str(broken)]


def test_one_character_may_stand_alone_or_be_ambiguous(tmp_path: Path) -> None:
    for flag in ("alone", "ambiguous"):
        text = entry(f"term: 走, meaning: 跑海运, example: 我走。, {flag}: true, sounds_like: [揍]")
        assert lint(written(tmp_path, text)) == []
